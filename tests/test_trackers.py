"""Every tracker keeps what it is given, on the real SynaDB and the real MLflow."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from benchmarks import scratch, workload
from benchmarks.read_back import log_run, metrics_of, parameters_of, verify
from benchmarks.trackers import READERS, WRITERS, LoggedRun, create
from benchmarks.trackers.base import COMPLETED, NotOffered

RUN = workload.load().runs[0]


@pytest.mark.parametrize("name", WRITERS)
def test_a_run_is_read_back_as_it_was_logged(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = log_run(tracker, RUN, "tag")
    tracker.close()
    logged = LoggedRun(parameters=parameters_of(RUN), metrics=metrics_of(RUN))
    verify(tracker, tmp_path, {run_id: logged})


@pytest.mark.parametrize("call", ["log_batch", "log_in_background"])
@pytest.mark.parametrize("name", READERS)
def test_a_batch_is_read_back(name: str, call: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, ["tag"])
    if (name, call) == ("synadb", "log_in_background") or name == "synadb-native":
        with pytest.raises(NotOffered):
            getattr(tracker, call)(run_id, RUN.metrics)
        return
    getattr(tracker, call)(run_id, RUN.metrics)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(metrics=metrics_of(RUN))})


@pytest.mark.parametrize("name", READERS)
def test_parameters_at_once_are_read_back(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.log_params(run_id, RUN.parameters)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(parameters=parameters_of(RUN))})


def test_the_c_interface_raises_what_the_library_refuses(tmp_path: Path) -> None:
    tracker = create("synadb-native")
    tracker.open(tmp_path)
    with pytest.raises(RuntimeError, match="SYNA_exp_log_metric returned"):
        tracker.log_metric("no such run", "loss", 0.5, 0)
    tracker.close()


@pytest.mark.parametrize("name", WRITERS)
def test_an_artifact_is_read_back(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    (store := tmp_path / "store").mkdir()
    tracker.open(store)
    run_id = tracker.start_run(workload.EXPERIMENT, ["tag"])
    data = workload.load().artifact
    tracker.log_artifact(run_id, "model.bin", tracker.stage_artifact(tmp_path, "model.bin", data))
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, store, {run_id: LoggedRun(artifacts={"model.bin": data})})


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("status", ["completed", "failed", "killed"])
def test_a_run_ends_with_its_status(name: str, status: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.end_run(run_id, status)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(status)})


@pytest.mark.parametrize("name", READERS)
def test_runs_of_the_experiment_are_found_and_no_others(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    found = {}
    for number in range(3):
        run_id = tracker.start_run(workload.EXPERIMENT, [])
        tracker.log_param(run_id, "number", number)
        tracker.end_run(run_id, COMPLETED)
        found[run_id] = {"number": str(number)}
    tracker.end_run(tracker.start_run("another", []), COMPLETED)
    tracker.close()
    tracker.open(tmp_path)
    assert set(tracker.list_runs(workload.EXPERIMENT)) == found.keys()
    assert tracker.query_runs(workload.EXPERIMENT) == found
    tracker.close()


def test_more_runs_than_mlflow_returns_unasked_are_found() -> None:
    tracker = create("mlflow-sqlite")
    with scratch.anywhere() as directory:
        tracker.prepare(Path(directory))
        tracker.open(Path(directory))
        run_ids = set()
        for _ in range(1_001):
            run_ids.add(tracker.start_run(workload.EXPERIMENT, []))
            tracker.end_run("", COMPLETED)
        assert set(tracker.list_runs(workload.EXPERIMENT)) == run_ids
        tracker.close()


def test_the_floor_writes_as_many_bytes_as_synadb(tmp_path: Path) -> None:
    sizes = []
    for name in ("synadb", "floor"):
        (directory := tmp_path / name).mkdir()
        tracker = create(name)
        tracker.open(directory)
        log_run(tracker, RUN, "tag")
        tracker.close()
        sizes.append(sum(path.stat().st_size for path in directory.iterdir()))
    assert sizes[0] == sizes[1] > 100_000


def printed_by(program: str) -> str:
    """Run a program in a fresh interpreter, where nothing is imported yet."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("name", ["synadb", "mlflow-file", "mlflow-sqlite", "mlflow-server"])
def test_a_missing_system_is_skipped_with_the_reason(name: str) -> None:
    package = name.partition("-")[0]
    printed = printed_by(
        f"import sys; sys.modules[{package!r}] = None\n"
        "from benchmarks.trackers import create\n"
        f"try: create({name!r})\n"
        "except NotImplementedError as reason: print(reason)\n"
    )
    assert printed.startswith(f"{package} cannot be imported: ")


def test_choosing_a_tracker_imports_no_other_system() -> None:
    printed = printed_by(
        "import sys\n"
        "from benchmarks.trackers import create\n"
        "create('floor')\n"
        "print({'mlflow', 'synadb', 'numpy'} & sys.modules.keys())\n"
    )
    assert printed.strip() == "set()"
