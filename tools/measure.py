"""``python -m tools.measure``: measure the newest release so that what it changed is seen at once.

What is watched for changes is measured of the release before, too, in the same session, and what
seems to have changed again, until it is decided.
"""

import json
import os
import re
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from asv.commands.publish import Publish
from asv.commands.run import Run
from asv.config import Config
from asv.console import log
from asv.plugin_manager import plugin_manager
from asv.repo import get_repo
from asv.util import UserError

from benchmarks.harness.sizes import SUITE, Suite
from requirements.locked import AGAIN, ending
from website.steps import SAMPLED_BY
from website.thresholds import named, threshold

MACHINE = "local"
NOT_CONFIRMED = "not confirmed"
# Measurements of what seems to have changed: where these do not decide, the machine is too busy.
MOST = 6


def main() -> int:
    """Measure, and measure again what seems to have changed; return asv's worst exit status."""
    log.enable()
    try:
        return measure(configuration())
    except UserError as error:
        log.error(str(error))
        return 1
    finally:
        log.flush()


def configuration() -> Config:
    """Return asv's configuration, its plugins at work."""
    conf = Config.load("asv.conf.json")
    for plugin in conf.plugins:
        plugin_manager.import_plugin(plugin)
    return conf


def measure(conf: Config) -> int:
    """Measure the newest release, and what is watched of the one before; publish to judge it."""
    repo = get_repo(conf)
    assert repo  # asv.conf.json names one
    repo.pull()  # pyright: ignore[reportAttributeAccessIssue]  # each of asv's has it
    os.environ.pop(AGAIN, None)
    *before, newest = repo.get_branch_commits(conf.branches[0])[1::-1]
    if not before or SUITE == Suite.QUICK:  # which has little that is watched
        return run(conf, [newest], [])
    watched = exactly(watched_benchmarks(conf))
    status = run(conf, [*before, newest], [watched])
    forget_again(conf, [*before, newest])
    status = max(status, run(conf, [newest], [f"^(?!{watched})"]))
    return max(status, measure_again(conf, [*before, newest]))


def measure_again(conf: Config, commits: list[str]) -> int:
    """Measure what seems to have changed until it is told from chance; return the exit status."""
    status = 0
    for number in range(1, MOST + 1):
        Publish.run(conf)
        report = Path(conf.html_dir, "report.json").read_text("utf-8")
        names = not_confirmed(json.loads(report), number)
        if names and number == MOST:
            log.info(f"Not told from chance, the machine is too busy: {', '.join(names)}")
        if not names or number == MOST:
            break
        log.info(f"Measuring again what seems to have changed: {', '.join(names)}")
        log.info(f"({number} of at most {MOST - 1} times, until it is told from chance)")
        os.environ[AGAIN] = str(number)
        status = max(status, run(conf, commits, [exactly(names)]))
    return status


def forget_again(conf: Config, commits: Iterable[str]) -> None:
    """Remove what was measured again of some commits: it belongs to what is now replaced."""
    for commit in commits:
        for file in Path(conf.results_dir, MACHINE).glob(f"{commit[:8]}-*{ending('1')}*.json"):
            file.unlink()


def run(conf: Config, commits: list[str], regexes: list[str]) -> int:
    """Run benchmarks on commits, as ``asv run`` does; return its exit status."""
    return Run.run(conf, commits, bench=regexes, machine=MACHINE, show_stderr=True) or 0


def watched_benchmarks(conf: Config) -> list[str]:
    """Return the benchmarks that have a series in which a change would be reported."""
    file = Path(conf.results_dir, "benchmarks.json")
    described = json.loads(file.read_text("utf-8"))
    return [name for name, benchmark in described.items() if _is_watched(conf, name, benchmark)]


def _is_watched(conf: Config, name: str, benchmark: Any) -> bool:
    if name == "version":  # that of the file
        return False
    series = (named(name, params) for params in product(*benchmark["params"]))
    return any(threshold(conf, one, conf.branches[0]) is not None for one in series)


def not_confirmed(report: dict, number: int) -> list[str]:
    """Return the benchmarks of which a report says that a change is not confirmed yet.

    They were measured so often: what could not be measured again is not tried any more. One that
    has its interval from another benchmark comes with that.
    """
    found = {
        name
        for machine in report["machines"]
        if machine["machine"]["machine"] == MACHINE and machine["newest"]
        for finding in machine["newest"]["findings"]
        if finding["state"] == NOT_CONFIRMED and len(finding["measurements"]) == number
        for name in (finding["benchmark"], SAMPLED_BY.get(finding["benchmark"]))
    }
    return sorted(filter(None, found))


def exactly(names: Iterable[str]) -> str:
    """Return the regular expression that matches these benchmarks alone."""
    return rf"^({'|'.join(map(re.escape, names))})(\(|$)"


if __name__ == "__main__":
    sys.exit(main())
