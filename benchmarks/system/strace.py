"""System calls of a process, and the marks between which they count."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .processes import can_run

SYNCS = ["fsync", "fdatasync", "sync_file_range", "msync", "syncfs", "sync"]
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
