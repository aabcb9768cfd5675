"""``python -m validation``: run the experiments, then write docs/validation.md."""

import argparse
import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

from asv.machine import Machine

from . import false_alarms, neighbours, repeatability, report, sensitivity, speed
from .plan import FULL, QUICK
from .project import ROOT, History


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one series and one slowdown only")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder of the report")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL

    history = _history()
    print(f"Repeatability: {plan.repeats} times the newest release", flush=True)
    repeats, commits = repeatability.repeat(history, plan)
    print(f"Sensitivity: {plan.trials} trials of each slowdown", flush=True)
    trials = sensitivity.run(history, plan)
    print("False alarms: comparing every pair of repeats", flush=True)
    found = {
        "speed": speed.measure(history) if plan.speed else None,
        "machine": _machine(),
        "date": date.today().isoformat(),
        "release": history.git("describe", "--tags", history.newest()),
        "repeats": plan.repeats,
        "variation": repeatability.variation(repeats),
        "planted": sensitivity.PLANTED,
        "unslowed": plan.unslowed,
        "slowed": plan.slowed,
        "trials": trials,
        "compared": false_alarms.compared(repeats, commits),
        "published": false_alarms.published(repeats),
        "neighbours": [_describe(group) for group in neighbours.groups(history)],
    }
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "validation.json").write_text(json.dumps(found, indent=1) + "\n")
    report.write(found, options.output)
    print(f"Written to {options.output / 'validation.md'}")


def _history() -> History:
    """Return the history of these experiments: a new one when releases or benchmarks change.

    So what was measured before an interruption is used again, and nothing that is outdated.
    """
    subprocess.run(
        [sys.executable, "-m", "history"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    digest = hashlib.sha256((ROOT / "history" / "releases.json").read_bytes())
    for file in sorted((ROOT / "benchmarks").rglob("*.py")):
        digest.update(file.read_bytes())
    work = ROOT / ".asv" / "validation" / digest.hexdigest()[:8]
    work.mkdir(parents=True, exist_ok=True)
    return History(work / "history.git")


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
