"""Servers keep what they are told, and end with whoever started them."""

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import servers, workload
from benchmarks.harness import sizes
from benchmarks.harness.sizes import Suite
from benchmarks.harness.stores import log_points
from benchmarks.harness.verify import verify
from benchmarks.system import strace
from benchmarks.system.processes import run_in_new_interpreter
from benchmarks.system.servers import Server, page
from benchmarks.trackers import LoggedRun, Tracker, create
from benchmarks.trackers.kinds import PLUGINS, SERVERS
from tests.systems.apart import (
    serve_and_be_killed,
    start_and_end_a_run,
    start_and_stop_a_server,
)

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
    parameters = {**RUN.logged.parameters, "more": "1"}
    logged = LoggedRun("failed", parameters, RUN.logged.metrics, {"a.bin": b"data"})
    verify(tracker, store, {run_id: logged})
    tracker.open(store)
    assert tracker.list_runs(workload.EXPERIMENT) == [run_id]
    assert tracker.query_runs(workload.EXPERIMENT) == {run_id: parameters}
    tracker.close()


def test_a_server_can_be_used_from_another_process(served: tuple[Tracker, Path]) -> None:
    tracker, store = served
    run_id = run_in_new_interpreter(start_and_end_a_run, str(store))
    tracker.open(store)
    assert tracker.list_runs("another") == [run_id]
    tracker.close()


@pytest.mark.parametrize(("name", "at_once"), [("mlflow-server", False), ("mlflow-server-1", True)])
def test_one_worker_alone_sends_replies_at_once(name: str, at_once: bool, tmp_path: Path) -> None:
    """Who accepts connections sets TCP_NODELAY on them, or does not: this is where calls stall."""
    try:
        strace.require()
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    (store := tmp_path / "store").mkdir()
    traced = strace.traced(["accept4", "setsockopt"], trace := tmp_path / "trace")
    run_in_new_interpreter(start_and_stop_a_server, name, str(store), prefix=traced)
    calls = trace.read_text()
    accept = set(re.findall(r"^(\d+) .*\baccept4\b.* = \d+$", calls, re.M))
    no_delay = set(re.findall(r"^(\d+) .*\bsetsockopt\(.* TCP_NODELAY, \[1\]", calls, re.M))
    assert accept
    assert no_delay & accept == (accept if at_once else set())


def test_a_server_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=f"status -{signal.SIGKILL.value}"):
        run_in_new_interpreter(serve_and_be_killed, str(tmp_path))
    address = (tmp_path / "address").read_text()
    deadline = time.monotonic() + SECONDS_TO_END
    while page(f"{address}/health"):
        assert time.monotonic() < deadline, "the server runs on"
        time.sleep(0.2)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    server = Server(["sh", "-c", "echo no such database; exit 1"], tmp_path / "log")
    with pytest.raises(RuntimeError, match="did not start; it said: no such database"):
        server.wait_for(lambda: None)


def test_all_that_a_server_started_ends_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = Server(["sh", "-c", "sleep 600 & echo $!; wait"], log)
    process = int(server.wait_for(lambda: log.read_text() or None))
    server.stop()
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
def test_a_store_that_does_not_work_is_skipped_with_the_first_line(name: str) -> None:
    with pytest.raises(
        NotImplementedError, match=r"TypeError: StoreRegistry.register\(\) missing 1"
    ):
        create(name)


@pytest.fixture
def _few(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SERVER_DRAWS", 2)
    monkeypatch.setattr(sizes, "SERVER_ITERATIONS", 1)
    monkeypatch.setattr(sizes, "SERVER_CALLS", 3)


@pytest.mark.usefixtures("_few")
def test_seconds_of_all_draws_are_shown_together(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(servers, "TRACKERS", ["mlflow-sqlite"])
    operations, calls = servers.Operations(), servers.LogMetric()
    found = operations.setup_cache()
    for operation in servers.OPERATIONS:
        operations.setup(found, operation, "mlflow-sqlite")
        shown = operations.track_seconds(found, operation, "mlflow-sqlite")
        assert len(shown["samples"]) == 2
        assert min(shown["samples"]) > 0
    for pause in sizes.SERVER_PAUSES:
        calls.setup(found, pause, "mlflow-sqlite")
        shown = calls.track_median(found, pause, "mlflow-sqlite")
        assert len(shown["samples"]) == 2 * 3
        assert calls.track_longest(found, pause, "mlflow-sqlite") == max(shown["samples"])


@pytest.mark.usefixtures("_few")
def test_a_pause_comes_before_each_call_and_is_not_timed(monkeypatch, tmp_path: Path) -> None:
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(servers, "sleep", sleep)
    monkeypatch.setattr(sizes, "SERVER_PAUSES", [0, 0.5])
    monkeypatch.setattr(sizes, "SERVER_DRAWS", 1)
    seconds = servers.measure(tmp_path / "lock", "synadb")
    assert seconds.keys() == {*servers.OPERATIONS, 0, 0.5}
    assert [pause for pause in slept if pause] == [0.5] * 3
    assert min(seconds[0.5]) < 0.5


@pytest.mark.usefixtures("_few")
def test_each_draw_has_a_store_of_its_own(monkeypatch, tmp_path: Path) -> None:
    tracker, stores = type(create("mlflow-sqlite")), []
    real = tracker.prepare

    def prepare(self: Tracker, store: Path) -> None:
        stores.append(store)
        real(self, store)

    monkeypatch.setattr(tracker, "prepare", prepare)
    servers.measure(tmp_path / "lock", "mlflow-sqlite")
    assert len(set(stores)) == len(stores) == 2


def test_an_operation_that_loses_something_fails(monkeypatch, tmp_path: Path) -> None:
    tracker = type(create("synadb"))
    real = tracker.log_param

    def loses(self: Tracker, run_id: str, name: str, value: object) -> None:
        if name != "param_3":
            real(self, run_id, name, value)

    monkeypatch.setattr(tracker, "log_param", loses)
    with pytest.raises(AssertionError, match="lost or changed run/parameters/param_3"):
        servers.measure(tmp_path / "lock", "synadb")


@pytest.mark.parametrize(
    ("benchmark", "params"),
    [
        (servers.Operations, ("log metrics", "synadb")),
        (servers.LogMetric, (0, "synadb")),
        (servers.ManyWriters, ("mlflow-sqlite",)),
    ],
)
def test_what_takes_minutes_is_asked_for(benchmark: type, params: tuple, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    assert benchmark().setup_cache() == {}
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        benchmark().setup({}, *params)
