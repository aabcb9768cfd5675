"""Keeps a server: ends it, and all that it started, when whoever started the keeper ends.

That shows as the end of the keeper's input, however it happens: by itself, by an error or by
SIGKILL. A server and all that it started are one process group.
"""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress

SECONDS_TO_END = 5


def main(command: list[str]) -> None:
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
    )
    print(server.pid, flush=True)
    while server.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
        pass
    for end in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(server.pid, end)
            server.wait(SECONDS_TO_END)


if __name__ == "__main__":
    main(sys.argv[1:])
