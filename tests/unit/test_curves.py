"""Where the subject and a baseline change places as something grows."""

from math import nan

import pytest
from made_up import Values, constant, measured, report

from website import curves
from website.curves import Curve
from website.results import Estimate
from website.tables import CURVES


def growing(power: float) -> Values:
    """Return values of which the subject's grow with this power of a size, and others linearly."""

    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        if not name.startswith("scale"):
            return constant(10.0)(number, name, params)
        size = float(params[1])
        share = (size / 30) ** (power - 1) if params[2] == "synadb" else 1.0
        return nan if size == 5000 else 1e-3 * size / 30 * share

    return values


def build(values: Values) -> list[Curve]:
    return list(curves.build(measured(values), CURVES, "SynaDB v1.1.0"))


def test_a_crossover_is_said_with_its_interval() -> None:
    said = "SynaDB v1.1.0 is faster than MLflow SQLite up to about 30 runs (27 to 33 runs), and"
    assert f"Read runs (operation: query): {said} slower beyond." in report(growing(2)).conclusions
    curve, _ = build(growing(2))
    assert [sample.size for sample in curve.lines["synadb"]] == [10, 100, 1000]
    sizes = {found.baseline: round(found.size.value) for found in curve.crossovers if found.size}
    assert sizes == {"mlflow-file": 30, "mlflow-sqlite": 30}


def test_the_other_way_round_is_said_too() -> None:
    said = "SynaDB v1.1.0 is slower than MLflow SQLite up to about 30 runs (25 to 37 runs), and"
    assert f"Read runs (operation: open): {said} faster beyond." in report(growing(0.5)).conclusions


def test_without_a_crossover_the_faster_one_is_said() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return 1.0 if "synadb" in params else 2.0

    (first, second), _ = (curve.crossovers for curve in build(values))
    assert first.size is second.size is None
    assert first.words.endswith("faster than MLflow files at all sizes from 10 runs to 5,000 runs")
    assert not [said for said in report(values).conclusions if "at all sizes" in said]


def test_a_curve_says_what_its_benchmark_says() -> None:
    curve, other = build(constant(10.0))
    assert (curve.title, other.title) == (
        "Read runs (operation: query)",
        "Read runs (operation: open)",
    )
    assert (curve.unit, curve.of) == ("seconds", "runs")


def test_an_end_that_is_unknown_makes_no_crossover_impossible() -> None:
    found = measured(growing(2))
    for (name, _), by_commit in found.values.items():
        if name.startswith("scale"):
            for commit, value in by_commit.items():
                by_commit[commit] = value and Estimate(value.value, None, value.high)
    curve, *_ = curves.build(found, CURVES, "SynaDB v1.1.0")
    size = curve.crossovers[0].size
    assert size
    assert round(size.value) == 30


@pytest.mark.parametrize(
    ("costs", "sizes"),
    [
        ([(1, 10), (100, 1000)], [10]),
        ([(0, 10), (100, 1000)], [10]),  # 0 is taken for 1
        ([(100, 1000), (0, 10)], [10]),
        ([(10, 50), (100, 90)], []),
        ([(1, 50), (10, 200), (100, 50)], [10**0.5, 10**1.5]),
    ],
)
def test_costs_cross_parity_on_a_logarithmic_scale(costs: list, sizes: list[float]) -> None:
    assert curves.crossings(costs) == pytest.approx(sizes)
