"""``python -m tools.bisect GOOD BAD REGEX``: find the first commit that made a series worse.

A series has to move with SynaDB alone, so that one value tells a commit before from one after. What
was measured is used again when it is interrupted; none of it goes into ``results``.
"""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, log2
from pathlib import Path

from asv.commands.run import Run
from asv.config import Config
from asv.console import log
from asv.repo import NoSuchNameError, get_repo
from asv.results import iter_results
from asv.util import UserError

from benchmarks.trackers.kinds import SUBJECT
from website.results import Estimate, values
from website.steps import share
from website.thresholds import named, threshold

from . import measure

WORK = Path(".asv", "bisect")
# Exit statuses, beside 0.
NOT_MEASURED, NOT_BUILT, WRONG_QUESTION = 3, 4, 5
USAGE = "For example: make bisect GOOD=v1.3.1 BAD=v1.4.0 BENCH='instructions.*log metrics'"
SUITE = {"SUITE": "standard", "TRACKERS": SUBJECT}


class NoAnswerError(UserError):
    """A question that has no answer; ``status`` is the exit status."""

    def __init__(self, reason: str, status: int = WRONG_QUESTION) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class Search:
    """Commits from the last good one to the first bad one, and what is known of them."""

    commits: list[str]
    known: dict[str, bool] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    def ends(self) -> tuple[int, int]:
        """Return the places of the last good commit and of the first bad one."""
        good = max(n for n, commit in enumerate(self.commits) if self.known.get(commit) is False)
        bad = min(n for n, commit in enumerate(self.commits) if self.known.get(commit) is True)
        return good, bad

    def suspects(self) -> list[str]:
        """Return the commits one of which is the first bad one."""
        good, bad = self.ends()
        return self.commits[good + 1 : bad + 1]

    def next(self) -> str | None:
        """Return the commit to try: the nearest to the middle that was not skipped."""
        good, bad = self.ends()
        left = [n for n in range(good + 1, bad) if self.commits[n] not in self.skipped]
        middle = (good + bad) / 2
        return self.commits[min(left, key=lambda n: abs(n - middle))] if left else None


def main() -> int:
    """Say which commit was the first; return the exit status."""
    if len(sys.argv) != 4 or not all(sys.argv):
        print(USAGE, file=sys.stderr)
        return WRONG_QUESTION
    log.enable()
    try:
        found = bisect(*sys.argv[1:])
        log.flush()
        print(found)
        return 0
    except UserError as error:
        log.error(str(error))
        return getattr(error, "status", WRONG_QUESTION)
    finally:
        log.flush()


def bisect(good: str, bad: str, regex: str) -> str:
    """Return a sentence about the first commit after a good one in which a series is worse."""
    try:
        re.compile(regex)
    except re.error as error:
        raise NoAnswerError(f"{regex} is no regular expression: {error}") from error
    os.environ.update(SUITE)
    conf = measure.configuration()
    conf.results_dir = str(WORK / "results")
    repo = get_repo(conf)
    assert repo  # asv.conf.json names one
    repo.pull()  # pyright: ignore[reportAttributeAccessIssue]  # each of asv's has it
    try:
        first, last = repo.get_hash_from_name(good), repo.get_hash_from_name(bad)
    except NoSuchNameError as error:
        raise NoAnswerError(f"{error} is no release, branch, tag or commit") from error
    between = repo.get_hashes_from_range(f"{first}..{last}")[::-1]
    if not between or repo.get_hash_from_parent(between[0]) != first:
        raise NoAnswerError(f"{good} is no ancestor of {bad}, by first parents")
    series, (low, high) = _worse(conf, (first, last), regex)
    log.info(f"{series}: {low:,.6g} and {high:,.6g}")
    search = Search([first, *between], {first: False, last: True})
    while commit := search.next():
        left = ceil(log2(len(search.suspects())))
        log.info(f"{len(search.suspects())} commits are left, so at most {left} more to measure")
        found = _measure(conf, commit, regex).get(series)
        if found is None:
            search.skipped.add(commit)
        else:
            search.known[commit] = found.value > (low + high) / 2
    names = [repo.get_decorated_hash(commit, conf.hash_length) for commit in search.suspects()]
    change = f"{series} is worse than in {good} by {share(low, high):.1%}"
    if len(names) > 1:
        change += ". Not all of them could be built and measured"
    return f"The first bad commit is {' or '.join(names)}: {change}"


def _worse(conf: Config, ends: tuple[str, str], regex: str) -> tuple[str, tuple[float, float]]:
    """Return the series that became worse by most, and its values at both ends."""
    before, after = (_measure(conf, commit, regex) for commit in ends)
    for commit, found in zip(ends, (before, after), strict=True):
        if not found:
            raise NoAnswerError(
                f"{commit[: conf.hash_length]} could not be built or measured", NOT_BUILT
            )
    watched = {
        series: (before[series].value, after[series].value)
        for series in before.keys() & after.keys()
        if threshold(conf, series, conf.branches[0]) is not None
    }
    if not watched:
        raise NoAnswerError(f"{regex} has no series that moves with SynaDB alone", NOT_MEASURED)
    series = max(watched, key=lambda one: share(*watched[one]))
    if share(*watched[series]) <= (threshold(conf, series, conf.branches[0]) or 0):
        raise NoAnswerError(
            f"Nothing of {regex} is worse by more than its threshold: {series} is the most"
        )
    return series, watched[series]


def _measure(conf: Config, commit: str, regex: str) -> Mapping[str, Estimate]:
    """Return what was measured of a commit by series, now or before it was interrupted."""
    if not (found := _known(conf, commit, regex)):
        Run.run(
            conf, [commit], bench=[regex], machine=measure.MACHINE, show_stderr=True, pull=False
        )
        found = _known(conf, commit, regex)
    return found


def _known(conf: Config, commit: str, regex: str) -> Mapping[str, Estimate]:
    results = iter_results(conf.results_dir) if Path(conf.results_dir).exists() else []
    of_commit = values(found for found in results if found.commit_hash == commit)
    return {
        name: found
        for series, by_commit in of_commit.items()
        if re.search(regex, name := named(*series)) and (found := by_commit.get(commit))
    }


if __name__ == "__main__":
    sys.exit(main())
