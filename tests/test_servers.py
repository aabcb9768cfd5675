"""Servers keep what they are told, and end with whoever started them."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from benchmarks import nightly, servers, workload
from benchmarks.many_runs import log_points
from benchmarks.read_back import metrics_of, parameters_of, verify
from benchmarks.trackers import PLUGINS, SERVERS, LoggedRun, Tracker, create
from benchmarks.trackers.service import Service, answers

RUN = workload.load().runs[0]
SECONDS_TO_END = 30


@pytest.fixture(scope="module", params=SERVERS)
def served(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tracker, Path]]:
    try:
        tracker = create(request.param)
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    store = tmp_path_factory.mktemp("a store")
    try:
        tracker.prepare(store)
        yield tracker, store
    finally:
        tracker.stop()


def test_a_server_keeps_a_run(served: tuple[Tracker, Path], tmp_path: Path) -> None:
    tracker, store = served
    tracker.open(store)
    run_id = tracker.start_run(workload.EXPERIMENT, ["tag"])
    tracker.log_params(run_id, RUN.parameters)
    log_points(tracker, run_id, RUN)
    tracker.log_param(run_id, "more", 1)
    tracker.log_artifact(run_id, "a.bin", tracker.stage_artifact(tmp_path, "a.bin", b"data"))
    tracker.end_run(run_id, "failed")
    tracker.close()
    parameters = {**parameters_of(RUN), "more": "1"}
    logged = LoggedRun("failed", parameters, metrics_of(RUN), {"a.bin": b"data"})
    verify(tracker, store, {run_id: logged})
    tracker.open(store)
    assert tracker.list_runs(workload.EXPERIMENT) == [run_id]
    assert tracker.query_runs(workload.EXPERIMENT) == {run_id: parameters}
    tracker.close()


def test_a_server_can_be_used_from_another_process(served: tuple[Tracker, Path]) -> None:
    tracker, store = served
    program = (
        "import sys; from pathlib import Path\n"
        "from benchmarks.trackers import create\n"
        "tracker = create('mlflow-server'); tracker.open(Path(sys.argv[1]))\n"
        "run_id = tracker.start_run('another', []); tracker.end_run(run_id, 'completed')\n"
        "tracker.close(); print(run_id)"
    )
    command = [sys.executable, "-c", program, str(store)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    tracker.open(store)
    assert tracker.list_runs("another") == done.stdout.split()
    tracker.close()


def test_a_server_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from benchmarks.trackers import create\n"
        "tracker = create('mlflow-server'); tracker.prepare(Path(sys.argv[1]))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    address = (tmp_path / "address").read_text()
    deadline = time.monotonic() + SECONDS_TO_END
    while answers(f"{address}/health"):
        assert time.monotonic() < deadline, "the server runs on"
        time.sleep(0.2)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such database')"]
    service = Service(command, tmp_path / "log", {})
    with pytest.raises(RuntimeError, match="did not start; it said: no such database"):
        service.wait_until(lambda: False)


def test_all_that_a_server_started_ends_with_it(tmp_path: Path) -> None:
    child = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    server = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    service = Service([sys.executable, "-c", server], tmp_path / "log", {})
    service.wait_until(lambda: (tmp_path / "log").stat().st_size > 0)
    process = int((tmp_path / "log").read_text())
    service.stop()
    deadline = time.monotonic() + SECONDS_TO_END
    while runs(process):
        assert time.monotonic() < deadline, "what the server started runs on"
        time.sleep(0.1)


def runs(process: int) -> bool:
    """Whether a process runs; one that has ended may wait for somebody to take notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("name", PLUGINS)
def test_a_store_that_does_not_work_fails_with_the_first_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"^TypeError: StoreRegistry.register\(\) missing 1"):
        create(name).open(tmp_path)


def test_all_operations_are_measured_and_read_back() -> None:
    samples = servers._measure("mlflow-sqlite")
    assert samples.keys() == servers.OPERATIONS.keys()
    assert all(seconds and min(seconds) > 0 for seconds in samples.values())


def test_an_operation_that_loses_something_fails(monkeypatch) -> None:
    tracker = type(create("synadb"))
    real = tracker.log_param

    def loses(self: Tracker, run_id: str, name: str, value: object) -> None:
        if name != "param_3":
            real(self, run_id, name, value)

    monkeypatch.setattr(tracker, "log_param", loses)
    with pytest.raises(AssertionError, match="found other runs"):
        servers._measure("synadb")


def test_what_takes_minutes_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(nightly, "ON", False)
    assert servers.ManyWriters().setup_cache() == {}
    with pytest.raises(NotImplementedError, match="NIGHTLY=1"):
        servers.ManyWriters().setup({}, "synadb")
    monkeypatch.setattr(nightly, "ON", True)
    servers.ManyWriters().setup({}, "synadb")
