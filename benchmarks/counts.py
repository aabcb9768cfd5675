"""What the kernel sees of each write: bytes, write calls and syncs. These do not drift."""

import os
import re
from contextlib import suppress
from pathlib import Path

from . import fresh, scratch
from .on_disk import open_new
from .operations import WRITES
from .trackers import WRITERS, LoggedRun, create

TURNS = 20
IO = Path("/proc/self/io")
SYNCS = ["fsync", "fdatasync", "sync_file_range", "msync", "syncfs", "sync"]
# A sync of no file, which fails and does nothing else: it marks where an operation begins and ends.
NO_FILE = 2**30
LOGGING = [name for name in WRITES if name.startswith("log ")]

# By tracker and operation: values logged, bytes in them, and what the kernel counted.
Counts = dict[str, dict[str, dict[str, int]]]
# The counts, and why some of them are missing.
Cached = tuple[Counts, dict[str, str]]


def setup_cache() -> Cached:
    """Do each operation in a process of its own, traced where that is possible."""
    missing = {} if IO.exists() else {"bytes": f"this kernel has no {IO}"}
    trace = Path("trace").absolute()
    strace = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        f"trace={','.join(SYNCS)}",
        "-o",
        str(trace),
    ]
    if not fresh.can_run([*strace, "true"]):
        missing["syncs"] = "strace is not installed or may not trace processes here"
    counts = fresh.call(count_all, prefix=[] if "syncs" in missing else strace)
    if "syncs" not in missing:
        _add_syncs(counts, trace.read_text())
    return counts, missing


setup_cache.timeout = 300


def count_all() -> Counts:
    """Count in this process; a mark in the trace comes before and after each operation."""
    counts: Counts = {}
    for name in WRITERS:
        with suppress(NotImplementedError):
            create(name)
            counts[name] = {operation: _count(name, operation) for operation in WRITES}
    return counts


def _count(name: str, operation: str) -> dict[str, int]:
    with scratch.anywhere() as directory:
        tracker, store = create(name), Path(directory, "store")
        store.mkdir()
        open_new(tracker, store)
        work = WRITES[operation](tracker, Path(directory))
        turns = min(TURNS, work.TURNS)
        work.before()
        before = _io()
        _mark()
        for number in range(turns):
            work.turn(number)
        _mark()
        after = _io()
        work.after(turns)
        tracker.close()
        work.verify(store)
    return {
        "values": turns * work.VALUES,
        "logged": sum(map(_bytes_in, work.logged.values())),
        **{key: after[key] - before[key] for key in after},
    }


def _io() -> dict[str, int]:
    """Return the bytes and calls that this process has written with so far."""
    if not IO.exists():
        return {}
    counters = dict(line.split(": ") for line in IO.read_text().splitlines())
    return {"bytes": int(counters["wchar"]), "calls": int(counters["syscw"])}


def _mark() -> None:
    with suppress(OSError):
        os.fdatasync(NO_FILE)


def _bytes_in(run: LoggedRun) -> int:
    """Return the bytes of a run's names and values; a point has two numbers of 8 bytes."""
    texts = [*run.parameters, *run.parameters.values()]
    points = sum((len(name) + 16) * len(points) for name, points in run.metrics.items())
    artifacts = sum(len(name) + len(data) for name, data in run.artifacts.items())
    return sum(len(text.encode()) for text in texts) + points + artifacts


def _add_syncs(counts: Counts, trace: str) -> None:
    """Count the syncs between each two marks; the operations come in the order of ``counts``."""
    sections = re.split(rf".*fdatasync\({NO_FILE}\).*\n", trace)[1::2]
    operations = (count for tracker in counts.values() for count in tracker.values())
    for count, section in zip(operations, sections, strict=True):
        count["syncs"] = sum(section.count(f" {call}(") for call in SYNCS)


class _Counted:
    version = "1"
    params = [list(WRITES), WRITERS]
    param_names = ["operation", "tracker"]
    counted = "bytes"

    def setup(self, cached: Cached, operation: str, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        counts, missing = cached
        if self.counted in missing:
            raise NotImplementedError(missing[self.counted])
        self.count = counts[tracker][operation]


class Writes(_Counted):
    """Bytes and write calls of one parameter, metric point, artifact or run.

    From the kernel's counters of the process, which see every tracker alike.
    """

    def track_bytes(self, cached: Cached, operation: str, tracker: str) -> float:
        return self.count["bytes"] / self.count["values"]

    track_bytes.unit = "bytes"

    def track_calls(self, cached: Cached, operation: str, tracker: str) -> float:
        return self.count["calls"] / self.count["values"]

    track_calls.unit = "calls"


class Amplification(_Counted):
    """Bytes written for one byte of the names and values that were logged."""

    params = [LOGGING, WRITERS]

    def track_amplification(self, cached: Cached, operation: str, tracker: str) -> float:
        return round(self.count["bytes"] / self.count["logged"], 3)

    track_amplification.unit = "bytes per byte"


class Syncs(_Counted):
    """Syncs (fsync, fdatasync and the like) of one parameter, metric point, artifact or run."""

    counted = "syncs"

    def track_syncs(self, cached: Cached, operation: str, tracker: str) -> float:
        return self.count["syncs"] / self.count["values"]

    track_syncs.unit = "syncs"
