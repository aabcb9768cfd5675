"""Where the machine changed its speed is said, and only there."""

from dataclasses import replace

import pytest
from made_up import SIGNALS, measured

from website.results import Session
from website.shifts import build

MONDAY = Session("2026-11-23T08:00:00Z", "lock", "boot", "standard")
FOUR = ("v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0")
TIMES = {
    "metrics.LogMetrics.time_log_metrics": (
        "Log metrics",
        "seconds",
        {"tracker": ["synadb", "mlflow-file", "mlflow-sqlite", "floor"]},
    )
}


def shifts(factors: dict[str, float], benchmarks=TIMES, sessions=()) -> list:
    """Return what is said of times that are divided from the third release on, by tracker."""
    at = lambda number, _, params: 1 / factors.get(params[-1], 1.0) if number >= 2 else 1.0  # noqa: E731
    return list(build(measured(at, FOUR, benchmarks=benchmarks, sessions=sessions)))


@pytest.mark.parametrize(("factor", "words"), [(2.0, "2 times as fast"), (0.4, "2.5 times as sl")])
def test_where_all_controls_moved_the_machine_did(factor: float, words: str) -> None:
    everything = dict.fromkeys(["synadb", "mlflow-file", "mlflow-sqlite", "floor"], factor)
    (shift,) = shifts(everything)
    assert (shift.before, shift.release, shift.series) == ("v1.1.0", "v1.2.0", 3)
    assert shift.factor == pytest.approx(factor)
    assert f"From v1.1.0 to v1.2.0 the machine became {words}" in shift.words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lock": "other"}, "with other packages: absolute times that moved alike are not the rel"),
        ({"boot": "other"}, "the machine became 2 times as fast"),
    ],
)
def test_with_other_packages_it_may_be_those(changed: dict[str, str], words: str) -> None:
    sessions = [MONDAY, MONDAY, *[replace(MONDAY, **changed)] * 2]
    (shift,) = shifts(
        dict.fromkeys(["mlflow-file", "mlflow-sqlite", "floor"], 2.0), TIMES, sessions
    )
    assert words in shift.words


@pytest.mark.parametrize(
    "factors",
    [
        {},
        {"synadb": 2.0},
        {"synadb": 0.5, "floor": 0.5},
        dict.fromkeys(["synadb", "mlflow-file", "mlflow-sqlite", "floor"], 1.2),
        {"mlflow-file": 2.0, "mlflow-sqlite": 0.5, "floor": 2.0},
    ],
)
def test_what_did_not_move_all_controls_is_not_the_machine_s(factors: dict[str, float]) -> None:
    assert shifts(factors) == []


def test_counts_and_two_controls_tell_nothing_of_a_machine() -> None:
    """SIGNALS have instructions of three controls, and times of two."""
    assert shifts(dict.fromkeys(["mlflow-file", "mlflow-sqlite", "floor"], 2.0), SIGNALS) == []
