"""Crashes: what is left of acknowledged points when a writer is killed, or the disk is full."""

import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from . import fresh, scratch
from .many_writers import METRIC, Written, kept, value
from .on_disk import open_new
from .trackers import READERS, create
from .workload import EXPERIMENT

KILLS, LONGEST_LIFE = 20, 0.1  # seconds
SEED = 42
DISK_BYTES, ROOM_BYTES = 16 * 2**20, 256 * 2**10
MOST_POINTS = 20_000
TRACED_POINTS = 50
ACKNOWLEDGED = "acknowledged"


class Kills:
    """A writer is killed (SIGKILL) 20 times at random moments and started again on its store.

    0 is right: after each kill the store opens, and at the end every point that was acknowledged
    is there. The kernel lives on, so this says nothing about a loss of power.
    """

    version = "1"
    params = [READERS]
    param_names = ["tracker"]
    timeout = 120

    def setup_cache(self) -> dict[str, tuple[int, int]]:
        return {name: _kill_often(name) for name in READERS if _runs_here(name)}

    setup_cache.timeout = 300

    def setup(self, found: dict[str, tuple[int, int]], tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_points_lost(self, found: dict[str, tuple[int, int]], tracker: str) -> int:
        return found[tracker][0]

    track_points_lost.unit = "points"

    def track_failed_openings(self, found: dict[str, tuple[int, int]], tracker: str) -> int:
        return found[tracker][1]

    track_failed_openings.unit = "openings"


def _runs_here(name: str) -> bool:
    try:
        create(name)
    except NotImplementedError as reason:
        print(f"{name} is skipped: {reason}")
        return False
    return True


def _kill_often(name: str) -> tuple[int, int]:
    """Return how many acknowledged points were lost, and how often the store did not open."""
    moments = random.Random(SEED)
    with _new_store(name) as store:
        written, failed = [], 0
        for _ in range(KILLS):
            written.append(_killed(name, store, moments.uniform(0, LONGEST_LIFE)))
            failed += not _opens(name, store)
        return _lost(name, store, written), failed


@contextmanager
def _new_store(name: str) -> Iterator[Path]:
    with scratch.on_disk() as directory:
        store = Path(directory, "store")
        store.mkdir()
        tracker = create(name)
        open_new(tracker, store)
        tracker.close()
        yield store


def _killed(name: str, store: Path, seconds: float) -> Written:
    """Let a process write for so long; return what it had been told by then."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_write_for_ever, args=(name, store, theirs))
    process.start()
    theirs.close()
    written = Written(ours.recv())
    time.sleep(seconds)
    process.kill()
    process.join()
    with suppress(EOFError):  # what was sent before the end is still there
        while True:
            written.steps.append(ours.recv())
    return written


def _write_for_ever(name: str, store: Path, pipe: Connection) -> None:
    tracker = create(name)
    tracker.open(store)
    run_id = tracker.start_run(EXPERIMENT, ["killed"])
    pipe.send(run_id)
    for step in range(sys.maxsize):
        tracker.log_metric(run_id, METRIC, value(step), step)
        pipe.send(step)


def _opens(name: str, store: Path) -> bool:
    tracker = create(name)
    try:
        tracker.open(store)
        tracker.list_runs(EXPERIMENT)
        tracker.close()
    except Exception as error:
        print(f"{name} does not open its store: {type(error).__name__}: {error}")
        return False
    return True


def _lost(name: str, store: Path, written: list[Written]) -> int:
    tracker = create(name)
    tracker.open(store)
    try:
        return sum(len(writer.steps) - kept(tracker, writer) for writer in written)
    finally:
        tracker.close()


@dataclass(frozen=True)
class Filled:
    """What a full disk did: acknowledged points that were lost, and whether nobody was told."""

    points_lost: int
    silent: bool


class FullDisk:
    """Metrics are logged to a disk until it is full; then there is room again.

    0 is right: the writer is told by an error, and every point that was acknowledged before is
    there when the store is opened again. The disk is a small file system in memory.
    """

    version = "1"
    params = [READERS]
    param_names = ["tracker"]
    timeout = 120

    def setup_cache(self) -> dict[str, Filled]:
        if not _can_mount():
            return {}  # setup says why
        return {name: _fill_apart(name) for name in READERS if _runs_here(name)}

    setup_cache.timeout = 300

    def setup(self, found: dict[str, Filled], tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if not found:
            raise NotImplementedError("a small file system cannot be mounted here (unshare)")

    def track_points_lost(self, found: dict[str, Filled], tracker: str) -> int:
        return found[tracker].points_lost

    track_points_lost.unit = "points"

    def track_silence(self, found: dict[str, Filled], tracker: str) -> int:
        """Return 1 if no call raised an error, 0 if one did."""
        return int(found[tracker].silent)

    track_silence.unit = "missing errors"


UNSHARE = ["unshare", "--map-root-user", "--mount"]


def _mount(directory: Path) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(directory)]


def _can_mount() -> bool:
    with scratch.on_disk() as directory:
        return fresh.can_run([*UNSHARE, *_mount(Path(directory))])


def _fill_apart(name: str) -> Filled:
    """Fill a disk in a process of its own, which alone sees it."""
    return Filled(**fresh.call(fill_mounted, name, prefix=UNSHARE))


def fill_mounted(name: str) -> dict[str, int | bool]:
    """Fill a disk that is mounted for this process; return what came of it."""
    with scratch.on_disk() as directory:
        subprocess.run(_mount(Path(directory)), check=True)
        try:
            return vars(_fill(name, Path(directory)))
        finally:
            subprocess.run(["umount", "--lazy", directory], check=True)


def _fill(name: str, disk: Path) -> Filled:
    store, rest = disk / "store", disk / "rest"
    store.mkdir()
    tracker = create(name)
    open_new(tracker, store)
    written = Written(tracker.start_run(EXPERIMENT, ["full"]))
    left = shutil.disk_usage(disk).free - ROOM_BYTES
    rest.write_bytes(bytes(max(left, 0)))
    told = False
    for step in range(MOST_POINTS):
        try:
            tracker.log_metric(written.run_id, METRIC, value(step), step)
        except Exception as error:
            print(f"{name} was told: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            told = True
            break
        written.steps.append(step)
    with suppress(Exception):
        tracker.close()
    rest.unlink()
    return Filled(_lost(name, store, [written]), not told)


class PowerLoss:
    """The most points that were acknowledged and not yet synced, of 50; a loss of power takes them.

    Counted from the system calls: a point is safe when a sync has ended between the point before
    and its own acknowledgement, or later.
    """

    version = "1"
    params = [READERS]
    param_names = ["tracker"]
    timeout = 120

    def setup(self, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if not fresh.can_run([*STRACE, os.devnull, "true"]):
            raise NotImplementedError("syncs cannot be seen: strace is missing or may not trace")

    def track_points_at_risk(self, tracker: str) -> int:
        with scratch.on_disk() as directory:
            trace = Path(directory, "trace")
            fresh.call(acknowledge, tracker, directory, prefix=[*STRACE, str(trace)])
            return at_risk(trace.read_text())

    track_points_at_risk.unit = "points"


SYNCS = "fsync,fdatasync,sync_file_range,msync,syncfs,sync"
STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", f"trace={SYNCS},chdir", "-o"]
SYNCED = re.compile(r"(fsync|fdatasync|sync_file_range|msync|syncfs|sync)(\(| resumed).*= 0$")


def acknowledge(name: str, directory: str) -> None:
    """Log points in this process; a change to a folder that is not there marks each."""
    store = Path(directory, "store")
    store.mkdir()
    tracker = create(name)
    open_new(tracker, store)
    run_id = tracker.start_run(EXPERIMENT, ["traced"])
    for step in range(TRACED_POINTS):
        tracker.log_metric(run_id, METRIC, value(step), step)
        with suppress(FileNotFoundError):
            os.chdir(Path(directory, ACKNOWLEDGED))
    tracker.close()


def at_risk(trace: str) -> int:
    """Return the longest row of acknowledgements without a completed sync between them."""
    row = longest = 0
    synced = False
    for line in trace.splitlines():
        if SYNCED.search(line):
            synced = True
        elif ACKNOWLEDGED in line:
            row = 0 if synced else row + 1
            longest, synced = max(longest, row), False
    return longest
