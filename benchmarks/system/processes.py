"""A function in a process of its own: in a new interpreter, or in a fork of this one."""

import fcntl
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from .directories import ROOT

Result = TypeVar("Result")
STDERR = 2
IO = Path("/proc/self/io")


def run_in_new_interpreter(
    function: Callable[..., Any],
    *arguments: Any,
    prefix: Sequence[str] = (),
    hidden: Sequence[str] = (),
    inherited: Sequence[str] | None = None,
    directory: Path | None = None,
    links: Path | None = None,
    **environment: str,
) -> Any:
    """Return what a function returns where nothing is imported yet and nothing is inherited.

    Arguments and result have to be JSON. ``prefix`` is a command that runs the interpreter, such as
    strace; modules that are ``hidden`` cannot be imported; of this environment it has what is
    ``inherited``, or all; it works in a directory, or in this one's. It finds Python and this
    suite by links that are made in a directory, if one is given. Raises RuntimeError with the end
    of what the process said if it failed.
    """
    python, root = Path(sys.executable), ROOT
    if links:
        prefix_of, root = links / "python", links / "suite"
        prefix_of.symlink_to(sys.prefix)
        root.symlink_to(ROOT)
        python = prefix_of / python.relative_to(sys.prefix)
    call = json.dumps([function.__module__, function.__name__, arguments, list(hidden)])
    names = os.environ if inherited is None else os.environ.keys() & set(inherited)
    done = subprocess.run(
        [*prefix, str(python), "-m", __name__, call],
        env={name: os.environ[name] for name in names} | environment | {"PYTHONPATH": str(root)},
        cwd=directory,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip()[-2000:]
        raise RuntimeError(f"{function.__name__} ended with status {done.returncode}: {said}")
    sys.stderr.write(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _answer_in_new_interpreter(call: str) -> None:
    del os.environ["PYTHONPATH"]  # it was for this process alone
    sys.argv[:] = ["-c"]  # for MLflow, which looks for the git repository of a program
    module, function, arguments, hidden = json.loads(call)
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None hides a module
    print(json.dumps(getattr(import_module(module), function)(*arguments)))


@contextmanager
def on_one_core(number: int) -> Iterator[None]:
    """Keep this process, and those that it starts, on one of its cores, where that can be done.

    Any number is of a core: they are counted around.
    """
    if not hasattr(os, "sched_setaffinity"):  # it is of Linux alone
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cores)[number % len(cores)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def run_in_fork(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a child of this process, modules imported already.

    What a system keeps for the whole process is new there. Raises RuntimeError with the child's
    traceback if it failed.
    """
    ((result, error),) = run_in_forks(function, [arguments], 1)
    if error:
        raise RuntimeError(error)
    return result


def run_in_forks(
    function: Callable[..., Any], calls: Sequence[Sequence[Any]], at_once: int
) -> list[tuple[Any, str]]:
    """Make calls in children of this process, some at once; return each result and traceback.

    All are started from one thread: a fork would inherit the locks that another one holds.
    """
    context = multiprocessing.get_context("fork")
    answers: dict[int, tuple[Any, str]] = {}
    running: dict[Connection, tuple[int, BaseProcess]] = {}
    while len(answers) < len(calls):
        number = len(answers) + len(running)
        if number < len(calls) and len(running) < at_once:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=answer, args=(theirs, function, calls[number]))
            process.start()
            theirs.close()
            running[ours] = number, process
        else:
            for pipe in wait(running):
                assert isinstance(pipe, Connection)
                number, process = running.pop(pipe)
                answers[number] = receive(pipe)
                process.join()
    return [answers[number] for number in range(len(calls))]


def receive(pipe: Connection) -> tuple[Any, str]:
    """Return the result and the traceback that ``answer`` sends from the other end of a pipe."""
    try:
        return pipe.recv()
    except EOFError:
        return None, "the process ended without an answer"


def answer(pipe: Connection, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    """Send what a function returns, and no traceback; or None, and one."""
    try:
        pipe.send((function(*arguments), ""))
    except BaseException:
        pipe.send((None, traceback.format_exc()))


def with_stderr(work: Callable[[], Result]) -> tuple[Result, list[str]]:
    """Return what work returns, and the lines that this process writes to its stderr meanwhile.

    Those of libraries that are not Python are among them.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile("w+", errors="replace") as file:
        kept = os.dup(STDERR)
        os.dup2(file.fileno(), STDERR)
        try:
            result = work()
        finally:
            sys.stderr.flush()
            os.dup2(kept, STDERR)
            os.close(kept)
        file.seek(0)
        return result, file.read().splitlines()


@contextmanager
def locked(file: Path, shared: bool = False) -> Iterator[None]:
    """Hold a lock, alone or together with others that share it; it ends with the process, too."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def mapped_files() -> set[Path]:
    """Return the files that this process has mapped, its libraries among them (on Linux)."""
    with suppress(FileNotFoundError):
        lines = Path("/proc/self/maps").read_text().splitlines()
        return {Path(line[line.index("/") :]) for line in lines if "/" in line}
    return set()


def writes_so_far() -> dict[str, int]:
    """Return the bytes and calls that this process has written with so far (on Linux)."""
    counters = dict(line.split(": ") for line in IO.read_text().splitlines())
    return {"bytes": int(counters["wchar"]), "calls": int(counters["syscw"])}


def can_run(command: Sequence[str]) -> bool:
    """Whether a command is here and may do what it does."""
    found = shutil.which(command[0])
    return bool(found) and not subprocess.run(command, capture_output=True).returncode


if __name__ == "__main__":
    _answer_in_new_interpreter(sys.argv[1])
