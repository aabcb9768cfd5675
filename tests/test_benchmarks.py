"""A benchmark fails when what it timed is not what is on the disk."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from losses import (
    ChangesAByte,
    ChangesAMetric,
    LosesAMetric,
    LosesAParameter,
    LosesTheEnd,
    RoundsParameters,
    Sound,
)

from benchmarks import filled, scratch, trackers
from benchmarks.artifacts import LogArtifact
from benchmarks.metrics import LogMetrics
from benchmarks.parameters import LogParameters
from benchmarks.queries import ListRuns, QueryRuns
from benchmarks.runs import StartAndEndRun
from benchmarks.startup import Import
from benchmarks.trackers.floor import Floor

WRITES = [
    (LogParameters, "time_log_parameters"),
    (LogMetrics, "time_log_metrics"),
    (LogArtifact, "time_log_artifact"),
    (StartAndEndRun, "time_start_and_end_run"),
]


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_SCRATCH", tmp_path)


def run(
    benchmark: type, method: str, tracker: type[Floor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Go through a benchmark as asv does, with a fake tracker in place of the floor."""
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    instance = benchmark()
    instance.setup("floor")
    getattr(instance, method)("floor")
    instance.teardown("floor")


@pytest.mark.parametrize(("benchmark", "method"), WRITES)
def test_a_sound_tracker_passes(benchmark, method, monkeypatch, tmp_path) -> None:
    run(benchmark, method, Sound, monkeypatch)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("benchmark", "method", "tracker", "reason"),
    [
        (LogMetrics, "time_log_metrics", LosesAMetric, "loss: logged .*100 items.*99 items"),
        (LogMetrics, "time_log_metrics", ChangesAMetric, "loss/3: logged"),
        (LogParameters, "time_log_parameters", LosesAParameter, "param_19: logged .* None"),
        (LogParameters, "time_log_parameters", RoundsParameters, "param_1: logged"),
        (LogArtifact, "time_log_artifact", ChangesAByte, "model_checkpoint_0.bin: logged"),
        (StartAndEndRun, "time_start_and_end_run", LosesTheEnd, "status: logged 'completed'"),
    ],
)
def test_a_loss_or_a_changed_value_fails(
    benchmark, method, tracker, reason, monkeypatch, tmp_path
) -> None:
    with pytest.raises(AssertionError, match=f"lost or changed run/.*{reason}"):
        run(benchmark, method, tracker, monkeypatch)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[filled.Stores]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cache"))
        patch.setattr(filled, "WRITERS", ["synadb", "floor"])
        yield filled.setup_cache()


@pytest.mark.parametrize(
    ("benchmark", "method"), [(ListRuns, "list_runs"), (QueryRuns, "query_runs")]
)
def test_a_query_that_misses_a_run_fails(benchmark, method, stores, monkeypatch) -> None:
    instance = benchmark()
    instance.setup(stores, "synadb")
    instance.teardown(stores, "synadb")

    tracker = type(trackers.create("synadb"))
    real = getattr(tracker, method)

    def misses_one(self: trackers.Tracker, experiment: str):
        found = real(self, experiment)
        found.pop(next(iter(found)) if isinstance(found, dict) else 0)
        return found

    monkeypatch.setattr(tracker, method, misses_one)
    instance.setup(stores, "synadb")
    with pytest.raises(AssertionError, match="found other runs"):
        instance.teardown(stores, "synadb")


def test_a_store_that_is_filled_with_a_loss_is_not_used(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(filled, "WRITERS", ["floor"])
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", LosesAMetric)
    with pytest.raises(AssertionError, match="lost or changed"):
        filled.setup_cache()


def test_without_a_memory_file_system_stores_are_filled_on_disk(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(scratch, "_MEMORY", tmp_path / "missing")
    with scratch.anywhere() as directory:
        assert Path(directory).parent == tmp_path


def test_synadb_is_imported_alone() -> None:
    statement, prepare = Import().timeraw_import("synadb")
    program = (
        f"{prepare}\n{statement}\n"
        "roots = {name.partition('.')[0] for name, module in sys.modules.items() if module}\n"
        "print(roots & {'numpy', 'synadb', 'mlflow', 'flask', 'werkzeug', 'pandas', 'sqlalchemy'})"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert ast.literal_eval(printed) == {"numpy", "synadb"}
