"""Crashes: what is left of acknowledged points when a writer is killed, or the disk is full."""

import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.stores import log_small_run, new_store
from .harness.writers import METRIC, Written, count_lost, value_at
from .system import directories, strace
from .system.processes import can_run, run_in_new_interpreter
from .trackers import create
from .trackers.kinds import SEARCHABLE, STORING
from .workload import EXPERIMENT, SEED


@dataclass(frozen=True)
class Killed:
    """What kills did: acknowledged points that were lost, and stores that did not open."""

    points_lost: int
    failed_openings: int


class Kills(Measured):
    """A writer is killed (SIGKILL) at random moments and started again on its store.

    0 is right: after each kill the store opens, and at the end every point that was acknowledged
    is there. The kernel lives on, so this says nothing about a loss of power.
    """

    version = "1"
    params = [SEARCHABLE]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, kill_often, workers=2)

    @shown(f"Acknowledged points lost in {sizes.KILLS} kills of the writer", "points")
    def track_points_lost(self, found: dict, tracker: str) -> int:
        return self.found.points_lost

    @shown(f"Stores that did not open after a kill, of {sizes.KILLS}", "openings")
    def track_failed_openings(self, found: dict, tracker: str) -> int:
        return self.found.failed_openings


def kill_often(name: str) -> Killed:
    moments = random.Random(SEED)
    tracker = create(name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        written, failed = [], 0
        for _ in range(sizes.KILLS):
            seconds = moments.uniform(0, sizes.SECONDS_BEFORE_A_KILL)
            written.append(_killed(name, store, seconds))
            failed += not _opens(name, store)
        return Killed(_lost(name, store, written), failed)


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
        tracker.log_metric(run_id, METRIC, value_at(step), step)
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
        return count_lost(tracker, written)
    finally:
        tracker.close()


@dataclass(frozen=True)
class Filled:
    """What a full disk did: acknowledged points that were lost, and whether nobody was told."""

    points_lost: int
    silent: bool


UNSHARE = ["unshare", "--map-root-user", "--mount"]


class FullDisk(Measured):
    """Metrics are logged to a disk until it is full; then there is room again.

    0 is right: the writer is told by an error, and every point that was acknowledged before is
    there when the store is opened again. The disk is a small file system in memory.
    """

    version = "1"
    params = [SEARCHABLE]

    def require(self) -> None:
        with directories.on_disk() as directory:
            if not can_run([*UNSHARE, *_mount(Path(directory))]):
                raise NotImplementedError("a small file system cannot be mounted here (unshare)")

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("full-disk", fill_apart), workers=2)

    @shown(
        f"Acknowledged points lost to a full disk, of {sizes.POINTS_TO_A_FULL_DISK:,} at most",
        "points",
    )
    def track_points_lost(self, found: dict, tracker: str) -> int:
        return self.found["points_lost"]

    @shown("Full disks that no error told of, of one", "missing errors")
    def track_silence(self, found: dict, tracker: str) -> int:
        """Return 1 if no call raised an error, 0 if one did."""
        return int(self.found["silent"])


def _mount(directory: Path) -> list[str]:
    size = f"size={sizes.SMALL_DISK_BYTES}"
    return ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(directory)]


def fill_apart(name: str) -> dict[str, int | bool]:
    """Fill a disk in a process of its own, which alone sees it."""
    return run_in_new_interpreter(fill_mounted, name, prefix=UNSHARE)


def fill_mounted(name: str) -> dict[str, int | bool]:
    """Fill a disk that is mounted for this process; return what came of it."""
    with directories.on_disk() as directory:
        subprocess.run(_mount(Path(directory)), check=True)
        try:
            return vars(_fill(name, Path(directory)))
        finally:
            subprocess.run(["umount", "--lazy", directory], check=True)


def _fill(name: str, disk: Path) -> Filled:
    store, rest = disk / "store", disk / "rest"
    store.mkdir()
    tracker = create(name)
    tracker.prepare(store)
    tracker.open(store)
    log_small_run(tracker)
    written = Written(tracker.start_run(EXPERIMENT, ["full"]))
    left = shutil.disk_usage(disk).free - sizes.ROOM_BYTES
    rest.write_bytes(bytes(max(left, 0)))
    told = False
    for step in range(sizes.POINTS_TO_A_FULL_DISK):
        try:
            tracker.log_metric(written.run_id, METRIC, value_at(step), step)
        except Exception as error:
            print(f"{name} was told: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            told = True
            break
        written.steps.append(step)
    with suppress(Exception):
        tracker.close()
    rest.unlink()
    return Filled(_lost(name, store, [written]), not told)


class PowerLoss(Measured):
    """The most points that were acknowledged and not yet synced: a loss of power takes them.

    Counted from the system calls: a point is safe when a sync has ended between the point before
    and its own acknowledgement, or later.
    """

    version = "1"
    params = [STORING]

    def require(self) -> None:
        strace.require()

    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(STORING, once("power", _points_at_risk), workers=2)

    @shown(f"Acknowledged points that a loss of power takes, of {sizes.TRACED_POINTS}", "points")
    def track_points_at_risk(self, found: dict, tracker: str) -> int:
        return self.found


def _points_at_risk(name: str) -> int:
    with directories.on_disk() as directory:
        trace = Path(directory, "trace")
        prefix = strace.traced(strace.SYNCS, trace)
        run_in_new_interpreter(acknowledge, name, prefix=prefix)
        return strace.most_unsynced(trace.read_text())


def acknowledge(name: str) -> None:
    """Log points in this process, with a mark after each."""
    tracker = create(name)
    with new_store(tracker, directories.on_disk):
        log_small_run(tracker)
        run_id = tracker.start_run(EXPERIMENT, ["traced"])
        for step in range(sizes.TRACED_POINTS):
            tracker.log_metric(run_id, METRIC, value_at(step), step)
            strace.mark()
        tracker.close()
