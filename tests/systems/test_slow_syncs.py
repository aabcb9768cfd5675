"""Syncs take as long as they are told, and are counted, on the real systems."""

from pathlib import Path

import pytest

from benchmarks import sync_price
from benchmarks.harness import sizes
from benchmarks.harness.cases import revealed
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories, slow_syncs
from benchmarks.system.processes import run_in_new_interpreter
from tests.systems.apart import price_a_floor_that_loses

SYNCS_OF_CALLS = [1, 2, 10, 1, 2]


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "CACHE", tmp_path / "a cache")
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)


@pytest.mark.parametrize("name", ["synadb", "floor"])
def test_each_sync_takes_its_price_and_is_counted(name: str, monkeypatch) -> None:
    monkeypatch.setattr(sync_price, "TRACKERS", [name])
    found = sync_price.Calls().setup_cache()
    cells = revealed(found[name])
    assert list(cells) == [(call, price) for call in sync_price.CALLS for price in sizes.prices()]
    for (_, price), cell in cells.items():
        assert min(cell["seconds"]) > cell["syncs"] * price / 1e6
        assert min(cell["late"]) >= 0
    assert [cells[call, 0]["syncs"] for call in sync_price.CALLS] == SYNCS_OF_CALLS


def test_a_point_that_is_lost_fails() -> None:
    with (
        slow_syncs.preloaded() as (account, environment),
        pytest.raises(RuntimeError, match=r"AssertionError: plain file \(floor\) lost or changed"),
    ):
        run_in_new_interpreter(price_a_floor_that_loses, str(account), **environment)


def test_without_the_library_nothing_is_measured() -> None:
    with (
        slow_syncs.preloaded() as (account, _),
        pytest.raises(RuntimeError, match="the library was not preloaded"),
    ):
        sync_price.measure("floor", str(account))


def test_without_a_compiler_it_is_skipped_with_the_reason(monkeypatch) -> None:
    monkeypatch.setattr(slow_syncs, "COMPILER", "no-compiler")
    calls = sync_price.Calls()
    assert calls.setup_cache() == {}
    with pytest.raises(NotImplementedError, match="no-compiler is not installed"):
        calls.setup({}, "log a parameter", 0, "synadb")


def test_some_prices_are_for_the_full_suite() -> None:
    cell = {"seconds": [1.0], "syncs": 2.0, "late": []}
    found = {"synadb": {("log a parameter", price): cell for price in sizes.SYNC_PRICES}}
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        sync_price.Calls().setup(found, "log a parameter", 100, "synadb")


def test_the_model_is_the_time_without_a_price_and_that_of_the_syncs(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "prices", lambda: [0, 1000, 10_000])
    call, times = "log a metric point", {0: 0.001, 1000: 0.0042, 10_000: 0.021}
    cells = {(call, p): {"seconds": [s], "syncs": 2.0, "late": []} for p, s in times.items()}
    found, params = {"synadb": cells}, (call, "synadb")
    model = sync_price.Model()
    model.setup(found, *params)
    assert model.track_syncs(found, *params) == 2
    assert model.track_difference(found, *params) == pytest.approx(40)  # 4.2 instead of 3 ms
