"""What grows is measured at each size and read back, on the real systems with small sizes."""

import os
import signal
from pathlib import Path

import pytest

from benchmarks import memory, scale
from benchmarks.harness import sizes
from benchmarks.harness.cases import revealed
from benchmarks.harness.openings import import_and_open
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories
from benchmarks.system.processes import run_in_fork, run_in_new_interpreter
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.kinds import SEARCHABLE, STORING, SYSTEMS
from tests.systems.apart import imported_by


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "POINTS", [0, 300])
    monkeypatch.setattr(sizes, "RUNS", {3: 2})
    monkeypatch.setattr(sizes, "RUNS_OF_POINTS", 3)
    monkeypatch.setattr(sizes, "POINTS_OF_RUNS", {20: 2})
    monkeypatch.setattr(sizes, "BYTES", [1024, 4096])
    monkeypatch.setattr(sizes, "LARGE_ARTIFACT", 4096)


@pytest.mark.parametrize(
    ("benchmark", "trackers", "measured"),
    [
        (scale.LogMetric, SEARCHABLE, dict.fromkeys([0, 300], sizes.SAMPLES_OF_POINTS)),
        (scale.ReadRuns, SYSTEMS, {(3, read): 2 for read in scale.READS}),
        (scale.ReadPoints, SYSTEMS, {(20, read): 2 for read in scale.READS}),
        (
            scale.LogArtifact,
            STORING,
            {
                1024: sizes.ROUNDS_OF_ARTIFACTS * sizes.ARTIFACTS_PER_ROUND,
                4096: sizes.ROUNDS_OF_ARTIFACTS,
            },
        ),
    ],
)
def test_every_size_of_every_tracker_has_its_samples(benchmark, trackers, measured) -> None:
    found = benchmark().setup_cache()
    assert found.keys() == set(trackers)
    for name, samples in found.items():
        numbers = {size: len(seconds) for size, seconds in revealed(samples).items()}
        assert numbers == measured, name
        assert all(min(seconds) > 0 for seconds in samples.values())


def test_who_takes_too_long_has_no_more_than_the_sizes_before(monkeypatch) -> None:
    monkeypatch.setattr(scale, "MOST_POINTS", {"synadb-native": 0})
    found = scale.LogMetric().setup_cache()
    assert {name: list(samples) for name, samples in found.items()} == {
        name: [0] if name == "synadb-native" else [0, 300] for name in SEARCHABLE
    }
    scale.LogMetric().setup(found, 300, "synadb")
    with pytest.raises(NotImplementedError, match="takes too long to log 300 points"):
        scale.LogMetric().setup(found, 300, "synadb-native")


@pytest.mark.parametrize(
    "benchmark", [scale.LogMetric, scale.ReadRuns, scale.ReadPoints, scale.LogArtifact]
)
def test_growth_has_to_be_asked_for(benchmark, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    assert benchmark().setup_cache() == {}
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        benchmark().setup({}, *(values[0] for values in benchmark.params))


def test_an_artifact_is_logged_before_the_clock_starts(tmp_path: Path, monkeypatch) -> None:
    tracker, calls = type(create("synadb")), tmp_path / "calls"
    real = tracker.log_artifact

    def counted(self: Tracker, *arguments: object) -> None:
        with calls.open("a") as file:  # it is a fork that logs
            file.write(".")
        real(self, *arguments)

    monkeypatch.setattr(tracker, "log_artifact", counted)
    monkeypatch.setattr(scale, "STORING", ["synadb"])
    (found,) = scale.LogArtifact().setup_cache().values()
    rounds = len(sizes.BYTES) * sizes.ROUNDS_OF_ARTIFACTS
    assert len(calls.read_text()) == sum(map(len, found.values())) + rounds


def test_nothing_that_a_system_imports_is_there_before_its_import_is_timed() -> None:
    assert run_in_new_interpreter(imported_by, import_and_open.__module__) == []


def test_a_list_that_misses_a_run_fails(monkeypatch) -> None:
    tracker = type(create("synadb"))
    real = tracker.list_runs
    # Not the warm-up, which lists one run.
    monkeypatch.setattr(tracker, "list_runs", lambda self, name: real(self, name)[:2])
    monkeypatch.setattr(scale, "SYSTEMS", ["synadb"])
    found = scale.ReadRuns().setup_cache()
    with pytest.raises(RuntimeError, match="AssertionError: SynaDB found other runs"):
        revealed(found["synadb"])


@pytest.mark.parametrize(
    ("method", "benchmark"),
    [("log_metric", scale.LogMetric), ("log_artifact", scale.LogArtifact)],
)
def test_what_is_lost_while_it_grows_fails(method: str, benchmark, monkeypatch) -> None:
    tracker, calls = type(create("synadb")), []
    real = getattr(tracker, method)

    def loses(self: Tracker, *arguments: object) -> None:
        calls.append(arguments)
        if len(calls) != 3:
            real(self, *arguments)

    monkeypatch.setattr(tracker, method, loses)
    monkeypatch.setattr(scale, "SEARCHABLE", ["synadb"])
    monkeypatch.setattr(scale, "STORING", ["synadb"])
    with pytest.raises(RuntimeError, match="AssertionError: SynaDB lost or changed"):
        revealed(benchmark().setup_cache()["synadb"])


def test_a_child_that_dies_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="ended without an answer"):
        run_in_fork(signal.raise_signal, signal.SIGKILL)


@pytest.mark.skipif(not os.access(memory.CLEAR, os.W_OK), reason="peaks cannot be counted here")
def test_memory_is_counted_and_points_are_read_back(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for work in (memory.LOG, memory.READ):
        assert run_in_new_interpreter(memory.peak, work, "synadb", str(store)) > 0
    tracker = create("synadb")
    tracker.open(store)
    (run_id,) = tracker.list_runs(memory.EXPERIMENT)
    tracker.delete_run(memory.EXPERIMENT, run_id)
    tracker.close()
    with pytest.raises(RuntimeError, match="ValueError"):
        run_in_new_interpreter(memory.peak, memory.READ, "synadb", str(store))
