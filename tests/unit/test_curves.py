"""Where the subject and a baseline change places as something grows."""

from collections.abc import Mapping
from math import nan

import pytest
from made_up import Values, constant, measured, report

from website import curves
from website.curves import Crossover, Curve
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
    said = "SynaDB v1.1.0 is faster than MLflow SQLite up to about 30 runs (99 %: 27 to 33 runs)"
    title, beyond = "Read runs (operation: query)", "and slower beyond."
    assert f"{title}: {said}, {beyond}" in report(growing(2)).conclusions
    curve, _ = build(growing(2))
    assert [sample.size for sample in curve.lines["synadb"]] == [10, 100, 1000]
    sizes = {found.baseline: round(found.size.value) for found in curve.crossovers if found.size}
    assert sizes == {"mlflow-file": 30, "mlflow-sqlite": 30}


def test_the_other_way_round_is_said_too() -> None:
    said = "SynaDB v1.1.0 is slower than MLflow SQLite up to about 30 runs (99 %: 25 to 37 runs)"
    title, beyond = "Read runs (operation: open)", "and faster beyond."
    assert f"{title}: {said}, {beyond}" in report(growing(0.5)).conclusions


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


def crossover(costs: Mapping[int, float], sampled: Mapping[int, tuple[float, int]]) -> Crossover:
    """Return where costs in percent go through parity.

    Sizes are ``sampled`` with an interval of so large a factor to either side, and so often; all
    others 12 times, with an interval of 5 %.
    """
    sizes = {"runs": list(map(str, costs)), "tracker": ["synadb", "mlflow-sqlite"]}

    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return costs[int(params[0])] if params[1] == "synadb" else 100.0

    found = measured(values, benchmarks={"scale.ReadRuns": ("Read runs", "seconds", sizes)})
    for (_, (size, _)), by_commit in found.values.items():
        factor, n = sampled.get(int(size), (1.05, 12))
        for commit, of in by_commit.items():
            ends = (of.value / factor, of.value * factor) if of and n > 1 else (None, None)
            by_commit[commit] = of and Estimate(of.value, *ends, n)
    (curve,) = curves.build(found, ["scale.ReadRuns"], "SynaDB")
    (only,) = curve.crossovers
    return only


COSTS = {10: 40.0, 20: 85.0, 30: 125.0, 50: 190.0, 100: 300.0, 1000: 500.0, 5000: 2000.0}


@pytest.mark.parametrize(
    ("sampled", "noted"),
    [
        ({}, "99 %: 21 to 26 runs; n = 12"),
        ({30: (1.05, 9)}, "99 %: 21 to 26 runs; n = 9 to 12"),
        ({1000: (2.0, 3), 5000: (1.0, 1)}, "99 %: 21 to 26 runs; n = 12"),
        (
            dict.fromkeys(COSTS, (1.5, 2)),
            "99 %: 11 to 65 runs, over 3 of the sizes measured; n = 2",
        ),
        (
            dict.fromkeys(COSTS, (1.9, 2)),
            "99 %: less to 230 runs, over 5 of the sizes measured; n = 2",
        ),
        ({30: (1.0, 1)}, "no interval; n = 1 to 12"),
        (dict.fromkeys(COSTS, (1.0, 1)), "no interval; n = 1"),
    ],
)
def test_a_crossover_is_between_its_neighbours_and_says_how_sure_it_is(
    sampled: dict, noted: str
) -> None:
    found = crossover(COSTS, sampled)
    said = f"SynaDB is faster than MLflow SQLite up to about 24 runs ({noted}), and slower beyond"
    assert found.words == said
    assert found.size
    assert 20 < found.size.value < 30


def test_what_a_single_sample_has_is_no_end_of_an_interval() -> None:
    costs = {10: 60.0, 20: 95.0, 30: 110.0, 1000: 120.0, 5000: 900.0}
    wide = dict.fromkeys(costs, (1.2, 12))
    found = crossover(costs, wide)
    assert "about 23 runs (99 %: 12 to 1,200 runs, over 3 of the sizes measured; n" in found.words
    found = crossover(costs, wide | {5000: (1.0, 1)})
    assert "(99 %: 12 runs to more, over 4 of the sizes measured; n = 12)" in found.words


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
