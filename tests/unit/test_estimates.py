"""An estimate that cannot be is never made, whatever asv computed of few samples."""

import math
import random
from collections.abc import Iterator

import pytest

from website.results import Estimate, estimate

ODD = [0.0, -1.0, 1e-300, 1e300, math.inf, -math.inf, math.nan]


def numbers(chance: random.Random) -> Iterator[float]:
    """Yield numbers of all magnitudes and signs, and odd ones."""
    while True:
        yield chance.choice([*ODD, chance.uniform(-1, 2), 10 ** chance.uniform(-12, 12)])


def made_up() -> list[Estimate]:
    chance = random.Random(42)
    found = numbers(chance)
    made = [
        estimate(next(found), *(chance.choice([None, next(found)]) for _ in "ab"))
        for _ in range(3000)
    ]
    return [one for one in made if one]


def assert_possible(found: Estimate) -> None:
    low = found.value if found.low is None else found.low
    high = found.value if found.high is None else found.high
    assert 0 <= low <= found.value <= high < math.inf
    assert found.low is None or found.low > 0


def test_an_estimate_holds_its_value_and_nothing_negative() -> None:
    found = made_up()
    assert len(found) > 1000
    for one in found:
        assert_possible(one)


def test_a_scale_makes_no_impossible_one() -> None:
    for one in made_up():
        if one.value < 1e290:
            for size in (1e-6, 1e-3, 1.0, 1e3, 1e9):
                assert_possible(one.over(size))


def test_a_ratio_makes_no_impossible_one() -> None:
    found = made_up()
    ratios = [one.percent_of(other) for one, other in zip(found, found[::-1], strict=True)]
    assert len([ratio for ratio in ratios if ratio]) > 1000
    for ratio in ratios:
        if ratio:
            assert_possible(ratio)


def test_the_bounds_hold_the_value() -> None:
    for one in made_up():
        low, high = one.bounds
        assert 0 <= low <= one.value * (1 + 1e-12)
        assert high >= one.value * (1 - 1e-12)


@pytest.mark.parametrize(
    ("ends", "known"),
    [
        ((1.0, 3.0), (1.0, 3.0)),
        ((-1.0, 3.0), (None, 3.0)),
        ((0.0, 3.0), (None, 3.0)),
        ((2.5, 3.0), (None, 3.0)),
        ((1.0, 1.5), (1.0, None)),
        ((1.0, math.inf), (1.0, None)),
        ((math.nan, math.nan), (None, None)),
    ],
)
def test_an_end_that_cannot_be_is_unknown(
    ends: tuple[float, float], known: tuple[float | None, float | None]
) -> None:
    found = Estimate(2.0, *ends)
    assert (found.low, found.high) == known


@pytest.mark.parametrize("value", [None, -1.0, math.inf, math.nan])
def test_a_value_that_cannot_be_is_none(value: float | None) -> None:
    assert estimate(value) is None


def test_an_unknown_end_is_off_by_the_same_factor() -> None:
    assert Estimate(2.0, None, 8.0).bounds == (0.5, 8.0)
    assert Estimate(2.0, 1.0, None).bounds == (1.0, 4.0)
    assert Estimate(2.0).bounds == (2.0, 2.0)


def test_a_percentage_is_unknown_where_an_end_is() -> None:
    assert Estimate(1.0, None, 2.0).percent_of(Estimate(4.0, 2.0, 5.0)) == Estimate(25.0, None, 100)
    assert Estimate(1.0).percent_of(Estimate(0.0)) is None


def test_a_ratio_is_of_the_samples_of_the_side_that_has_fewer() -> None:
    one, other = Estimate(1.0, n=3), Estimate(4.0, n=12)
    assert one.percent_of(other) == Estimate(25.0, n=3)
    assert other.percent_of(one) == Estimate(400.0, n=3)
    assert one.over(2.0) == Estimate(0.5, n=3)
