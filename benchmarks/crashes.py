"""Crashes: what is left of acknowledged points when a writer is killed, or the disk is full."""

import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.sizes import Suite
from .harness.stores import log_small_run, new_store
from .harness.writers import METRIC, Written, count_lost, log_steps, value_at, write
from .system import directories, strace
from .system.processes import can_run, run_in_fork, run_in_new_interpreter, writes_so_far
from .trackers import Tracker, create
from .trackers.kinds import SEARCHABLE, STORING
from .workload import EXPERIMENT, SEED

# Something kills a process after it has been told to go on; the second argument tells it.
Kill = Callable[[BaseProcess, Callable[[], None]], None]
UNREAD = "Acknowledged points that cannot be read back"
EXACT_KILLS = sizes.KILLS_OF_A_POINT * len(sizes.LETTERS)
AFTER_KILLS = f"after {EXACT_KILLS} kills at exact writes on disk"


class Kills(Measured):
    """A writer is killed (SIGKILL) right before a write; the next process logs a run of its own.

    Six kills are spread over the writes of one point, and that for experiments whose names have two
    to nine letters, since what follows a torn record may be found again by luck. Each is in a store
    of its own, on disk. A third process reads: 0 is right, since the next process never crashed,
    and of the killed run only what had been acknowledged counts. It is the same each time. The
    kernel lives on, so this says nothing about a loss of power.
    """

    version = "2"
    params = [SEARCHABLE]

    def require(self) -> None:
        strace.require_kills()

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("kills", kill_at_writes), workers=2)

    @shown(f"{UNREAD} {AFTER_KILLS}, of {EXACT_KILLS * sizes.LATE_POINT}", "points")
    def track_unread_points(self, found: dict, tracker: str) -> int:
        return self.found["points"]

    @shown(f"Runs of the next process that cannot be read back {AFTER_KILLS}, of one each", "runs")
    def track_unread_next_runs(self, found: dict, tracker: str) -> int:
        return self.found["next_runs"]

    @shown(f"Runs that are not listed {AFTER_KILLS}, of two each", "runs")
    def track_unlisted_runs(self, found: dict, tracker: str) -> int:
        return self.found["unlisted"]

    @shown(f"Stores that do not open {AFTER_KILLS}, of one each", "stores")
    def track_failed_openings(self, found: dict, tracker: str) -> int:
        return self.found["unopened"]


def kill_at_writes(name: str) -> dict[str, int]:
    """Kill writers to each experiment at writes that are spread over a point; return the sums."""
    writes, kills = run_in_fork(count_writes, name), sizes.KILLS_OF_A_POINT
    found = [
        kill_at_write(name, EXPERIMENT[:letters], 1 + number * writes // kills)
        for letters in sizes.LETTERS
        for number in range(kills)
    ]
    return {what: sum(after_one[what] for after_one in found) for what in found[0]}


def count_writes(name: str) -> int:
    """Return the write calls of the point at which writers are killed."""
    tracker = create(name)
    with new_store(tracker, directories.on_disk):
        log_small_run(tracker)
        written = Written(tracker.start_run(EXPERIMENT, ["counted"]))
        log_steps(tracker, written, range(sizes.LATE_POINT))
        before = writes_so_far()
        log_steps(tracker, written, [sizes.LATE_POINT])
        after = writes_so_far()
        tracker.close()
    return after["calls"] - before["calls"]


def kill_at_write(name: str, experiment: str, write: int) -> dict[str, int]:
    """Kill a writer right before a write of a late point, the first of which is 1.

    Returns the points of the killed run that are not read back, the next process's runs that are
    not, the runs that are not listed in a store that opens, and the stores that do not open.
    """

    def kill(process: BaseProcess, go_on: Callable[[], None]) -> None:
        assert process.pid
        with strace.killed_before(process.pid, write):
            go_on()
            process.join()

    tracker = create(name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        killed = _killed(name, store, experiment, kill)
        following = run_in_fork(log_next, name, store, experiment)
        return run_in_fork(read_after, name, store, killed, following)


def log_next(name: str, store: Path, experiment: str) -> Written | None:
    """Log a run as the next process does; return None if the store does not open."""
    if tracker := _opened(name, store):
        written = Written("", experiment=experiment)
        write(tracker, written, sizes.LATE_POINT, lambda: None)
        tracker.close()
        return written
    return None


def read_after(
    name: str, store: Path, killed: Written, following: Written | None
) -> dict[str, int]:
    """Read as a third process does; return what ``kill_at_write`` does."""
    runs = [killed, following] if following else [killed]
    if tracker := _opened(name, store):
        lost = [count_lost(tracker, [run]) for run in runs]
        listed = tracker.list_runs(killed.experiment)
        tracker.close()
    else:
        lost, listed = [len(run.steps) for run in runs], [run.run_id for run in runs]
    return {
        "points": lost[0],
        "next_runs": sum(map(bool, lost[1:])),
        "unlisted": sum(run.run_id not in listed for run in runs),
        "unopened": int(not (tracker and following)),
    }


class RandomKills(Measured):
    """A writer on disk is killed (SIGKILL) at random moments and started again on its store.

    0 is right: after each kill the store opens, and at the end every point that was acknowledged
    is there. Few of these moments are within a record, so mostly they show nothing.
    """

    suite = Suite.FULL
    version = "1"
    params = [SEARCHABLE]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, kill_at_random, workers=2)

    @shown(f"{UNREAD} after {sizes.KILLS} random kills on disk", "points")
    def track_unread_points(self, found: dict, tracker: str) -> int:
        return self.found["points"]

    @shown(f"Stores on disk that did not open after a random kill, of {sizes.KILLS}", "openings")
    def track_failed_openings(self, found: dict, tracker: str) -> int:
        return self.found["unopened"]


def kill_at_random(name: str) -> dict[str, int]:
    """Kill writers of one store; return the points that are not read back, and failed openings."""
    moments = random.Random(SEED)

    def kill(process: BaseProcess, go_on: Callable[[], None]) -> None:
        go_on()
        time.sleep(moments.uniform(0, sizes.SECONDS_BEFORE_A_KILL))
        process.kill()
        process.join()

    tracker = create(name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        written, unopened = [], 0
        for _ in range(sizes.KILLS):
            written.append(_killed(name, store, EXPERIMENT, kill))
            if opened := _opened(name, store):
                opened.close()
            unopened += not opened
        return {"points": _lost(name, store, written), "unopened": unopened}


def _killed(name: str, store: Path, experiment: str, kill: Kill) -> Written:
    """Let a process write until it is killed; return what it had been told by then."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    (ours, theirs), (waiting, go) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    process = context.Process(
        target=_write_for_ever, args=(name, store, experiment, theirs, waiting)
    )
    process.start()
    theirs.close()
    written = Written(ours.recv(), experiment=experiment)
    written.steps += [ours.recv() for _ in range(sizes.LATE_POINT)]
    kill(process, lambda: go.send("go on"))
    with suppress(EOFError):  # what was sent before the end is still there
        while True:
            written.steps.append(ours.recv())
    return written


def _write_for_ever(
    name: str, store: Path, experiment: str, told: Connection, waiting: Connection
) -> None:
    """Log points and tell of each; wait before a late one until somebody is ready to kill."""
    strace.allow_others()
    tracker = create(name)
    tracker.open(store)
    run_id = tracker.start_run(experiment, ["killed"])
    told.send(run_id)
    for step in range(sys.maxsize):
        if step == sizes.LATE_POINT:
            waiting.recv()
        tracker.log_metric(run_id, METRIC, value_at(step), step)
        told.send(step)


def _opened(name: str, store: Path) -> Tracker | None:
    """Return a tracker with its store open, None if it does not open."""
    tracker = create(name)
    try:
        tracker.open(store)
        tracker.list_runs(EXPERIMENT)
    except Exception as error:
        print(f"{name} does not open its store: {type(error).__name__}: {error}")
        return None
    return tracker


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
        "Acknowledged points lost to a full disk (a small one in memory), of "
        f"{sizes.POINTS_TO_A_FULL_DISK:,} at most",
        "points",
    )
    def track_points_lost(self, found: dict, tracker: str) -> int:
        return self.found["points_lost"]

    @shown("Full disks (small ones in memory) that no error told of, of one", "missing errors")
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
