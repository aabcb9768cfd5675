"""System calls of a process, the marks between which they count, and a kill before one of them."""

import ctypes
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .processes import can_run

SYNCS = ["fsync", "fdatasync", "sync_file_range", "msync", "syncfs", "sync"]
# A sync of no file, which fails and does nothing else.
NO_FILE = 2**30
MARK = f"fdatasync({NO_FILE}"  # which another thread may interrupt here
WRITES = ["write", "pwrite64", "writev", "pwritev"]
PR_SET_PTRACER, ANY = 0x59616D61, ctypes.c_ulong(-1)
DONE = re.compile(rf"({'|'.join(SYNCS)})(\(| resumed).*= 0$")


def traced(calls: Sequence[str], output: Path | str) -> list[str]:
    """Return the command that runs another one and writes these calls of it to a file."""
    options = ["-f", "--seccomp-bpf", "-qq", "-e", f"trace={','.join(calls)}"]
    return ["strace", *options, "-o", str(output)]


def require() -> None:
    """Raise NotImplementedError where system calls cannot be seen."""
    if not can_run([*traced(SYNCS, os.devnull), "true"]):
        raise NotImplementedError("strace is not installed or may not trace processes here")


def require_kills() -> None:
    """Raise NotImplementedError where a process cannot be killed before a write."""
    require()
    # Without input it does nothing.
    with (
        subprocess.Popen("cat", stdin=subprocess.PIPE, preexec_fn=allow_others) as waiting,
        killed_before(waiting.pid, 1),
    ):
        pass


def allow_others() -> None:
    """Let processes that have not started this one trace it, where Linux asks for that (Yama)."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANY, 0, 0, 0)


@contextmanager
def killed_before(process: int, write: int) -> Iterator[None]:
    """Have a process killed (SIGKILL) right before a write while this lasts; 1 is its next one.

    Each of the calls that write is counted by itself: a process should use one of them.
    """
    calls = ",".join(WRITES)
    kill = ["-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={write}"]
    command = ["strace", "-f", *kill, "-o", os.devnull, "-p", str(process)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        if "attached" not in (said := tracer.stderr.readline()):
            raise NotImplementedError(f"strace may not attach to a process here: {said.strip()}")
        try:
            yield
        finally:
            tracer.terminate()


def mark() -> None:
    """Leave a mark among the syncs of this process."""
    with suppress(OSError):
        os.fdatasync(NO_FILE)


def between_marks(trace: str) -> list[str]:
    """Return the parts of a trace from each first mark to the next one."""
    return re.split(rf".*{re.escape(MARK)}.*\n", trace)[1::2]


def syncs(trace: str) -> int:
    """Return how many syncs were called in a trace."""
    return sum(trace.count(f" {call}(") for call in SYNCS)


def most_unsynced(trace: str) -> int:
    """Return the longest row of marks without a completed sync between them."""
    row = longest = 0
    synced = False
    for line in trace.splitlines():
        if MARK in line:
            row = 0 if synced else row + 1
            longest, synced = max(longest, row), False
        elif DONE.search(line):
            synced = True
    return longest
