"""``python -m validation``: run the experiments, then write docs/validation.md."""

import argparse
import json
import re
from datetime import date
from pathlib import Path

from asv.machine import Machine

from tools.measure import MOST, exactly

from . import false_alarms, neighbours, pools, repeatability, report, sensitivity, traps
from .plan import FULL, QUICK, Plan
from .pools import Pool
from .project import ROOT, TIMED, History, new_history, watched_benchmarks

# The rule for the newest release, which a later run may have another of.
JUDGED_BY = "the thresholds in asv.conf.json, and times by the intervals of all measurements"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one series and one slowdown only")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder of the report")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    found = experiments(QUICK if options.quick else FULL)
    (options.output / "validation.json").write_text(json.dumps(found, indent=1) + "\n")
    report.write(found, options.output)
    print(f"Written to {options.output / 'validation.md'}")


def experiments(plan: Plan) -> dict:
    """Run the experiments, which takes long; return what they found, as JSON."""
    history = new_history()
    repeats = repeatability.repeat(history, plan)
    unslowed = measure_unslowed(history, plan)
    alarms = {"repeats": repeats} | unslowed
    return {
        "machine": _machine(),
        "date": date.today().isoformat(),
        "release": history.git("describe", "--tags", history.newest()),
        "judged_by": JUDGED_BY,
        "plan": {
            "repeats": plan.repeats,
            "before": plan.before,
            "after": plan.after,
            "most": MOST,
        },
        "variation": repeatability.variation(repeats),
        "ranges": repeatability.ranges(repeats),
        "trials": [
            row
            for planted in plan.planted
            for row in sensitivity.run(history, plan, planted, unslowed[planted.pool])
        ],
        "alarms": [
            false_alarms.count(history, name, pool)
            for name, pool in alarms.items()
            if len(pool.files) > 1
        ],
        "traps": traps.run(history) if plan.traps else [],
        "neighbours": [_describe(group) for group in neighbours.groups(history)],
    }


def measure_unslowed(history: History, plan: Plan) -> dict[str, Pool]:
    """Measure what is watched for changes, counted and timed, without a slowdown."""
    names = [name for name in watched_benchmarks() if re.match(plan.watched, name)]
    timed = [name for name in names if name.startswith(TIMED)]
    counted = [name for name in names if name not in timed]
    wanted = {
        "counts": (plan.counts, counted, plan.lanes),
        "times": (plan.times, timed, 1),
    }
    return {
        name: pools.measure(history, name, sensitivity.NOTHING, number, [exactly(names)], lanes)
        for name, (number, names, lanes) in wanted.items()
        if number
    }


def _machine() -> str:
    """Return the kind of this machine as asv knows it; no name."""
    machine = Machine.get_defaults()
    return f"{machine['num_cpu']} cores of {machine['cpu']}"


def _describe(group: list[neighbours.Release]) -> dict:
    return {
        "versions": [release.version for release in group],
        "sizes": [release.size for release in group],
        "symbols": len(group[0].symbols),
        "worse": neighbours.compared(group),
    }


if __name__ == "__main__":
    main()
