"""Every tracker keeps what it is given, on the real SynaDB and the real MLflow."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import workload
from benchmarks.harness.stores import log_run, log_run_at_once
from benchmarks.harness.verify import verify
from benchmarks.system import directories
from benchmarks.system.processes import run_in_new_interpreter
from benchmarks.trackers import TRACKERS, Kind, LoggedRun, create, load
from benchmarks.trackers.base import COMPLETED, NotOffered, by_step, require
from benchmarks.trackers.kinds import BASELINES, SEARCHABLE, STORING
from benchmarks.trackers.mlflow_client import CLIENTS
from tests.systems.apart import imported_with, reason_to_skip

RUN = workload.load().runs[0]


@pytest.mark.parametrize("name", STORING)
def test_a_run_is_read_back_as_it_was_logged(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = log_run(tracker, RUN, "tag")
    tracker.close()
    verify(tracker, tmp_path, {run_id: RUN.logged})


@pytest.mark.parametrize("name", STORING)
def test_a_batch_is_read_back(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, ["tag"])
    tracker.log_batch(run_id, RUN.metrics)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(metrics=RUN.logged.metrics)})


@pytest.mark.parametrize("call", ["log_step", "log_step_in_background"])
@pytest.mark.parametrize("name", STORING)
def test_steps_are_read_back(name: str, call: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, ["tag"])
    if call == "log_step_in_background" and name not in BASELINES:
        with pytest.raises(NotOffered):
            tracker.log_step_in_background(run_id, {"loss": 0.5}, 0)
        return
    for step, values in by_step(RUN.metrics):
        getattr(tracker, call)(run_id, values, step)
    tracker.flush()
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(metrics=RUN.logged.metrics)})


@pytest.mark.parametrize("name", STORING)
def test_parameters_at_once_are_read_back(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.log_params(run_id, RUN.parameters)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(parameters=RUN.logged.parameters)})


@pytest.mark.parametrize("log", [log_run, log_run_at_once])
@pytest.mark.parametrize("baseline", CLIENTS)
def test_the_client_has_a_store_beside_that_of_the_fluent_api(
    baseline: str, log: Callable, tmp_path: Path
) -> None:
    both = {"fluent": create(baseline), "client": CLIENTS[baseline]()}
    for name, tracker in both.items():
        (tmp_path / name).mkdir()
        tracker.prepare(tmp_path / name)
        tracker.open(tmp_path / name)
    run_ids = {name: log(tracker, RUN, "tag") for name, tracker in both.items()}
    for tracker in both.values():
        tracker.close()
    for name, tracker in both.items():
        verify(tracker, tmp_path / name, {run_ids[name]: RUN.logged})


def test_the_c_interface_raises_what_the_library_refuses(tmp_path: Path) -> None:
    tracker = create("synadb-native")
    tracker.open(tmp_path)
    with pytest.raises(RuntimeError, match="SYNA_exp_log_metric returned"):
        tracker.log_metric("no such run", "loss", 0.5, 0)
    tracker.close()


@pytest.mark.parametrize("name", STORING)
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


@pytest.mark.parametrize("name", STORING)
@pytest.mark.parametrize("status", ["completed", "failed", "killed"])
def test_a_run_ends_with_its_status(name: str, status: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.end_run(run_id, status)
    tracker.close()
    verify(tracker, tmp_path, {run_id: LoggedRun(status)})


@pytest.mark.parametrize("name", SEARCHABLE)
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


@pytest.mark.parametrize("chosen", [True, False])
@pytest.mark.parametrize("name", BASELINES)
def test_an_experiment_is_looked_up_once(
    name: str, chosen: bool, tmp_path: Path, monkeypatch
) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    tracker.open(tmp_path)
    (tracker.set_experiment if chosen else tracker.list_runs)(workload.EXPERIMENT)
    monkeypatch.delattr("mlflow.MlflowClient.get_experiment_by_name")
    assert tracker.list_runs(workload.EXPERIMENT) == [run_id]
    assert tracker.query_runs(workload.EXPERIMENT) == {run_id: {}}
    tracker.close()


def test_more_runs_than_mlflow_returns_unasked_are_found() -> None:
    tracker = create("mlflow-sqlite")
    with directories.in_memory_or_on_disk() as directory:
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


@pytest.mark.parametrize("name", ["synadb", "mlflow-file", "mlflow-sqlite", "mlflow-server"])
def test_a_missing_system_is_skipped_with_the_reason(name: str) -> None:
    package = load(name).package
    reason = run_in_new_interpreter(reason_to_skip, name, hidden=[package])
    assert reason.startswith(f"{package} is not installed")


def test_choosing_a_tracker_imports_no_other_system() -> None:
    assert run_in_new_interpreter(imported_with, "floor") == []


def test_what_is_installed_and_cannot_be_imported_is_an_error(tmp_path, monkeypatch) -> None:
    (tmp_path / "broken_system.py").write_text("import nothing.that.exists")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nothing"):
        require("broken_system")
    with pytest.raises(NotImplementedError, match="missing_system is not installed"):
        require("missing_system")


def test_a_download_leaves_nothing_in_the_temporary_folder(tmp_path, monkeypatch) -> None:
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    tracker = create("mlflow-sqlite")
    (store := tmp_path / "store").mkdir()
    tracker.open(store)
    assert tracker.register_model("classifier", b"data", tmp_path) == b"data"
    run_id = tracker.start_run(workload.EXPERIMENT, [])
    tracker.log_artifact(run_id, "a", tracker.stage_artifact(tmp_path, "a", b"data"))
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    verify(tracker, store, {run_id: LoggedRun(artifacts={"a": b"data"})})
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("name", TRACKERS)
def test_a_tracker_declares_all_about_itself(name: str) -> None:
    declared = load(name)
    assert declared.display_name
    assert declared.durability
    assert declared.kind in Kind
