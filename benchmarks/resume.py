"""Resuming after a crash: a run that one process has begun, and another one goes on with."""

from functools import partial
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.stores import log_small_run, new_store
from .harness.writers import METRIC, value_at
from .system import directories
from .system.processes import run_in_fork
from .system.workers import Fork
from .trackers import LoggedRun, Tracker, create, load
from .trackers.base import COMPLETED
from .trackers.kinds import SEARCHABLE
from .workload import EXPERIMENT

WITH_STEPS = "with steps"
# What each way takes that not every system offers.
WAYS = {WITH_STEPS: ["resume_run"], "without steps": ["resume_run", "log_next"]}
BEFORE = range(sizes.POINTS_BEFORE_A_CRASH)
ALL = range(2 * sizes.POINTS_BEFORE_A_CRASH)
AFTER = ALL[len(BEFORE) :]


class Resume(Measured):
    """A process logs points and is killed (SIGKILL) between two calls; the next one goes on.

    It resumes the run as the system documents it, on disk, logs as many points and ends the run.
    With steps, those go on where the first ones ended; without, they are left to the system. 0 is
    right: every call has returned without an error, so that all points have to be there.
    """

    version = "1"
    params = [list(WAYS), SEARCHABLE]
    param_names = ["way", "tracker"]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, once("resume", resume), workers=2)

    def prepare(self, way: str, tracker: str) -> None:
        if way not in self.found:
            raise NotImplementedError(f"{tracker} has no call to resume a run and log {way}")
        self.resumed = self.found[way]

    @shown(f"Points lost of the {len(ALL)} of a run that is resumed after a crash", "points")
    def track_points_lost(self, found: dict, way: str, tracker: str) -> int:
        return self.resumed["lost"]

    @shown(f"Points of a crashed run that resuming it overwrites, of {len(BEFORE)}", "points")
    def track_points_overwritten(self, found: dict, way: str, tracker: str) -> int:
        return self.resumed["overwritten"]

    @shown("Resumed runs that are not completed when they have ended, of one", "runs")
    def track_wrong_status(self, found: dict, way: str, tracker: str) -> int:
        return self.resumed["wrong status"]


def resume(name: str) -> dict[str, dict[str, int]]:
    """Return by way what resuming takes from a run, in each way that a tracker offers."""
    offers = load(name).offers
    return {way: resume_once(name, way) for way, calls in WAYS.items() if all(map(offers, calls))}


def resume_once(name: str, way: str) -> dict[str, int]:
    """Let a process begin a run, kill it, and let another one resume it; compare what is read."""
    tracker = create(name)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        tracker.close()
        with Fork("writer", partial(create, name)) as writer:
            run_id = writer.call(begin, store, way)
            writer.kill()
        before = _read(tracker, store, run_id)
        run_in_fork(go_on, tracker, store, run_id, way)
        return _compared(before, _read(tracker, store, run_id), way)


def begin(tracker: Tracker, store: Path, way: str) -> str:
    """Start a run in a store and log its first points; return its id."""
    tracker.open(store)
    run_id = tracker.start_run(EXPERIMENT, ["resumed"])
    _log(tracker, run_id, way, BEFORE)
    return run_id


def go_on(tracker: Tracker, store: Path, run_id: str, way: str) -> None:
    """Resume a run in a store, log its other points and end it."""
    tracker.open(store)
    tracker.resume_run(EXPERIMENT, run_id)
    _log(tracker, run_id, way, AFTER)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()


def _log(tracker: Tracker, run_id: str, way: str, numbers: range) -> None:
    for number in numbers:
        if way == WITH_STEPS:
            tracker.log_metric(run_id, METRIC, value_at(number), number)
        else:
            tracker.log_next(run_id, METRIC, value_at(number))


def _read(tracker: Tracker, store: Path, run_id: str) -> LoggedRun:
    tracker.open(store)
    try:
        return tracker.read_run(EXPERIMENT, run_id, [METRIC], [])
    finally:
        tracker.close()


def _compared(before: LoggedRun, after: LoggedRun, way: str) -> dict[str, int]:
    """Count what is gone; without steps a point is known by its value, which no other one has.

    A point is overwritten if it is gone and another one is at its step.
    """
    points = set(after.metrics[METRIC])
    steps, values = {step for step, _ in points}, {value for _, value in points}
    gone = set(before.metrics[METRIC]) - points
    kept = [
        (number, value_at(number)) in points if way == WITH_STEPS else value_at(number) in values
        for number in ALL
    ]
    return {
        "lost": kept.count(False),
        "overwritten": sum(step in steps for step, _ in gone),
        "wrong status": int(after.status != COMPLETED),
    }
