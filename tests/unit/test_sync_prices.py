"""What operations take by the price of a sync: the model, what was measured, and who is faster."""

from math import nan

import pytest
from made_up import SYSTEMS, Described, measured

from website import tables
from website.results import Estimate
from website.sync_prices import Line, Parity, Priced, build

PRICES = ["0", "1", "10"]
BENCHMARKS: Described = {
    tables.AT_PRICES: (
        "An operation",
        "seconds",
        {"operation": ["log metrics"], "price": PRICES, "tracker": SYSTEMS},
    ),
    tables.SYNCS: ("Syncs", "syncs", {"operation": ["log metrics"], "tracker": SYSTEMS}),
    tables.OVERSHOOT: ("Beyond the price", "seconds", {"price": PRICES}),
}
# Milliseconds of software, and syncs.
MODELS = {"synadb": (0.1, 2), "mlflow-file": (0.5, 0), "mlflow-sqlite": (3.0, 4)}
# Milliseconds beyond the price: of a write, and of a sync that ends late.
BEYOND = {"0": 0.01, "1": 0.03, "10": 0.07}


def value(number: int, name: str, params: tuple[str, ...]) -> float | None:
    """Let all be as it is modelled, but for files, which take a tenth more at 10 ms."""
    match name, params:
        case tables.OVERSHOOT, (price,):
            return BEYOND[price] / 1000
        case tables.SYNCS, (_, tracker):
            return MODELS[tracker][1]
        case tables.AT_PRICES, (_, "10", "mlflow-file"):
            return 0.55 / 1000
        case tables.AT_PRICES, (_, price, tracker):
            software, syncs = MODELS[tracker]
            return (software + syncs * (float(price) + BEYOND[price] - BEYOND["0"])) / 1000
    raise AssertionError(name)


def priced(values=value) -> Priced:
    (found,) = build(measured(values, benchmarks=BENCHMARKS), "SynaDB v1.1.0")
    return found


def test_the_model_is_software_and_syncs_at_what_one_took() -> None:
    found = priced()
    assert (found.operation, found.syncs) == ("log metrics", {t: s for t, (_, s) in MODELS.items()})
    assert [at.price for at in found.prices] == [0, 1, 10]
    assert [at.sync for at in found.prices] == pytest.approx([0, 1.02, 10.06])
    modelled = {tracker: [at.times[tracker].modelled for at in found.prices] for tracker in SYSTEMS}
    assert {tracker: [line and line.value for line in of] for tracker, of in modelled.items()} == {
        "synadb": pytest.approx([0.1, 2.14, 20.22]),
        "mlflow-file": pytest.approx([0.5, 0.5, 0.5]),
        "mlflow-sqlite": pytest.approx([3.0, 7.08, 43.24]),
    }


def test_the_interval_of_the_model_is_the_software_s() -> None:
    found = priced().prices[1].times["synadb"].modelled
    assert found
    assert (found.low, found.high) == pytest.approx((2.135, 2.145))


def test_the_difference_is_in_percent_of_the_model() -> None:
    differences = {
        tracker: [at.times[tracker].difference for at in priced().prices] for tracker in SYSTEMS
    }
    assert differences == {
        "synadb": pytest.approx([0, 0, 0], abs=1e-9),
        "mlflow-file": pytest.approx([0, 0, 10]),
        "mlflow-sqlite": pytest.approx([0, 0, 0], abs=1e-9),
    }


def test_the_price_of_parity_is_said_for_each_baseline() -> None:
    files, sqlite = priced().parities
    assert files.price
    assert files.price.value == pytest.approx(0.2)
    assert (files.price.low, files.price.high) == pytest.approx((0.185, 0.215))
    said = "SynaDB v1.1.0 is faster than MLflow files up to 0.2 ms (0.185 to 0.215) a sync, and"
    assert files.words == f"{said} slower beyond"
    never = "SynaDB v1.1.0 is faster than MLflow SQLite at every price of a sync"
    assert sqlite == Parity("mlflow-sqlite", None, never)


def line(software: float, syncs: float) -> Line:
    """Return a model with an interval of a tenth around it."""
    return Line(Estimate(software, 0.9 * software, 1.1 * software), syncs)


@pytest.mark.parametrize(
    ("ours", "theirs", "price"),
    [
        (line(1, 2), line(5, 0), (2.0, 1.7, 2.3)),
        (line(5, 0), line(1, 2), (2.0, 1.7, 2.3)),  # whoever is ours
        (line(10, 1), line(1, 4), (3.0, 7.9 / 3, 10.1 / 3)),
        (line(1, 1), line(1, 0), (0.0, None, 0.2)),
        (line(10, 1), line(11, 0), (1.0, None, 3.1)),  # at the lower ends never
        (Line(Estimate(1), 2), line(5, 0), (2.0, None, None)),
        (Line(Estimate(1, None, 1.1), 2), line(5, 0), (2.0, 1.7, None)),
        (line(5, 2), line(1, 0), None),
        (line(1, 1), line(5, 4), None),
        (line(1, 2), line(5, 2), None),
    ],
)
def test_two_lines_meet_at_one_price_or_at_none(ours: Line, theirs: Line, price) -> None:
    found = ours.meets(theirs)
    assert (found and (found.value, found.low, found.high)) == (price and pytest.approx(price))
    if found and found.value:
        assert ours.at(found.value).value == pytest.approx(theirs.at(found.value).value)


@pytest.mark.parametrize(
    ("synadb", "sqlite", "said"),
    [
        ((4, 1), (1, 4), "is slower than MLflow SQLite up to 1 ms (0.917 to 1.08) a sync, and"),
        ((4, 4), (1, 1), "is slower than MLflow SQLite at every price of a sync"),
        ((1, 1), (4, 1), "is faster than MLflow SQLite at every price of a sync"),
        ((1, 1), (1.01, 1), "shows no clear difference to MLflow SQLite at any price of a sync"),
    ],
)
def test_who_is_faster_is_said_in_each_case(synadb, sqlite, said, monkeypatch) -> None:
    monkeypatch.setitem(MODELS, "synadb", synadb)
    monkeypatch.setitem(MODELS, "mlflow-sqlite", sqlite)
    assert priced().parities[1].words.startswith(f"SynaDB v1.1.0 {said}")


@pytest.mark.parametrize("missing", [None, nan])
def test_what_was_not_measured_is_not_made_up(missing: float | None) -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        lost = {(tables.AT_PRICES, ("log metrics", "0", "mlflow-file"))}
        lost |= {(tables.OVERSHOOT, (price,)) for price in PRICES}
        return missing if (name, params) in lost else value(number, name, params)

    found = priced(values)
    assert [at.sync for at in found.prices] == [0, 1, 10]
    assert found.syncs.keys() == {"synadb", "mlflow-sqlite"}
    assert [parity.baseline for parity in found.parities] == ["mlflow-sqlite"]
    times = [at.times["mlflow-file"] for at in found.prices]
    assert [time.state for time in times] == [
        "failed" if missing is None else "missing",
        "measured",
        "measured",
    ]
    assert {(time.modelled, time.difference) for time in times} == {(None, None)}
    nothing = measured(lambda number, name, params: missing, benchmarks=BENCHMARKS)
    assert list(build(nothing, "SynaDB")) == []


def test_without_the_subject_there_is_no_parity() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        return nan if params[-1] == "synadb" else value(number, name, params)

    assert priced(values).parities == []
