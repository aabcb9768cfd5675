"""A reader beside a writer: what it sees of the points that the writer was told are stored."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.losses import count_lost
from .harness.stores import log_small_run, new_store
from .harness.writers import METRIC, Place, Written, log_point
from .system.processes import run_in_fork
from .trackers import Tracker, create
from .trackers.base import COMPLETED
from .trackers.kinds import SEARCHABLE
from .workload import EXPERIMENT

STAYS, ANEW = "stays open", "opens anew"
READERS = [STAYS, ANEW]
POINTS = sizes.READS_BESIDE_A_WRITER * sizes.POINTS_BETWEEN_READS


@dataclass
class Seen:
    """What a reader did not see in some read, by step, and the errors of both sides."""

    unseen: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


class Processes(Measured):
    """A process logs points to a run, and another one reads the run meanwhile, in memory.

    A reader has the store open since before the points, or opens it anew for each read. A point is
    unseen if it was acknowledged before a read began and is not in it: 0 is right. Each read but
    the last is beside a writer at work. A read that raises an error sees nothing. When both have
    closed the store, all points are read back.
    """

    version = "1"
    params = [READERS, SEARCHABLE]
    param_names = ["reader", "tracker"]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, _read_in_both_ways, workers=2)

    def prepare(self, reader: str, tracker: str) -> None:
        self.seen = self.found[reader]

    @shown(f"Points that a reader beside a writer does not see, of {POINTS}", "points")
    def track_points_unseen(self, found: dict, reader: str, tracker: str) -> int:
        return len(self.seen.unseen)

    @shown("Errors that a reader and a writer beside it were told", "errors")
    def track_errors(self, found: dict, reader: str, tracker: str) -> int:
        return len(self.seen.errors)


def _read_in_both_ways(name: str) -> dict[str, Seen]:
    return {reader: run_in_fork(read_beside_a_writer, reader, name) for reader in READERS}


def read_beside_a_writer(reader: str, name: str) -> Seen:
    """Read while another process writes; return what was not seen, and what went wrong."""
    tracker, seen = create(name), Seen()
    with new_store(tracker) as store:
        log_small_run(tracker)
        tracker.close()
        with _writer(name, store) as pipe:
            written = pipe.recv()
            _open(tracker, store)
            for read in range(sizes.READS_BESIDE_A_WRITER):
                first = read * sizes.POINTS_BETWEEN_READS
                pipe.send(range(first, first + sizes.POINTS_BETWEEN_READS))
                _read(reader, tracker, store, written, seen)
                written = pipe.recv()
            _read(reader, tracker, store, written, seen)
            tracker.close()
        _open(tracker, store)
        lost = count_lost(tracker, [written])
        tracker.close()
    if lost:
        raise AssertionError(f"{tracker.display_name} lost {lost} points beside a reader")
    seen.errors += written.errors
    return seen


def _open(tracker: Tracker, store: Path) -> None:
    tracker.open(store)
    tracker.set_experiment(EXPERIMENT)


def _read(reader: str, tracker: Tracker, store: Path, written: Written, seen: Seen) -> None:
    """Read the run, and note what of it was acknowledged before and is not there."""
    points = {}
    try:
        if reader == ANEW:
            tracker.close()
            _open(tracker, store)
        points = dict(tracker.read_metric(EXPERIMENT, written.run_id, METRIC))
    except Exception as error:
        seen.errors.append(f"{type(error).__name__}: {error}")
    seen.unseen |= {step for step in written.steps if points.get(step) != written.value_at(step)}


@contextmanager
def _writer(name: str, store: Path) -> Iterator[Connection]:
    """Start a process that logs the steps it is sent, and answers with all that it was told."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    ours, theirs = context.Pipe()
    process = context.Process(target=_write, args=(name, store, theirs, ours))
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join()


def _write(name: str, store: Path, pipe: Connection, readers_end: Connection) -> None:
    readers_end.close()  # so that this process ends with the reader
    tracker = create(name)
    tracker.open(store)
    written = Written(tracker.start_run(EXPERIMENT, ["read meanwhile"]), Place(store))
    # A metric that can be read.
    tracker.log_metric(written.run_id, METRIC, written.value_at(POINTS), POINTS)
    with suppress(EOFError):
        while True:
            pipe.send(written)
            for step in pipe.recv():
                log_point(tracker, written, step)
    tracker.end_run(written.run_id, COMPLETED)
    tracker.close()
