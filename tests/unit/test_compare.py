"""What changed between two releases is told from noise, from controls and from sessions."""

from collections.abc import Callable, Sequence

import pytest
from made_up import SIGNALS, constant, histories, measured

from website import compare
from website.results import Session

TIME = ("metrics.LogMetrics.time_log_metrics", ("synadb",))
COUNT = ("counts.Syncs.track_syncs", ("log metrics", "synadb"))
EIGHT = [f"v1.{number}.0" for number in range(8)]
WOBBLE = (1.0, 1.02, 0.99, 1.01, 1.0, 1.02, 0.99)


def session(day: int) -> Session:
    return Session(f"2025-01-{day:02}T00:00:00Z", "lock", "boot", "standard")


def values(
    last: float, controls: float = 1.0, series: tuple = TIME
) -> Callable[[int, str, tuple[str, ...]], float]:
    """Return values that wobble, and change by a factor in the eighth release."""

    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        is_count = name.startswith("counts")
        wobble = 1.0 if is_count else WOBBLE[number % len(WOBBLE)]
        if number < 7:
            return 10.0 * wobble
        if (name, params) == series:
            return 10.0 * last
        return 10.0 * (controls if params[-1] != "synadb" and not is_count else 1.0)

    return value


def data(of: Callable, versions: Sequence[str] = EIGHT, days: Sequence[int] = ()) -> dict:
    sessions = [session(day) for day in days or [1] * len(versions)]
    found = measured(of, versions=versions, benchmarks=SIGNALS, sessions=sessions)
    known = {history.series: history for history in histories(found)}
    return compare.data(found, known, {}, {}, {})


def judged(of: dict, series: tuple = TIME, a: int = -1, b: int = -1) -> compare.Difference:
    """Return the difference of a series between two releases, the last two if none are given."""
    last = len(of["releases"]) - 1
    pair = (a, b) if b >= 0 else (last - 1, last)
    (found,) = [
        one
        for one in compare.compare(of, *pair)
        if (of["series"][one.number]["b"], tuple(of["series"][one.number]["p"])) == series
    ]
    return found


@pytest.mark.parametrize(("last", "kind"), [(1.5, "worse"), (0.6, "better"), (1.03, "same")])
def test_a_change_is_told_from_noise(last: float, kind: str) -> None:
    found = judged(data(values(last)))
    assert found.kind == kind
    assert (found.verdict == "within noise") == (kind == "same")


@pytest.mark.parametrize(("last", "kind"), [(1.7, "same"), (2.5, "worse")])
def test_what_came_and_went_before_may_come_and_go_again(last: float, kind: str) -> None:
    spiked = {2: 1.7, 17: last}

    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        factor = spiked.get(number, 1.0) if (name, params) == TIME else 1.0
        return 10.0 * factor * WOBBLE[number % len(WOBBLE)]

    found = judged(data(value, [f"v1.{number}.0" for number in range(18)]))
    assert found.kind == kind


def test_a_change_and_its_noise_are_factors() -> None:
    found = judged(data(values(1.5)))
    assert found.change == "1.5x slower"
    assert found.noise.endswith("x")
    assert found.ratio
    assert found.ratio > 1


def test_what_moved_with_the_controls_is_not_the_release_s() -> None:
    found = judged(data(values(0.66, controls=0.66)))
    assert (found.kind, found.verdict) == ("same", "moved with MLflow files and MLflow SQLite")
    assert "MLflow files 1.5x faster" in found.controls


def test_a_control_that_hardly_moved_explains_nothing() -> None:
    assert judged(data(values(1.5, controls=0.97))).kind == "worse"


def test_a_time_has_to_differ_from_the_controls_by_more_than_noise() -> None:
    assert judged(data(values(1.25, controls=1.16))).verdict.startswith("moved with")


def test_where_all_controls_moved_far_there_is_no_verdict() -> None:
    found = judged(data(values(1.5, controls=0.6)))
    assert (found.kind, found.verdict) == ("same", "the controls moved, too")


@pytest.mark.parametrize(
    ("name", "unit", "params", "verdict"),
    [
        ("many_writers.Processes.track_unread_median", "points", ("8", "synadb"), "chance"),
        ("tail.LogMetric.track_longest", "seconds", ("synadb",), "chance"),
        ("tail.LogMetric.track_p50", "seconds", ("synadb",), "better"),
        ("instructions.Operations", "instructions", ("log metrics", "synadb-native"), "chance"),
        ("instructions.Operations", "instructions", ("log metrics", "synadb"), "better"),
        ("against_mlflow.OnDisk", "%", ("log metrics", "mlflow-file"), "not the release's alone"),
    ],
)
def test_what_is_luck_or_shared_never_has_a_verdict(name, unit, params, verdict) -> None:
    described = {name: ("A figure", unit, {str(place): [one] for place, one in enumerate(params)})}
    found = measured(
        lambda number, *_: 300.0 if number == 7 else 400.0,
        versions=EIGHT,
        benchmarks=described,
        sessions=[session(1)] * 8,
    )
    assert judged(compare.data(found, {}, {}, {}, {}), (name, params)).verdict == verdict


def test_absolute_times_of_two_sessions_have_no_verdict() -> None:
    of = data(values(1.5), days=[1] * 7 + [2])
    assert judged(of).verdict == "measured in another session"
    assert "different sessions" in compare.warning(of, 6, 7)
    assert judged(of, a=0, b=6).kind in ("same", "identical")
    assert not compare.warning(of, 0, 6)


@pytest.mark.parametrize(("last", "kind"), [(1.01, "worse"), (0.99, "better"), (1.0, "identical")])
def test_a_count_needs_any_change_whenever_it_was_measured(last: float, kind: str) -> None:
    of = data(values(last, series=COUNT), days=[1] * 7 + [2])
    assert judged(of, COUNT).kind == kind


def test_few_releases_cannot_know_their_noise() -> None:
    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        return 20.0 if number and (name, params) == TIME else 10.0

    of = data(value, ["v1", "v2"])
    for series in of["series"]:
        series.pop("w", None)
    assert judged(of).verdict == "noise not known"


def test_intervals_tell_the_noise_of_few_releases() -> None:
    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        return 20.0 if number and (name, params) == TIME else 10.0

    assert judged(data(value, ["v1", "v2"])).kind == "worse"


def test_the_two_that_are_compared_have_no_part_in_the_noise() -> None:
    quiet, loud = judged(data(values(1.5))), judged(data(values(9.0)))
    assert quiet.noise == loud.noise


def test_the_counts_add_up_and_worse_comes_first() -> None:
    of = data(values(1.5))
    found = compare.compare(of, 6, 7)
    counts = compare.counts(found)
    assert sum(counts.values()) == len(found)
    assert found[0].kind == "worse"
    assert compare.status(found).startswith(f"{len(found)} series: 1 worse, 0 better, ")


def test_what_is_compared_is_the_subject_s() -> None:
    of = data(constant(10.0))
    trackers = {of["series"][one.number]["p"][-1] for one in compare.compare(of, 0, 1)}
    assert not trackers & {"mlflow-file", "mlflow-sqlite", "floor"}


def test_without_notes_a_pause_parts_two_sessions() -> None:
    found = measured(constant(10.0), versions=["v1", "v2", "v3"], benchmarks=SIGNALS)
    hour = compare.PAUSE // 6
    begun = {r.commit: start * hour for r, start in zip(found.releases, (1, 2, 20), strict=True)}
    found.begun = dict.fromkeys(found.benchmarks, begun)
    first, second, third = compare.data(found, {}, {}, {}, {})["benchmarks"][TIME[0]]["sessions"]
    assert first == second != third


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.75, 3.25), (1.0, 4.0)]
)
def test_quartiles_lie_on_lines(share: float, expected: float) -> None:
    assert compare.quartile([1.0, 2.0, 3.0, 4.0], share) == pytest.approx(expected)
