"""System calls of a process, and the marks between which they count."""

import ctypes
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .processes import can_run

SYNCS = ["fsync", "fdatasync", "sync_file_range", "msync", "syncfs", "sync"]
WRITES = ["write", "writev", "pwrite64", "pwritev", "pwritev2"]
# Of Linux's sys/prctl.h.
PR_SET_PTRACER, PR_SET_PTRACER_ANY = 0x59616D61, ctypes.c_ulong(-1)
# A sync of no file, which fails and does nothing else.
NO_FILE = 2**30
MARK = f"fdatasync({NO_FILE}"  # which another thread may interrupt here
DONE = re.compile(rf"({'|'.join(SYNCS)})(\(| resumed).*= 0$")


def traced(calls: Sequence[str], output: Path | str) -> list[str]:
    """Return the command that runs another one and writes these calls of it to a file."""
    options = ["-f", "--seccomp-bpf", "-qq", "-e", f"trace={','.join(calls)}"]
    return ["strace", *options, "-o", str(output)]


def require() -> None:
    """Raise NotImplementedError where system calls cannot be seen."""
    if not can_run([*traced(SYNCS, os.devnull), "true"]):
        raise NotImplementedError("strace is not installed or may not trace processes here")


@contextmanager
def killing(process: int, write: int) -> Iterator[None]:
    """Kill a process just before one of its writes, counted from 1 from here on.

    Each kind of write is counted by itself, and stores use one. It waits until the process ends.
    """
    writes = ",".join(WRITES)
    kill = f"inject={writes}:signal=KILL:when={write}"
    command = ["strace", "-p", str(process), "-o", os.devnull, "-e", f"trace={writes}", "-e", kill]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        said = tracer.stderr.readline()
        if "attached" not in said:
            raise RuntimeError(f"strace does not attach to a process: {said}")
        yield


def may_be_traced() -> None:
    """Let other processes of the user trace this one, which some kernels forbid unasked."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0)


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
