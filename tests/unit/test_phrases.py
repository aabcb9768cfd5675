"""Figures in words."""

import pytest

from website import phrases
from website.results import Estimate


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Estimate(8.0, 7.0, 9.0), "12x faster"),
        (Estimate(50.0), "2.0x faster"),
        (Estimate(130.0, 120.0, 140.0), "1.3x slower"),
        (Estimate(130.0, 99.0, 160.0), "no clear difference"),
        (Estimate(130.0, -5.0, 265.0), "no clear difference"),
        (Estimate(8.0, 3.0, float("inf")), "12x faster"),
        (Estimate(99.9), "no clear difference"),
        (None, "missing"),
    ],
)
def test_a_cost_in_words(cost: Estimate | None, said: str) -> None:
    assert phrases.compared(cost, "seconds") == said


@pytest.mark.parametrize(
    ("unit", "lower", "higher"),
    [
        ("seconds", "is 2.0x faster", "is 2.0x slower"),
        ("% of MLflow's time", "is 2.0x faster", "is 2.0x slower"),
        ("bytes", "is 2.0x smaller", "is 2.0x larger"),
        ("points", "takes 2.0x fewer", "takes 2.0x more"),
        ("% of MLflow's instructions", "takes 2.0x fewer", "takes 2.0x more"),
    ],
)
def test_words_follow_from_the_unit(unit: str, lower: str, higher: str) -> None:
    for cost, said in ((50.0, lower), (200.0, higher), (100.0, "shows no clear difference")):
        words = phrases.compared(Estimate(cost), unit)
        assert phrases.standing(words, unit) == said


def test_a_conclusion_follows_its_unit() -> None:
    costs = {"log metrics": Estimate(50.0), "list runs": Estimate(300.0)}
    said = phrases.conclusion("X", "Y", "Instructions", "% of MLflow's instructions", costs)
    assert said.startswith("In instructions, next to Y, X takes fewer in 1 of 2 operations: to log")
    assert said.endswith("; it takes more in 1 of 2 operations: to list runs (3.0x).")


@pytest.mark.parametrize(
    ("size", "of", "said"),
    [
        (1234, "runs", "1,200 runs"),
        (0, "points", "0 points"),
        (1024, "bytes", "1 KiB"),
        (130 * 1024, "bytes", "130 KiB"),
        (2**26, "bytes", "64 MiB"),
        (10, "bytes", "10 bytes"),
    ],
)
def test_a_size_in_words(size: float, of: str, said: str) -> None:
    assert phrases.quantity(size, of) == said


@pytest.mark.parametrize(
    ("low", "high", "of", "said"),
    [
        (34.2, 291, "runs", "34 to 290 runs"),
        (2**10, 2**25, "bytes", "1 KiB to 32 MiB"),
        (None, 120, "runs", "less to 120 runs"),
        (34.2, None, "runs", "34 runs to more"),
    ],
)
def test_an_interval_of_sizes_in_words(
    low: float | None, high: float | None, of: str, said: str
) -> None:
    assert phrases.spread(low, high, of) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Estimate(8.0, 7.9, 8.81), "7.9 to 8.81"),
        (Estimate(8.0, None, 9.0), "less to 9"),
        (Estimate(8.0, 7.0, None), "7 to more"),
        (Estimate(8.0), ""),
        (None, ""),
    ],
)
def test_an_interval_in_words(found: Estimate | None, said: str) -> None:
    assert phrases.interval(found) == said


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ({"cpu": "AMD EPYC", "num_cpu": "2"}, "2 cores of AMD EPYC"),
        ({"cpu": "AMD EPYC", "num_cpu": "1"}, "1 core of AMD EPYC"),
        ({"cpu": "AMD EPYC"}, "AMD EPYC"),
        ({}, ""),
    ],
)
def test_a_processor_in_words(machine: dict[str, str], said: str) -> None:
    assert phrases.processor(machine) == said
