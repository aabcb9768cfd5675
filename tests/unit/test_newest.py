"""A change of the newest release is shown at once, and only if it is the subject's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from made_up import SIGNALS, histories, measured

from website.model import Document, build
from website.results import Estimate, Session
from website.steps import share

THREE = ("v1.0.0", "v1.1.0", "v1.2.0")
MONDAY = Session("2026-11-23T08:00:00Z", "lock", "boot", "standard")
TUESDAY = replace(MONDAY, started="2026-11-24T08:00:00Z")
TOGETHER, APART = (None, MONDAY, MONDAY), (MONDAY, MONDAY, TUESDAY)
COUNT = ("instructions.Operations.track_instructions", ("log metrics", "synadb"))
SYNCS = ("counts.Syncs.track_syncs", ("log metrics", "synadb"))
COST = ("against_release.InMemory.track_time", ("log metrics",))
TIME = ("metrics.LogMetrics.time_log_metrics", ("synadb",))
CONTROLS = [(COUNT[0], ("log metrics", name)) for name in ("mlflow-file", "mlflow-sqlite", "floor")]
# By how much the newest release differs, by series.
Shares = Mapping[tuple[str, tuple[str, ...]], float]


def values(shares: Shares):
    """Return values that are 1000 but for the newest release's."""
    return lambda number, *series: 1000.0 * (1 + shares.get(series, 0.0) * (number == 2))


def published(shares: Shares, sessions=TOGETHER, again: Sequence[Shares] = (), later=TOGETHER):
    """Return the report of three releases that differ in the newest one alone."""
    more = [(values(of), later) for of in again]
    found = measured(values(shares), THREE, benchmarks=SIGNALS, sessions=sessions, again=more)
    return build("synadb", found, histories(found))


def states(report: Document) -> dict[tuple[str, tuple[str, ...]], str]:
    assert report.newest
    return {(f.benchmark, f.params): f.state for f in report.newest.findings}


@pytest.mark.parametrize(
    ("series", "planted", "kind"),
    [
        (COUNT, 0.01, "regression"),
        (COUNT, -0.01, "improvement"),
        (COST, 0.2, "regression"),
        (SYNCS, 0.001, "regression"),
    ],
)
def test_what_was_measured_twice_is_a_change_of_the_newest_release(series, planted, kind) -> None:
    found = published({series: planted}, again=[{series: planted}])
    assert states(found) == {series: "confirmed"}
    (changed,) = found.changes
    assert (changed.benchmark, changed.params) == series
    (mark,) = changed.marks
    assert (mark.release, mark.kind) == ("v1.2.0", kind)
    assert [(p.before, p.after) for p in mark.measurements] == [(1000, 1000 * (1 + planted))] * 2
    assert found.regressions == (found.changes if kind == "regression" else [])
    said = found.conclusions[-1]
    assert said.startswith("1 regression is open" if kind == "regression" else "0 regressions are")
    assert "not measured" not in said


def test_of_a_release_that_fails_nothing_could_be_seen() -> None:
    newest_fails = lambda number, *series: None if number == 2 else 1000.0  # noqa: E731
    found = measured(newest_fails, THREE, benchmarks=SIGNALS, sessions=TOGETHER)
    report = build("synadb", found, histories(found))
    assert report.newest
    assert not report.changes
    said = "Of v1.2.0 nothing was measured in which a regression would be seen."
    assert report.newest.words == [said]
    assert said in report.conclusions[-1]


@pytest.mark.parametrize(
    "planted",
    [
        {COUNT: 0.004},
        {COST: 0.015},
        {COUNT: 0.0},
        {TIME: 3.0},
        {CONTROLS[0]: 0.5},
    ],
)
def test_within_the_threshold_and_unwatched_there_is_none(planted: Shares) -> None:
    found = published(planted, again=[planted])
    assert not states(found)
    assert not found.changes
    assert found.conclusions[-1] == "0 regressions are open."


@pytest.mark.parametrize(
    "sessions",
    [
        APART,
        (),
        (None, None, MONDAY),
        (None, MONDAY, replace(MONDAY, suite="full")),
    ],
)
def test_of_different_sessions_nothing_is_said_but_that(sessions) -> None:
    found = published({COUNT: 0.5}, sessions, again=[{COUNT: 0.5}])
    assert not states(found)
    assert not found.changes
    said = "The newest release was not measured together with the one before it: a regression in it"
    assert f"{said} would not be seen here." in found.conclusions[-1]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"lock": "other"}, ", but with other packages: a"),
        ({"cpu": "one"}, {"cpu": "other"}, ", but with another processor: a"),
        ({"cpu": "one"}, {"lock": "o", "cpu": "o"}, ", but with other packages and another proc"),
        ({}, {"cpu": "other"}, ": a regression"),  # nobody knows which it was before
    ],
)
def test_packages_and_processors_are_named_where_they_tell_the_releases_apart(
    before: dict, after: dict, words: str
) -> None:
    found = published({COUNT: 0.5}, (None, replace(MONDAY, **before), replace(MONDAY, **after)))
    assert not found.changes
    assert f"before it{words}" in found.conclusions[-1]


@pytest.mark.parametrize(
    ("skipped", "words"),
    [
        (COUNT[0], f"{SIGNALS[COUNT[0]][0]} (needs valgrind)"),
        (COST[0], SIGNALS[COST[0]][0]),
        (TIME[0], ""),
    ],
)
def test_what_the_newest_release_alone_skipped_is_named(skipped: str, words: str) -> None:
    nan = lambda number, name, _: float("nan") if (number, name) == (2, skipped) else 1.0  # noqa: E731
    results = measured(nan, THREE, benchmarks=SIGNALS, sessions=TOGETHER)
    found = build("synadb", results, histories(results))
    assert found.newest
    said = [f"Measured of v1.1.0 and skipped of v1.2.0: {words}."] if words else []
    assert found.newest.words[-1:] == said


def test_series_that_were_not_measured_together_are_counted() -> None:
    results = measured(values({}), THREE, benchmarks=SIGNALS, sessions=TOGETHER)
    del results.sessions[COST[0]]
    found = build("synadb", results, histories(results))
    assert found.newest
    number = len(SIGNALS[COST[0]][2]["operation"])
    assert found.newest.together == found.newest.watched - number
    (said,) = found.newest.words
    assert said.startswith(f"{number} of {found.newest.watched} series were not measured of v1.2.0")


@pytest.mark.parametrize("again", [[], [{COUNT: 0.01}]])
def test_what_was_measured_together_once_is_not_confirmed(again: list[Shares]) -> None:
    found = published({COUNT: 0.01}, again=again, later=APART)
    assert states(found) == {COUNT: "not confirmed"}
    assert not found.changes
    said = "0 regressions are open. 1 change of v1.2.0 is not told from chance yet: measure again."
    assert found.conclusions[-1] == said


def test_a_second_measurement_that_is_older_than_the_first_confirms_nothing() -> None:
    sunday = replace(MONDAY, started="2026-11-22T08:00:00Z")
    found = published({COUNT: 0.01}, again=[{COUNT: 0.01}], later=(None, sunday, sunday))
    assert states(found) == {COUNT: "not confirmed"}


@pytest.mark.parametrize("again", [0.0, 0.004, -0.01])
def test_what_a_second_measurement_does_not_show_is_no_change(again: float) -> None:
    found = published({COUNT: 0.01}, again=[{COUNT: again}])
    assert states(found) == {COUNT: "not seen again"}
    assert not found.changes


@pytest.mark.parametrize(
    ("later", "state", "measurements"),
    [
        ([], "not confirmed", 1),
        ([0.08], "not confirmed", 2),
        ([0.08, 0.08], "confirmed", 3),
        ([0.08, 0.03], "not confirmed", 3),
        ([0.08, 0.03, 0.05, 0.06], "confirmed", 5),
        ([0.01], "not seen again", 2),
        ([0.08, -0.05], "not seen again", 3),
        ([0.01, 0.06, 0.06], "not seen again", 2),
        ([-0.06], "not seen again", 2),
    ],
)
def test_a_time_is_measured_until_it_is_told_from_chance(later, state, measurements) -> None:
    """Each is known to 7.2 %: a pair differs by 10.2 % by chance, and the mean of two by 7.2 %."""
    found = published({COST: 0.06}, again=[{COST: share} for share in later])
    assert states(found) == {COST: state}
    assert bool(found.changes) == (state == "confirmed")
    assert found.newest
    (finding,) = found.newest.findings
    assert len(finding.measurements) == measurements
    of = later[: measurements - 1]
    assert bool(finding.again) == bool(of)
    if finding.again:
        assert finding.again.after == pytest.approx(1000 * (1 + sum(of) / len(of)))


@pytest.mark.parametrize(
    ("controls", "state"),
    [
        ((0.10, 0.12, 0.08), "moved with controls"),
        ((0.05, 0.30, 0.06), "moved with controls"),
        ((0.10, 0.10, 0.00), "confirmed"),
        ((0.01, 0.01, 0.01), "confirmed"),
        ((-0.1, -0.1, -0.1), "confirmed"),
    ],
)
def test_what_the_controls_did_too_is_not_the_subject_s(controls, state: str) -> None:
    planted = {COUNT: 0.10, **dict(zip(CONTROLS, controls, strict=True))}
    found = published(planted, again=[planted])
    assert states(found) == {COUNT: state}
    assert bool(found.changes) == (state == "confirmed")
    assert found.newest
    (finding,) = found.newest.findings
    shown = {params[-1] for _, params in CONTROLS} if state == "moved with controls" else set()
    assert finding.controls.keys() == shown


def test_controls_that_moved_in_either_measurement_are_enough() -> None:
    moved = {COUNT: 0.10, **dict.fromkeys(CONTROLS, 0.10)}
    assert states(published({COUNT: 0.10}, again=[moved])) == {COUNT: "moved with controls"}


def test_one_release_is_compared_with_none() -> None:
    results = measured(values({}), THREE[:1], benchmarks=SIGNALS, sessions=[MONDAY])
    assert build("synadb", results, histories(results)).newest is None


def test_a_time_without_an_interval_is_compared_with_none() -> None:
    """Nobody knows what is chance there; a mean has the interval of what it is of."""
    mean = ("against_release.InMemory.track_mean", COST[1])
    described = SIGNALS | {mean[0]: SIGNALS[COST[0]]}
    for lacking in (COST[0], mean[0]):
        results = measured(values({mean: 0.5}), THREE, benchmarks=described, sessions=TOGETHER)
        for series, found in results.values.items():
            if series[0] == lacking:
                found |= {commit: Estimate(one.value) for commit, one in found.items() if one}
        report = build("synadb", results, histories(results))
        assert report.newest
        assert [finding.benchmark for finding in report.newest.findings] == (
            [] if lacking == COST[0] else [mean[0]]
        )


def test_what_is_published_of_a_change_is_what_did_not_choose_it() -> None:
    found = published({COUNT: 0.05}, again=[{COUNT: 0.02}])
    ((mark,),) = (changed.marks for changed in found.changes)
    assert mark.after == pytest.approx(1020.0)


def test_a_share_is_of_the_lower_value() -> None:
    assert share(2.0, 3.0) == 0.5
    assert share(3.0, 2.0) == -0.5
    assert share(0.0, 1.0) == float("inf")
    assert share(0.0, 0.0) == 0.0
