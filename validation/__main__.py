"""``python -m validation``: run the experiments, then write docs/validation.md."""

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from asv.machine import Machine

from tools.measure import MOST, exactly

from . import false_alarms, neighbours, pools, repeatability, report, sensitivity, traps
from .plan import FULL, QUICK, Plan
from .pools import Pool
from .project import ROOT, TIMED, History, new_history, watched_benchmarks

# Each is measured in one go, and by itself if it is named.
PARTS = ("repeats", "counts", "times", "traps")
# The rule for the newest release, which a later run may have another of.
JUDGED_BY = "the thresholds in asv.conf.json, and times by the intervals of all measurements"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="one series and one slowdown only")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder of the report")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"{unknown.pop()} is no part: name some of {', '.join(PARTS)}")
    options.output.mkdir(parents=True, exist_ok=True)
    file = options.output / "validation.json"
    known = json.loads(file.read_text("utf-8")) if options.parts and file.exists() else {}
    found = experiments(QUICK if options.quick else FULL, options.parts or PARTS, known)
    file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    report.write(found, options.output)
    print(f"Written to {options.output / 'validation.md'}")


def experiments(plan: Plan, parts: Sequence[str], known: dict) -> dict:
    """Run some parts, which takes long; return what they found, as JSON, with what is known.

    Raises SystemExit if that is of another release, or was judged by another rule.
    """
    history = new_history()
    found = {
        "release": history.git("describe", "--tags", history.newest()),
        "judged_by": JUDGED_BY,
        "plan": {
            "repeats": plan.repeats,
            "before": plan.before,
            "after": plan.after,
            "most": MOST,
        },
    }
    if any(known.get(name, value) != value for name, value in found.items()):
        raise SystemExit("The other parts are of another release or rule: make validate, all of it")
    for part in parts:
        with noting_seconds(history.path.with_name(f"seconds of {part}")) as seconds:
            new = measure_part(history, plan, part)
        known = merged(known, part, new | {"measured": {part: _of_today(seconds)}})
    return found | known | {"neighbours": [_describe(one) for one in neighbours.groups(history)]}


def measure_part(history: History, plan: Plan, part: str) -> dict:
    """Return what one part found."""
    if part == "repeats":
        repeats = repeatability.repeat(history, plan)
        return {
            "variation": repeatability.variation(repeats),
            "ranges": repeatability.ranges(repeats),
            "alarms": _alarms(history, part, repeats),
        }
    if part == "traps":
        return {"traps": traps.run(history) if plan.traps else []}
    unslowed = measure_unslowed(history, plan, part)
    trees = [trees for trees in plan.trees if trees.part == part]
    return {
        "alarms": _alarms(history, part, unslowed),
        "trials": [row for one in trees for row in sensitivity.run(history, plan, one, unslowed)],
    }


def measure_unslowed(history: History, plan: Plan, part: str) -> Pool:
    """Measure what is watched for changes, counted or timed, without a slowdown."""
    watched = [name for name in watched_benchmarks() if re.match(plan.watched, name)]
    timed = part == "times"
    names = [name for name in watched if name.startswith(TIMED) == timed]
    number, lanes = (plan.times, 1) if timed else (plan.counts, plan.lanes)
    if not number:
        return Pool([], {})
    return pools.measure(history, part, sensitivity.NOTHING, number, [exactly(names)], lanes)


def merged(known: dict, part: str, new: dict) -> dict:
    """Return what is known with another part, whose rows take the place of those it had."""
    rows = {
        name: [row for row in known.get(name, []) if row["part"] != part]
        + [{"part": part} | row for row in new.get(name, [])]
        for name in ("alarms", "trials", "traps")
    }
    in_order = {name: sorted(rows[name], key=lambda row: PARTS.index(row["part"])) for name in rows}
    measured = known.get("measured", {}) | new["measured"]
    others = {name: new.get(name, known.get(name, {})) for name in ("variation", "ranges")}
    measured = {name: measured[name] for name in PARTS if name in measured}
    return known | others | in_order | {"measured": measured}


@contextmanager
def noting_seconds(file: Path) -> Iterator[list[float]]:
    """Add how long this takes to a file, also when it is interrupted; yield what is in it then."""
    start, seconds = time.monotonic(), []
    try:
        yield seconds
    finally:
        with file.open("a+") as all_of_it:
            print(round(time.monotonic() - start, 1), file=all_of_it)
            all_of_it.seek(0)
            seconds += map(float, all_of_it)


def _alarms(history: History, part: str, pool: Pool) -> list[dict]:
    return [false_alarms.count(history, part, pool)] if len(pool.files) > 1 else []


def _of_today(seconds: list[float]) -> dict:
    """Return when a part was measured, on which kind of machine, and how long it took."""
    machine = Machine.get_defaults()
    return {
        "date": date.today().isoformat(),
        "machine": f"{machine['num_cpu']} cores of {machine['cpu']}",
        "minutes": round(sum(seconds) / 60),
    }


def _describe(group: list[neighbours.Release]) -> dict:
    return {
        "versions": [release.version for release in group],
        "sizes": [release.size for release in group],
        "symbols": len(group[0].symbols),
        "worse": neighbours.compared(group),
    }


if __name__ == "__main__":
    main()
