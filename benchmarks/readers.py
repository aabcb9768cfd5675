"""Readers beside a writer: what other processes see of a run while it is being logged."""

from functools import partial
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.stores import log_small_run, new_store
from .harness.verify import verify
from .harness.writers import METRIC, Written, count_lost, log_steps, value_at
from .system import directories
from .system.workers import Fork
from .trackers import LoggedRun, Tracker, create
from .trackers.base import COMPLETED
from .trackers.kinds import SEARCHABLE
from .workload import EXPERIMENT

STEPS = range(1, 1 + sizes.POINTS_BESIDE_READERS)


class Readers(Measured):
    """Two processes read a run from the store, on disk, in which another one has it open and logs.

    One has opened the store and read the run's first point before the others are logged; one opens
    it afterwards, while the writer still has it open. 0 is right. They take turns, so that nobody
    reads while a point is being written. When the run has ended, all its points are read back.
    """

    version = "1"
    params = [SEARCHABLE]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("readers", read_beside), workers=2)

    @shown(f"Points not seen by a reader that was open before, of {len(STEPS)}", "points")
    def track_points_unseen_by_open_reader(self, found: dict, tracker: str) -> int:
        return self.found["unseen by open reader"]

    @shown(f"Points not seen by a reader that opens beside the writer, of {len(STEPS)}", "points")
    def track_points_unseen_by_new_reader(self, found: dict, tracker: str) -> int:
        return self.found["unseen by new reader"]

    @shown("Errors that readers are told beside a writer", "errors")
    def track_errors_of_readers(self, found: dict, tracker: str) -> int:
        return self.found["errors of readers"]

    @shown("Errors that a writer is told beside readers", "errors")
    def track_errors_of_writer(self, found: dict, tracker: str) -> int:
        return self.found["errors of writer"]


class Reader:
    """A reader with a store open, and the errors that it was told."""

    def __init__(self, name: str, store: Path) -> None:
        self.tracker, self.told = create(name), Written("")
        with self.told.noting_errors():
            self.tracker.open(store)

    def look(self, written: Written) -> tuple[int, int]:
        """Return how many of these points it does not see, and its errors so far."""
        with self.told.noting_errors():
            self.tracker.read_metric(EXPERIMENT, written.run_id, METRIC)
        return count_lost(self.tracker, [written]), len(self.told.errors)


def read_beside(name: str) -> dict[str, int]:
    """Let a process log and two others read; return what these do not see, and all errors."""
    tracker, reader = create(name), partial(Reader, name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        with Fork("writer", partial(create, name)) as writer:
            run_id = writer.call(start, store)
            first = writer.call(log, run_id, range(1))
            with Fork("open reader", partial(reader, store)) as before:
                before.call(Reader.look, first)
                written = writer.call(log, run_id, STEPS)
                unseen_before, errors_before = before.call(Reader.look, written)
            with Fork("new reader", partial(reader, store)) as new:
                unseen_new, errors_new = new.call(Reader.look, written)
            writer.call(end, run_id)
        points = [(step, value_at(step)) for step in first.steps + written.steps]
        verify(tracker, store, {run_id: LoggedRun(metrics={METRIC: points})})
    return {
        "unseen by open reader": unseen_before,
        "unseen by new reader": unseen_new,
        "errors of readers": errors_before + errors_new,
        "errors of writer": len(first.errors + written.errors),
    }


def start(tracker: Tracker, store: Path) -> str:
    """Open a store and start a run; return its id."""
    tracker.open(store)
    return tracker.start_run(EXPERIMENT, ["read"])


def log(tracker: Tracker, run_id: str, steps: range) -> Written:
    """Log the points of these steps; return what the writer was told."""
    written = Written(run_id)
    log_steps(tracker, written, steps)
    return written


def end(tracker: Tracker, run_id: str) -> None:
    """End the run and close the store."""
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
