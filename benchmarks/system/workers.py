"""Objects in processes of their own, which stay and are called when it is their turn."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from .directories import ROOT
from .processes import answer, receive

Result = TypeVar("Result")
Own = TypeVar("Own", bound="_Called")


class _Called:
    """An object in another process that functions are called with there; errors have its name."""

    def __init__(self, name: str, pipe: Connection) -> None:
        self._name = name
        self._pipe = pipe

    def __enter__(self: Own) -> Own:
        self._result()
        return self

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function of the object returns; RuntimeError with its traceback if not."""
        self._pipe.send((function, arguments))
        return self._result()

    def _result(self) -> Any:
        result, error = receive(self._pipe)
        if error:
            raise RuntimeError(f"{self._name}: {error}")
        return result


class Worker(_Called):
    """An object that a new interpreter makes, and that functions are called with there.

    Its name is in its errors, and it works in a directory. What is in the directories of ``path``
    is found before what is installed, and modules that are ``hidden`` cannot be imported; all else
    is the same for all workers. The interpreter starts at once, is waited for where the worker is
    entered, and ends with its owner, however that ends.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], object],
        directory: Path,
        path: Sequence[Path] = (),
        hidden: Sequence[str] = (),
    ) -> None:
        ours, theirs = Pipe()
        super().__init__(name, ours)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=directory,
                env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._pipe.send(([str(found) for found in path], hidden))
        self._pipe.send(make)

    def __exit__(self, *error: object) -> None:
        self._pipe.close()
        self._process.wait()


class Fork(_Called):
    """An object that a fork of this process makes, which has all that is imported here.

    It is waited for where it is entered, and ends with its owner or when it is killed.
    """

    def __init__(self, name: str, make: Callable[[], object]) -> None:
        ours, theirs = Pipe()
        super().__init__(name, ours)
        with theirs:
            self._process = get_context("fork").Process(target=_fork, args=(ours, theirs))
            self._process.start()
        self._pipe.send(make)

    def __exit__(self, *error: object) -> None:
        self._pipe.close()
        self.kill()

    def kill(self) -> None:
        """End it as a crash does (SIGKILL)."""
        self._process.kill()
        self._process.join()


def _fork(ours: Connection, theirs: Connection) -> None:
    ours.close()  # else it would outlive its owner
    with theirs, suppress(EOFError, KeyboardInterrupt):
        _answer_calls(theirs)


def _work(pipe: Connection) -> None:
    path, hidden = pipe.recv()
    sys.path[:0] = path
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None hides a module
    _answer_calls(pipe)


def _answer_calls(pipe: Connection) -> None:
    made = []
    answer(pipe, lambda: made.append(pipe.recv()()), ())
    while True:
        function, arguments = pipe.recv()
        answer(pipe, function, (*made, *arguments))


if __name__ == "__main__":
    del os.environ["PYTHONPATH"]  # it was for this process alone
    with Connection(int(sys.argv[1])) as pipe, suppress(EOFError, KeyboardInterrupt):
        _work(pipe)  # until its owner closes the other end, or has ended
