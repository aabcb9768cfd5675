"""A long metric is read in each way and compared, on the real systems with few points."""

from pathlib import Path

import pytest

from benchmarks.harness import sizes
from benchmarks.harness.sizes import Suite
from benchmarks.long_metric import NEWEST, OPEN, POINTS, READS, VALUES, LongMetric
from benchmarks.system import directories
from benchmarks.trackers import Tracker, load
from benchmarks.trackers.kinds import BASELINES, SYSTEMS

Found = dict[str, list]


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "POINTS_OF_A_LONG_METRIC", 1_200)  # more than MLflow takes at once
    monkeypatch.setattr(sizes, "ROUNDS_OF_LONG_METRICS", 2)


def seconds(found: Found, work: str, tracker: str) -> list[float]:
    benchmark = LongMetric()
    benchmark.setup(found, work, tracker)
    shown = benchmark.track_seconds(found, work, tracker)
    benchmark.teardown()
    return shown["samples"]


def test_every_way_of_every_tracker_has_samples() -> None:
    found = LongMetric().setup_cache()
    assert found.keys() == set(SYSTEMS)
    for name in SYSTEMS:
        for work in (OPEN, POINTS, NEWEST):
            assert len(seconds(found, work, name)) == 2
            assert min(seconds(found, work, name)) > 0
    assert min(seconds(found, VALUES, "synadb")) > 0
    for name in BASELINES:
        with pytest.raises(NotImplementedError, match="has no call for this"):
            seconds(found, VALUES, name)


@pytest.mark.parametrize("work", READS)
def test_what_is_not_what_was_logged_fails(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = load("synadb")
    points, values = tracker.read_metric, tracker.read_values

    def changed(self: Tracker, *what: str) -> list:
        read = {POINTS: points, VALUES: values, NEWEST: values}[work](self, *what)
        return [*read[:-1], read[-2]]

    call = {POINTS: "read_metric", VALUES: "read_values", NEWEST: "read_values"}[work]
    monkeypatch.setattr("benchmarks.long_metric.SYSTEMS", ["synadb"])
    # The store is as it was logged: what reads it is not.
    monkeypatch.setattr("benchmarks.harness.stores.verify", lambda *stored: None)
    monkeypatch.setattr(tracker, call, changed)
    found = LongMetric().setup_cache()
    assert min(seconds(found, OPEN, "synadb")) > 0
    with pytest.raises(RuntimeError, match="AssertionError: SynaDB lost or changed points"):
        seconds(found, work, "synadb")


def test_it_has_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    assert LongMetric().setup_cache() == {}
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        seconds({}, OPEN, "synadb")
