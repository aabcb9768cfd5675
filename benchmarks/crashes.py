"""Crashes: what is left of acknowledged points when a writer is killed, or the disk is full."""

import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.losses import FAILED, LOST, RUNS, count, count_lost
from .harness.once import once
from .harness.sizes import Suite
from .harness.stores import log_small_run, new_store
from .harness.writers import METRIC, Place, Written, log_point
from .system import directories, strace
from .system.processes import can_run, run_in_fork, run_in_new_interpreter
from .trackers import Tracker, create
from .trackers.kinds import SEARCHABLE
from .workload import EXPERIMENT, SEED

SECOND = "accuracy"  # a metric that begins when the kill comes
RIGHT_AFTER = "points of the killed run, right after"
AFTER_THE_NEXT = "points of the killed run, after the next one"
OF_THE_NEXT = "points of the next run"
ALL = "all"
WRITES = [*map(str, range(1, sizes.WRITES_OF_A_POINT + 1)), ALL]
FIGURES = [RIGHT_AFTER, AFTER_THE_NEXT, OF_THE_NEXT, RUNS, FAILED]


class KillsAtWrites(Measured):
    """A writer is killed just before one of its writes; then the next process logs a run.

    The killed one goes on with a metric and begins another one, in turns. A point takes SynaDB six
    writes, its C interface three, MLflow's files one and SQLite more than six. Figures are the
    acknowledged points that cannot be read back with the tracker's calls, right after the kill and
    when the next run is going on; how many of both runs are not listed then; and how many of three
    openings failed. 0 is right. The kernel lives on, so this says nothing about a loss of power.
    """

    version = "1"
    params = [WRITES, FIGURES, SEARCHABLE]
    param_names = ["write", "figure", "tracker"]

    def require(self) -> None:
        strace.require()

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("kills", kill_at_writes), workers=2)

    @shown("Not there after a kill at a write of a point", "cases")
    def track_count(self, found: dict, write: str, figure: str, tracker: str) -> float:
        return self.found[write][figure]


def kill_at_writes(name: str) -> dict[str, dict[str, float]]:
    """Return the figures of a kill at each write, each with a new store, and their sums."""
    found = {write: kill_at(name, int(write)) for write in WRITES if write != ALL}
    return found | {ALL: {of: sum(one[of] for one in found.values()) for of in FIGURES}}


def kill_at(name: str, write: int) -> dict[str, float]:
    """Kill a writer at a write, look for its run, log the next one, and look for both."""
    tracker = create(name)
    with new_store(tracker) as store:
        log_small_run(tracker)
        tracker.close()
        killed = _killed_at(name, Place(store), write)
        before = count(name, killed)
        following = run_in_fork(_write_next, name, Place(store))
        after, of_next = count(name, killed), count(name, [following])
        return {
            RIGHT_AFTER: before[LOST],
            AFTER_THE_NEXT: after[LOST],
            OF_THE_NEXT: of_next[LOST],
            RUNS: (after[RUNS] > 0) + of_next[RUNS],
            FAILED: before[FAILED] + bool(following.errors) + after[FAILED],
        }


def _killed_at(name: str, place: Place, write: int) -> list[Written]:
    """Let a process be killed at a write; return what it had been told of each metric by then."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    told = context.RawValue("i", 0)  # in memory, since a message would be a write
    process = context.Process(target=_write_traced, args=(name, place, theirs, told))
    process.start()
    theirs.close()
    first = ours.recv()
    assert process.pid  # it has started
    with strace.killing(process.pid, write):
        ours.send("go")
        process.join()
    second = replace(first, metric=SECOND, steps=[])
    for step, metric in _last_points()[: told.value]:
        (first if metric == METRIC else second).steps.append(step)
    return [first, second]


def _last_points() -> list[tuple[int, str]]:
    """Return steps and metrics of the points, one of which is the last: a write each at least."""
    first = sizes.POINTS_BEFORE_A_KILL
    return [(first + n, (METRIC, SECOND)[n % 2]) for n in range(sizes.WRITES_OF_A_POINT)]


def _write_traced(name: str, place: Place, pipe: Connection, told: Any) -> None:
    strace.may_be_traced()
    tracker, written = create(name), Written("", place)
    _log_run(tracker, written)
    pipe.send(written)
    pipe.recv()
    for step, metric in _last_points():
        tracker.log_metric(written.run_id, metric, written.value_at(step), step)
        told.value += 1


def _write_next(name: str, place: Place) -> Written:
    written = Written("", place, writer=1)
    with written.noting_errors():
        _log_run(create(name), written)
    return written


def _log_run(tracker: Tracker, written: Written) -> None:
    """Begin a run and log its points; it goes on."""
    tracker.open(written.place.store)
    written.run_id = tracker.start_run(EXPERIMENT, ["killed"])
    for step in range(sizes.POINTS_BEFORE_A_KILL):
        log_point(tracker, written, step)


class Kills(Measured):
    """A writer is killed (SIGKILL) at random moments and started again on its store.

    0 is right: after each kill the store opens, and at the end every point that was acknowledged
    is there. Most kills hit no write, so this is a check of the exact ones.
    """

    suite = Suite.FULL
    version = "1"
    params = [SEARCHABLE]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, kill_often, workers=2)

    @shown(
        f"Acknowledged points that cannot be read back after {sizes.KILLS} kills of the writer",
        "points",
    )
    def track_points_lost(self, found: dict, tracker: str) -> float:
        return self.found[LOST]

    @shown(f"Stores that did not open after a kill, of {sizes.KILLS}", "openings")
    def track_failed_openings(self, found: dict, tracker: str) -> float:
        return self.found[FAILED]


def kill_often(name: str) -> dict[str, float]:
    """Return the figures of the store at the end, and how often it did not open before."""
    moments = random.Random(SEED)
    tracker = create(name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        written: list[Written] = []
        failed = 0.0
        for _ in range(sizes.KILLS):
            seconds = moments.uniform(0, sizes.SECONDS_BEFORE_A_KILL)
            killed = _killed(name, Place(store), seconds)
            failed += count(name, [killed])[FAILED]
            written.append(killed)
        return count(name, written) | {FAILED: failed}


def _killed(name: str, place: Place, seconds: float) -> Written:
    """Let a process write for so long; return what it had been told by then."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_write_for_ever, args=(name, place, theirs))
    process.start()
    theirs.close()
    written = Written("", place)
    with suppress(EOFError):  # a store that does not open is counted when it is looked at
        written = ours.recv()
        time.sleep(seconds)
    process.kill()
    process.join()
    with suppress(EOFError):  # what was sent before the end is still there
        while True:
            written.steps.append(ours.recv())
    return written


def _write_for_ever(name: str, place: Place, pipe: Connection) -> None:
    tracker = create(name)
    tracker.open(place.store)
    written = Written(tracker.start_run(EXPERIMENT, ["killed"]), place)
    pipe.send(written)
    for step in range(sys.maxsize):
        tracker.log_metric(written.run_id, METRIC, written.value_at(step), step)
        pipe.send(step)


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
    written = Written(tracker.start_run(EXPERIMENT, ["full"]), Place(store))
    left = shutil.disk_usage(disk).free - sizes.ROOM_BYTES
    rest.write_bytes(bytes(max(left, 0)))
    told = False
    for step in range(sizes.POINTS_TO_A_FULL_DISK):
        try:
            tracker.log_metric(written.run_id, METRIC, written.value_at(step), step)
        except Exception as error:
            print(f"{name} was told: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            told = True
            break
        written.steps.append(step)
    with suppress(Exception):
        tracker.close()
    rest.unlink()
    return Filled(_lost(name, written), not told)


def _lost(name: str, written: Written) -> int:
    tracker = create(name)
    tracker.open(written.place.store)
    try:
        return count_lost(tracker, [written])
    finally:
        tracker.close()


class PowerLoss(Measured):
    """The most points that were acknowledged and not yet synced: a loss of power takes them.

    Counted from the system calls: a point is safe when a sync has ended between the point before
    and its own acknowledgement, or later.
    """

    version = "1"
    params = [SEARCHABLE]

    def require(self) -> None:
        strace.require()

    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("power", _points_at_risk), workers=2)

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
            tracker.log_metric(run_id, METRIC, step + 0.25, step)
            strace.mark()
        tracker.close()
