"""Reading, storage and start-up on the real systems."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from losses import LosesAMetric

from benchmarks import queries, trackers, workload
from benchmarks.harness import operations, sizes, stores
from benchmarks.harness.cases import Outcome, outcomes, revealed
from benchmarks.harness.sizes import Suite
from benchmarks.metrics import FLUSHED, IN_BACKGROUND, WAITING, LogSteps
from benchmarks.queries import ListRuns, ListRunsLatency, QueryRuns
from benchmarks.startup import Import
from benchmarks.system import directories


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cache"))
        return outcomes(["synadb"], stores.build_both)


@pytest.mark.parametrize(
    ("benchmark", "method"), [(ListRuns, "list_runs"), (QueryRuns, "query_runs")]
)
def test_a_query_that_misses_a_run_fails(benchmark, method, found, monkeypatch) -> None:
    instance = benchmark()
    instance.setup(found, "synadb")
    instance.teardown(found, "synadb")

    tracker = type(trackers.create("synadb"))
    real = getattr(tracker, method)

    def misses_one(self: trackers.Tracker, experiment: str):
        found = real(self, experiment)
        found.pop(next(iter(found)) if isinstance(found, dict) else 0)
        return found

    monkeypatch.setattr(tracker, method, misses_one)
    instance.setup(found, "synadb")
    with pytest.raises(AssertionError, match="found other runs"):
        instance.teardown(found, "synadb")


@pytest.mark.parametrize("way", [WAITING, IN_BACKGROUND, FLUSHED])
@pytest.mark.parametrize("values", sizes.VALUES_OF_A_STEP)
def test_steps_are_read_back_whatever_was_waited_for(
    values: int, way: str, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(directories, "SCRATCH", tmp_path)
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    logged = log_steps(values, way)
    assert logged == [(step, values) for step in range(workload.EPOCHS)]


def test_a_step_that_is_lost_in_the_background_fails(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(directories, "SCRATCH", tmp_path)
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    tracker = type(trackers.create("mlflow-file"))
    real = tracker.log_step_in_background

    def loses(self: trackers.Tracker, run_id: str, values: dict, step: int) -> None:
        if step != 7:
            real(self, run_id, values, step)

    monkeypatch.setattr(tracker, "log_step_in_background", loses)
    with pytest.raises(AssertionError, match="lost or changed run/metrics/"):
        log_steps(5, IN_BACKGROUND)


def log_steps(values: int, way: str) -> list[tuple[int, int]]:
    """Go through the benchmark as asv does; return the steps with how many values each has."""
    instance, params = LogSteps(), (values, way, "mlflow-file")
    instance.setup(*params)
    instance.time_log_steps(*params)
    instance.teardown(*params)
    assert isinstance(instance.work, operations.LogSteps)
    return [(step, len(logged)) for step, logged in instance.work.steps]


def test_who_does_not_log_in_the_background_is_skipped_with_the_reason(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    for way in (IN_BACKGROUND, FLUSHED):
        with pytest.raises(NotImplementedError, match="synadb has no call to log in the back"):
            LogSteps().setup(5, way, "synadb")


def test_the_median_of_calls_has_a_sample_of_each(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sizes, "LATENCIES", 5)
    monkeypatch.setattr(queries, "SEARCHABLE", ["synadb"])
    latency = ListRunsLatency()
    found = latency.setup_cache()
    latency.setup(found, "synadb")
    seconds = latency.track_p50(found, "synadb")["samples"]
    assert len(seconds) == 5
    assert min(seconds) <= latency.track_p95(found, "synadb") <= max(seconds)


def test_a_store_that_is_filled_with_a_loss_is_not_used(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", LosesAMetric)
    found = outcomes(["floor"], stores.build_both)
    with pytest.raises(RuntimeError, match="lost or changed"):
        revealed(found["floor"])


def test_a_baseline_s_store_is_built_once(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    first = stores.build_many("mlflow-file", 3, 50)
    assert first == stores.build_many("mlflow-file", 3, 50)
    assert first.directory.is_relative_to(tmp_path / "cache")
    other = stores.build_many("synadb", 3, 50)
    assert other.directory.is_relative_to(tmp_path / "synadb-3-runs-of-50")


@pytest.mark.parametrize("points", [50, 1200])
def test_a_store_holds_what_it_is_said_to_hold(points: int, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    store = stores.build_many("synadb", 12, points)
    assert len(store.logged) == 12
    assert {len(run.parameters) for run in store.logged.values()} == {20}
    assert {sum(map(len, run.metrics.values())) for run in store.logged.values()} == {points}


def test_without_a_memory_file_system_stores_are_filled_on_disk(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(directories, "MEMORY", tmp_path / "missing")
    monkeypatch.setattr(directories, "SCRATCH", tmp_path)
    with directories.in_memory_or_on_disk() as directory:
        assert Path(directory).parent == tmp_path


def test_synadb_is_imported_alone(tmp_path) -> None:
    instance = Import()
    instance.setup("synadb")
    statement, prepare = instance.timeraw_import("synadb")
    program = tmp_path / "program.py"
    program.write_text(
        f"{prepare}\n{statement}\n"
        "roots = {name.partition('.')[0] for name, module in sys.modules.items() if module}\n"
        "print(roots & {'numpy', 'synadb', 'mlflow', 'flask', 'werkzeug', 'pandas', 'sqlalchemy'})"
    )
    command = [sys.executable, str(program)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(printed) == {"numpy", "synadb"}
