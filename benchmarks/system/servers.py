"""Servers that end with whoever started them."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError

from . import keeper

SECONDS_TO_START = 90
Answer = TypeVar("Answer")


class Server:
    """A server on loopback that runs until ``stop``, or until this process ends."""

    def __init__(self, command: list[str], log: Path, directory: Path | None = None) -> None:
        self._log = log
        with log.open("wb") as file:
            self._keeper = subprocess.Popen(
                [sys.executable, keeper.__file__, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                cwd=directory,
                start_new_session=True,  # Ctrl+C is for its owner
            )
        assert self._keeper.stdin  # a pipe, as the next one
        assert self._keeper.stdout
        self._ends, starts = self._keeper.stdin, self._keeper.stdout
        with starts:
            starts.readline()

    def wait_for(self, ask: Callable[[], Answer | None]) -> Answer:
        """Ask until there is an answer; raise RuntimeError with the server's last line if not."""
        deadline = time.monotonic() + SECONDS_TO_START
        while (answer := ask()) in (None, False):
            if self._keeper.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = self._log.read_text(errors="replace").strip().splitlines() or ["nothing"]
                raise RuntimeError(f"the server did not start; it said: {said[-1]}")
            time.sleep(0.1)
        return answer

    def stop(self) -> None:
        """End the server and all that it started."""
        self._ends.close()
        self._keeper.wait()


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def page(url: str) -> str | None:
    """Return what is served at an address, None where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.read().decode() if reply.status == 200 else None
    except (URLError, OSError):
        return None
