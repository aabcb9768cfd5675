"""What grows is measured at each size and read back, on the real systems with small sizes."""

from pathlib import Path

import pytest

from benchmarks import forked, many_runs, memory, nightly, scale, scratch
from benchmarks.trackers import READERS, SYSTEMS, Tracker, create
from benchmarks.workload import EXPERIMENT


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scratch, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(scratch, "_SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(scale, "POINTS", [0, 300])
    monkeypatch.setattr(scale, "RUNS", [3, 5_000])
    monkeypatch.setattr(scale, "BYTES", [1024])
    monkeypatch.setattr(nightly, "ON", False)


def test_every_size_of_every_tracker_has_samples() -> None:
    points = scale.LogMetric().setup_cache()
    assert points.keys() == {(size, name) for size in (0, 300) for name in READERS}
    runs = scale.ReadRuns().setup_cache()
    assert runs.keys() == {(read, 3, name) for read in scale.READS for name in SYSTEMS}
    artifacts = scale.LogArtifact().setup_cache()
    assert artifacts.keys() == {(1024, name) for name in READERS}
    for samples in (points, runs, artifacts):
        assert all(min(seconds) > 0 for seconds in samples.values())


def test_a_size_that_takes_minutes_is_asked_for() -> None:
    benchmark = scale.ReadRuns()
    benchmark.setup({}, "list", 1_000, "synadb")
    with pytest.raises(NotImplementedError, match="NIGHTLY=1"):
        benchmark.setup({}, "list", 5_000, "synadb")
    with pytest.raises(NotImplementedError, match="NIGHTLY=1"):
        scale.LogMetric().setup({}, 100_000, "synadb-native")


def test_a_baseline_s_store_is_built_once(tmp_path: Path) -> None:
    first = many_runs.build("mlflow-file", 3)
    assert first == many_runs.build("mlflow-file", 3)
    assert first.directory.is_relative_to(tmp_path / "cache")
    assert many_runs.build("synadb", 3).directory == tmp_path / "synadb-3"


def test_a_store_holds_what_it_is_said_to_hold() -> None:
    store = many_runs.build("synadb", 12)
    (run,) = {len(run.parameters) for run in store.samples.values()}
    assert run == 20
    assert {sum(map(len, r.metrics.values())) for r in store.samples.values()} == {50}
    assert list(store.samples) == [store.run_ids[0], store.run_ids[6], store.run_ids[11]]


def test_a_list_that_misses_a_run_fails(monkeypatch) -> None:
    store = many_runs.build("synadb", 3)
    tracker = type(create("synadb"))
    real = tracker.list_runs
    monkeypatch.setattr(tracker, "list_runs", lambda self, name: real(self, name)[:2])
    with pytest.raises(RuntimeError, match="AssertionError: synadb found other runs"):
        forked.call(scale._read, "synadb", store)


def _log_artifacts(name: str) -> list[float]:
    return scale._log_artifacts(name, 1024)


@pytest.mark.parametrize(
    ("method", "measure"),
    [("log_metric", scale._log_points), ("log_artifact", _log_artifacts)],
)
def test_what_is_lost_while_it_grows_fails(method: str, measure, monkeypatch) -> None:
    tracker, calls = type(create("synadb")), []
    real = getattr(tracker, method)

    def loses(self: Tracker, *arguments: object) -> None:
        calls.append(arguments)
        if len(calls) != 7:
            real(self, *arguments)

    monkeypatch.setattr(tracker, method, loses)
    with pytest.raises(RuntimeError, match="AssertionError: SynaDB lost or changed"):
        forked.call(measure, "synadb")


def test_a_child_that_dies_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="ended without an answer"):
        forked.call(__import__("os")._exit, 3)


@pytest.mark.skipif(not memory._can_count(), reason="peaks cannot be counted here")
def test_memory_is_counted_and_points_are_read_back(tmp_path: Path, monkeypatch) -> None:
    store = tmp_path / "store"
    assert memory._apart("log", "synadb", store) > 0
    assert memory._apart("read", "synadb", store) > 0
    tracker = create("synadb")
    tracker.open(store)
    (run_id,) = tracker.list_runs(EXPERIMENT)
    tracker.delete_run(EXPERIMENT, run_id)
    tracker.close()
    with pytest.raises(RuntimeError, match="ValueError"):
        memory._apart("read", "synadb", store)
