"""What the newest release changed: a step shows that when one more release was measured.

A series that is watched is compared with the release before. It seems to have changed if both were
measured in one session and differ by more than the threshold. This is confirmed if a second
measurement of both shows it: times have to differ by more than chance, too, and where it could be
either the next measurement joins the second. What the baselines or the floor did as well is no
change of the subject.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot
from statistics import fmean
from typing import Literal

from . import gaps, phrases, sessions
from .changes import Change, History, Pair
from .results import Benchmark, Estimate, Measured, Release, Series, Sessions
from .steps import SAMPLED_BY
from .units import is_timed

State = Literal["confirmed", "not confirmed", "not seen again", "moved with controls"]
# A change is the machine's if the controls moved by this part of it: trackers differ in how much
# they feel of a machine.
ALIKE = 0.5


@dataclass(frozen=True)
class Finding:
    """A series that the newest release seems to have changed, and whether that is so.

    ``measurements`` are the first of the release before and of this one, and those that followed
    until it was decided, the mean of which is ``again``.
    ``controls`` are what moved alike in one of them and cannot change with the subject, by name.
    """

    benchmark: str
    params: tuple[str, ...]
    address: str
    state: State
    measurements: tuple[Pair, ...]
    again: Pair | None = None
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
    again = (_pairs(measured.benchmarks, of.values, of.sessions, *commits) for of in measured.again)
    later = [{s: pair for s, pair in of.items() if _follows(pair, first.get(s))} for of in again]
    together = {series: history for series, history in watched.items() if series in first}
    names = measured.controls
    judged = (_finding(history, [first, *later], names) for history in together.values())
    findings = [finding for finding in judged if finding]
    counts, states = (len(watched), len(together)), [finding.state for finding in findings]
    others = sessions.others(measured.sessions, (name for name, _ in watched), *commits)
    words = [
        *phrases.comparison(newest.name, before.name, *counts, states, others),
        *_no_longer_measured(measured, histories, before, newest),
    ]
    return Newest(before.name, *counts, words, findings)


def _no_longer_measured(
    measured: Measured, histories: Mapping[Series, History], before: Release, newest: Release
) -> Iterator[str]:
    """Say which watched benchmarks were skipped of the newest release alone."""
    lost = {
        series[0]: None
        for series, history in histories.items()
        if history.threshold is not None
        and measured.values.get(series, {}).get(before.commit)
        and newest.commit in measured.skipped.get(series, ())
    }
    titles = [phrases.needing(measured.benchmarks[n].title, gaps.tool(n)) for n in lost]
    if titles:
        yield phrases.no_longer_measured(newest.name, before.name, titles)


def confirmed(measured: Measured, found: Newest | None) -> dict[Series, Change]:
    """Return the changes of the newest release that further measurements have confirmed."""
    return {
        (finding.benchmark, finding.params): Change(
            measured.releases[-1].commit, again.before, again.after, finding.measurements
        )
        for finding in (found.findings if found else [])
        if finding.state == "confirmed" and (again := finding.again)
    }


def _pairs(
    benchmarks: Mapping[str, Benchmark],
    values: Mapping[Series, Mapping[str, Estimate | None]],
    of_sessions: Sessions,
    before: str,
    after: str,
) -> dict[Series, Pair]:
    """Return the series that were measured of both commits in one session."""
    pairs = {}
    for (name, params), by_commit in values.items():
        old, new = by_commit.get(before), by_commit.get(after)
        session = of_sessions.get(name, {})
        if old and new and before in session and session[before] == session.get(after):
            sampled = values.get((SAMPLED_BY.get(name, name), params), {})
            known = [sampled.get(commit) for commit in (before, after)]
            chances = [one.chance if one else 0.0 for one in known]
            if not is_timed(benchmarks[name].unit):
                pairs[name, params] = Pair(old.value, new.value, session[before])
            elif all(chances):  # without an interval nobody knows what is chance
                pairs[name, params] = Pair(old.value, new.value, session[before], hypot(*chances))
    return pairs


def _follows(pair: Pair, first: Pair | None) -> bool:
    """Whether a later measurement is of the first one, and not of one that this has replaced."""
    return bool(first) and pair.session.milliseconds >= first.session.milliseconds


def _finding(
    history: History, measurements: Iterable[Mapping[Series, Pair]], names: Iterable[str]
) -> Finding | None:
    benchmark, params = history.series
    found = [of for of in measurements if history.series in of]
    decided = decide([of[history.series] for of in found], history.threshold or 0.0)
    if decided is None:
        return None
    state, pairs = decided
    beside = {name: (benchmark, (*params[:-1], name)) for name in names}
    moved: dict[str, Pair] = {}
    for number, (of, pair) in enumerate(zip(found, pairs, strict=False), 1):
        controls = {name: of[other] for name, other in beside.items() if other in of}
        if _moved_alike(pair, controls.values(), history.threshold or 0.0):
            state, pairs, moved = "moved with controls", pairs[:number], controls
            break
    return Finding(benchmark, params, history.address, state, pairs, mean(pairs[1:]), moved)


def decide(pairs: Sequence[Pair], threshold: float) -> tuple[State, tuple[Pair, ...]] | None:
    """Tell whether a series changed, by a first measurement and as many more as decide it.

    None if the first is within the threshold. It has no part in the decision, since it was chosen
    because it is large: the mean of the others has.
    """
    first = pairs[0]
    if abs(first.share) <= threshold:
        return None
    for number in range(2, 1 + len(pairs)):
        again = mean(pairs[1:number])
        assert again
        if again.share * first.share <= 0 or abs(again.share) <= threshold:
            return "not seen again", tuple(pairs[:number])
        if abs(again.share) > again.chance:
            return "confirmed", tuple(pairs[:number])
    return "not confirmed", tuple(pairs)


def mean(pairs: Sequence[Pair]) -> Pair | None:
    """Return the mean of some measurements, None of none: chance becomes less with their number."""
    if not pairs:
        return None
    before, after = fmean(pair.before for pair in pairs), fmean(pair.after for pair in pairs)
    chance = hypot(*(pair.chance for pair in pairs)) / len(pairs)
    return Pair(before, after, pairs[-1].session, chance)


def _exceeds(pair: Pair, first: Pair, threshold: float) -> bool:
    """Whether a pair changed in the same direction as another one, by more than a share."""
    return pair.share * first.share > 0 and abs(pair.share) > max(threshold, pair.chance)


def _moved_alike(pair: Pair, controls: Iterable[Pair], threshold: float) -> bool:
    """Whether all controls moved in the direction of a pair, and far enough to explain it."""
    least = ALIKE * abs(pair.share)
    moved = [_exceeds(c, pair, threshold) and abs(c.share) >= least for c in controls]
    return bool(moved) and all(moved)
