"""The interval of a cost has the variation from run to run."""

import json
from pathlib import Path

import pytest
from helpers import ROOT
from made_up import constant, histories, measured

from website import phrases, variation
from website.model import build
from website.results import Estimate

SERIES = "against_mlflow.OnDisk.track_cost('log metrics', 'mlflow-file')"


@pytest.mark.parametrize(
    ("within", "varies", "verdict"),
    [
        (Estimate(112.0, 105.0, 124.0), 0.0, "slower"),
        (Estimate(112.0, 105.0, 124.0), 13.7, "equal"),
        (Estimate(181.0, 146.0, 187.0), 15.9, "slower"),
        (Estimate(80.0), 1.0, "faster"),
        (Estimate(80.0), 15.0, "equal"),
    ],
)
def test_a_verdict_has_the_variation(within: Estimate, varies: float, verdict: str) -> None:
    assert phrases.verdict(variation.combined(within, varies)) == verdict


def test_half_the_widths_add_in_quadrature() -> None:
    """As factors: 3 and 4 parts of the logarithm of a factor are 5."""
    part = variation.DEVIATIONS * 0.4 / 4
    low, high = (100 * 2.718281828 ** (sign * 3 * part) for sign in (-1, 1))
    found = variation.combined(Estimate(100.0, low, high), 40.0)
    assert found
    assert found.low == pytest.approx(100 * 2.718281828 ** (-5 * part))
    assert found.high == pytest.approx(100 * 2.718281828 ** (5 * part))


@pytest.mark.parametrize("within", [Estimate(9.0, 1.0, 50.0), Estimate(9.0, 9.0, 9.0)])
@pytest.mark.parametrize("varies", [0.01, 20.0, 300.0])
def test_an_interval_is_wider_and_never_below_0(within: Estimate, varies: float) -> None:
    found = variation.combined(within, varies)
    assert found
    assert found.low
    assert found.high
    assert within.low
    assert within.high
    assert 0 < found.low < within.low <= found.value == 9.0 <= within.high < found.high


def test_an_end_that_is_unknown_remains_so() -> None:
    found = variation.combined(Estimate(9.0, None, 10.0), 5.0)
    assert found
    assert found.low is None
    assert found.high
    assert variation.combined(None, 5.0) is None


def test_without_a_validation_the_interval_is_that_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert variation.load() == {}
    found = measured(constant(10.0))
    report = build("synadb", found, histories(found), variation.load())
    assert not report.validated
    assert all(cost.cost == cost.within for cost in report.costs)


def test_the_validation_of_the_project_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    known = json.loads((ROOT / "docs" / "validation.json").read_text())["variation"]
    found = measured(constant(10.0))
    report = build("synadb", found, histories(found), variation.load())
    assert report.validated
    (cost,) = [
        c for c in report.costs if f"{c.benchmark}('{c.operation}', '{c.baseline}')" == SERIES
    ]
    assert cost.variation == known[SERIES]
    assert cost.cost
    assert cost.within == Estimate(10.0, 9.5, 10.5)
    assert cost.cost.low
    assert cost.cost.low < 9.5
    assert cost.history[-1].cost == cost.cost
    assert cost.history[-1].within == cost.within


@pytest.mark.parametrize(
    ("values", "validated", "varies"),
    [
        ([100, 110, 100, 110, 100], 2.0, 9.99),  # half of the changes are 9.53 %
        ([100, 110, 100, 110, 100], 20.0, 20.0),
        ([100, 100, 150, 150, 150], 2.0, 2.0),  # a step is no variation
        ([100, 110, 100, 110], 2.0, 2.0),  # too few
        ([100, 110, 100, 110, 100], None, None),
    ],
)
def test_what_varies_more_from_release_to_release_counts(
    values: list[float], validated: float | None, varies: float | None
) -> None:
    found = variation.known(validated, [Estimate(float(value)) for value in values])
    assert found == (None if varies is None else pytest.approx(varies, rel=0.001))
