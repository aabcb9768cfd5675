"""What the newest release changed: a step shows that when one more release was measured.

A series that is watched is compared with the release before. It changed if both were measured in
one session and differ by more than the threshold, and times by more than chance, too; and this is
confirmed if a second measurement of both shows it. What the baselines or the floor did as well is
no change of the subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import hypot
from typing import Literal

from . import phrases
from .changes import Change, History, Pair
from .results import Benchmark, Estimate, Measured, Series, Sessions
from .steps import SAMPLED_BY
from .units import is_timed

State = Literal["confirmed", "not confirmed", "not seen again", "moved with controls"]
# A change is the machine's if the controls moved by this part of it: trackers differ in how much
# they feel of a machine.
ALIKE = 0.5


@dataclass(frozen=True)
class Finding:
    """A series that the newest release seems to have changed, and whether that is so.

    ``measurements`` are the first and perhaps a second one of the release before and of this one.
    ``controls`` are what moved alike in one of them and cannot change with the subject, by name.
    """

    benchmark: str
    params: tuple[str, ...]
    address: str
    state: State
    measurements: tuple[Pair, ...]
    controls: dict[str, Pair] = field(default_factory=dict)


@dataclass(frozen=True)
class Newest:
    """The newest release next to the one before; ``words`` say what their comparison is worth.

    Of the ``watched`` series, in which a change would count, so many were measured ``together``, of
    both releases in one session.
    """

    before: str
    watched: int
    together: int
    words: list[str]
    findings: list[Finding]


def judge(measured: Measured, histories: Mapping[Series, History]) -> Newest | None:
    """Compare a machine's newest release with the one before it, None if there is only one."""
    if len(measured.releases) < 2:
        return None
    before, newest = measured.releases[-2:]
    watched = {
        series: history
        for series, history in histories.items()
        if history.threshold is not None and measured.values.get(series, {}).get(newest.commit)
    }
    commits = before.commit, newest.commit
    first = _pairs(measured.benchmarks, measured.values, measured.sessions, *commits)
    second = _pairs(measured.benchmarks, measured.again, measured.sessions_again, *commits)
    again = {series: pair for series, pair in second.items() if _follows(pair, first.get(series))}
    names = measured.controls
    together = {series: history for series, history in watched.items() if series in first}
    judged = (_finding(history, first, again, names) for history in together.values())
    findings = [finding for finding in judged if finding]
    counts, states = (len(watched), len(together)), [finding.state for finding in findings]
    apart = _had_other_packages(measured.sessions, watched, *commits)
    words = phrases.comparison(newest.name, before.name, *counts, states, apart)
    return Newest(before.name, *counts, list(words), findings)


def confirmed(measured: Measured, found: Newest | None) -> dict[Series, Change]:
    """Return the changes of the newest release that a second measurement has confirmed."""
    return {
        (finding.benchmark, finding.params): Change(
            measured.releases[-1].commit, first.before, first.after, finding.measurements
        )
        for finding in (found.findings if found else [])
        if finding.state == "confirmed"
        for first in finding.measurements[:1]
    }


def _pairs(
    benchmarks: Mapping[str, Benchmark],
    values: Mapping[Series, Mapping[str, Estimate | None]],
    sessions: Sessions,
    before: str,
    after: str,
) -> dict[Series, Pair]:
    """Return the series that were measured of both commits in one session."""
    pairs = {}
    for (name, params), by_commit in values.items():
        old, new = by_commit.get(before), by_commit.get(after)
        session = sessions.get(name, {})
        if old and new and before in session and session[before] == session.get(after):
            sampled = values.get((SAMPLED_BY.get(name, name), params), by_commit)
            known = [sampled.get(commit) for commit in (before, after)]
            is_chance = is_timed(benchmarks[name].unit) and all(known)
            chance = hypot(*(one.chance for one in known if one)) if is_chance else 0.0
            pairs[name, params] = Pair(old.value, new.value, session[before], chance)
    return pairs


def _had_other_packages(
    sessions: Sessions, watched: Iterable[Series], before: str, after: str
) -> bool:
    """Whether the benchmarks of some series had none of their packages in common."""
    of_both = (
        {found[commit].lock for name, _ in watched if commit in (found := sessions.get(name, {}))}
        for commit in (before, after)
    )
    old, new = of_both
    return bool(old and new) and old.isdisjoint(new)


def _follows(pair: Pair, first: Pair | None) -> bool:
    """Whether a second measurement is of the first one, and not of one that this has replaced."""
    return bool(first) and pair.session.milliseconds >= first.session.milliseconds


def _finding(
    history: History,
    first: Mapping[Series, Pair],
    again: Mapping[Series, Pair],
    names: Iterable[str],
) -> Finding | None:
    benchmark, params = history.series
    threshold = history.threshold or 0.0
    beside = {name: (benchmark, (*params[:-1], name)) for name in names}
    found = [
        (pairs[history.series], {n: pairs[other] for n, other in beside.items() if other in pairs})
        for pairs in (first, again)
        if history.series in pairs
    ]
    pairs = tuple(pair for pair, _ in found)
    if abs(pairs[0].share) <= max(threshold, pairs[0].chance):
        return None
    about = benchmark, params, history.address
    for pair, controls in found:
        if _moved_alike(pair, controls.values(), threshold):
            return Finding(*about, "moved with controls", pairs, controls)
    if len(pairs) == 1:
        return Finding(*about, "not confirmed", pairs)
    is_seen = _exceeds(pairs[1], pairs[0], threshold)
    return Finding(*about, "confirmed" if is_seen else "not seen again", pairs)


def _exceeds(pair: Pair, first: Pair, threshold: float) -> bool:
    """Whether a pair changed in the same direction as the first one, by more than a share."""
    return pair.share * first.share > 0 and abs(pair.share) > max(threshold, pair.chance)


def _moved_alike(pair: Pair, controls: Iterable[Pair], threshold: float) -> bool:
    """Whether all controls moved in the direction of a pair, and far enough to explain it."""
    least = ALIKE * abs(pair.share)
    moved = [_exceeds(c, pair, threshold) and abs(c.share) >= least for c in controls]
    return bool(moved) and all(moved)
