"""Workers answer, say why they cannot, and end with their owner."""

import os
import time
from pathlib import Path

import pytest

from benchmarks.system.processes import on_one_core, run_in_new_interpreter
from benchmarks.system.workers import Fork, Worker
from tests.systems import apart


def test_an_object_stays_from_call_to_call(tmp_path: Path) -> None:
    with Worker("a list", list, tmp_path) as worker:
        worker.call(list.append, 1)
        worker.call(list.append, 2)
        assert worker.call(list.copy) == [1, 2]
        with pytest.raises(
            RuntimeError, match=r"a list: (.|\n)*IndexError: pop index out of range"
        ):
            worker.call(list.pop, 5)
        assert worker.call(len) == 2


def test_a_fork_has_an_object_too_until_it_is_killed() -> None:
    with Fork("a list", list) as fork:
        fork.call(list.append, 1)
        assert fork.call(list.copy) == [1]
        with pytest.raises(RuntimeError, match=r"a list: (.|\n)*IndexError"):
            fork.call(list.pop, 5)
        process = fork.call(apart.process_id)
        assert is_running(process)
        fork.kill()
        assert not is_running(process)
        with pytest.raises(OSError):  # noqa: PT011, whichever
            fork.call(len)


def test_a_fork_ends_though_a_later_one_has_its_pipe() -> None:
    with Fork("the first", list) as fork:
        process = fork.call(apart.process_id)
        later = Fork("a later one", list)
    assert not is_running(process)
    with later:
        assert later.call(len) == 0


def test_an_interpreter_finds_python_and_the_suite_by_links(tmp_path: Path) -> None:
    """However long the names of their directories are, those of the links are as long."""
    prefix, suite = run_in_new_interpreter(
        apart.where_modules_are, directory=tmp_path, links=tmp_path
    )
    assert (prefix, suite) == (str(tmp_path / "python"), str(tmp_path / "suite"))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="of Linux alone")
def test_workers_are_on_the_core_where_they_were_started(tmp_path: Path) -> None:
    before = os.sched_getaffinity(0)
    found = set()
    for number in range(len(before) + 1):
        with on_one_core(number), Worker("anything", dict, tmp_path) as worker:
            (core,) = worker.call(apart.cores)
        found.add(core)
    assert found == before == os.sched_getaffinity(0)


def test_one_that_ends_by_itself_is_an_error(tmp_path: Path) -> None:
    with Worker("a list", list, tmp_path) as worker:
        with pytest.raises(RuntimeError, match="a list: the process ended without an answer"):
            worker.call(apart.end)
        with pytest.raises(OSError):  # noqa: PT011, whichever
            worker.call(len)


def test_what_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="TypeError"):
        Worker("nothing", len, tmp_path).__enter__()


def test_they_end_with_an_owner_that_is_killed(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    with pytest.raises(RuntimeError, match="status -9"):
        run_in_new_interpreter(apart.own_a_worker_and_be_killed, str(noted))
    pid = int(noted.read_text())
    while is_running(pid):
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
