"""The price of a sync is taken around the pairs on disk, and kept with their costs."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from asv_runner.discovery import disc_benchmarks
from helpers import ROOT

from benchmarks import against_mlflow
from benchmarks.against_mlflow import IDLE, IN_BETWEEN, InMemory, OnDisk, SyncPrice
from benchmarks.harness import sizes
from benchmarks.harness.bare_sync import bare_sync
from benchmarks.harness.cases import Missing
from benchmarks.system import directories
from benchmarks.trackers.floor import Floor
from benchmarks.trackers.kinds import BASELINES

COSTS = {baseline: {"log metrics": ([10.0], "")} for baseline in BASELINES}


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the nth sync take n seconds."""

    @contextmanager
    def counted(medium: object) -> Iterator[Callable[[], int]]:
        yield itertools.count(1).__next__

    monkeypatch.setattr(against_mlflow, "bare_sync", counted)
    monkeypatch.setattr(sizes, "IDLE_SYNCS", 3)


def measuring(rounds: int, found: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pairs take so many rounds."""

    def measure(self, after_round: Callable[[], object] = lambda: None) -> dict:
        for _ in range(rounds):
            after_round()
        return found

    monkeypatch.setattr(OnDisk, "measure", measure)
    monkeypatch.setattr(InMemory, "measure", measure)


def test_idle_is_around_the_pairs_and_in_between_after_each_round(monkeypatch) -> None:
    measuring(2, COSTS, monkeypatch)
    # The first of those in a row waits for what was left before, and is none of them.
    assert OnDisk().setup_cache() == COSTS | {IDLE: [2, 3, 4, 8, 9, 10], IN_BETWEEN: [5, 6]}


def test_in_memory_a_sync_has_no_price(monkeypatch) -> None:
    measuring(2, COSTS, monkeypatch)
    assert InMemory().setup_cache() == COSTS


def test_without_costs_there_is_no_price(monkeypatch) -> None:
    measuring(0, dict.fromkeys(BASELINES, Missing("synadb is not installed")), monkeypatch)
    found = OnDisk().setup_cache()
    for when in (IDLE, IN_BETWEEN):
        with pytest.raises(NotImplementedError, match="synadb is not installed"):
            SyncPrice().setup(found, when)


def test_samples_are_asvs() -> None:
    price = SyncPrice()
    price.setup({IDLE: [0.1, 0.2]}, IDLE)
    assert price.track_seconds({}, IDLE) == {"samples": [0.1, 0.2], "number": 1}


def test_costs_and_price_are_measured_at_once() -> None:
    """asv does so for those whose setup_cache has one key."""
    found = disc_benchmarks(str(ROOT / "benchmarks"))
    names = {tuple(b.name.split(".")[:2]): b.setup_cache_key for b in found}
    keys = {name: key for (module, name), key in names.items() if module == "against_mlflow"}
    assert keys["OnDisk"] == keys["SyncPrice"] != keys["InMemory"]


def test_a_bare_sync_appends_one_record(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(directories, "SCRATCH", tmp_path)
    appended = []
    monkeypatch.setattr(Floor, "append_value", lambda self, *record: appended.append(record))
    with bare_sync(directories.on_disk) as sync:
        assert [sync() >= 0 for _ in range(3)] == [True] * 3
    assert len(appended) == 3
    assert not list(tmp_path.iterdir())
