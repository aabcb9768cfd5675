"""Servers that a tracker starts for itself: they end with the process that started them."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.error import URLError

SECONDS_TO_START = 90
# It waits for the end of its input, which comes when the owner ends, however that happens: by
# itself, by an error or by SIGKILL. A server and all that it started are one process group.
KEEPER = """
import os, select, signal, subprocess, sys
no = subprocess.DEVNULL
server = subprocess.Popen(sys.argv[1:], stdin=no, stdout=sys.stderr, start_new_session=True)
print(server.pid, flush=True)
while server.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
    pass
for end in (signal.SIGINT, signal.SIGKILL):
    try:
        os.killpg(server.pid, end)
        server.wait(5)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
"""


class Service:
    """A server on loopback that runs until ``stop``, or until this process ends."""

    def __init__(self, command: list[str], log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        with log.open("wb") as file:
            self._keeper = subprocess.Popen(
                [sys.executable, "-c", KEEPER, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env=os.environ | environment,
                start_new_session=True,  # Ctrl+C is for its owner
            )
        self._keeper.stdout.readline()

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until the server answers; raise RuntimeError with its last line if it does not."""
        deadline = time.monotonic() + SECONDS_TO_START
        while not ready():
            if self._keeper.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = self._log.read_text(errors="replace").strip().splitlines() or ["nothing"]
                raise RuntimeError(f"the server did not start; it said: {said[-1]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server and all that it started."""
        self._keeper.stdin.close()
        self._keeper.wait()
        self._keeper.stdout.close()


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (URLError, OSError):
        return False
