"""How what an operation takes grows: with the points of a run or metric, runs, and bytes."""

from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from .harness import sizes
from .harness.cases import Measured, Missing, Outcome, attributes, revealed, shown
from .harness.clock import repeatedly, samples, timed
from .harness.stores import (
    Content,
    Logged,
    Store,
    build,
    build_growing,
    log_points,
    log_run_at_once,
    log_runs,
    log_small_run,
    new_store,
    some,
    warm_up,
)
from .harness.verify import expect, verify
from .system import directories
from .system.processes import locked, run_in_fork
from .trackers import LoggedRun, Tracker, create
from .trackers.base import COMPLETED, NotOffered, Point
from .trackers.kinds import SEARCHABLE, SYSTEMS
from .workload import EXPERIMENT, SEED, Run

METRIC = "loss"
READS = ["open", "list", "query"]
OPEN, READ = "open", "read"
READ_VALUES, READ_NEWEST = "read values without steps", "read the newest value"
READS_OF_A_METRIC = [OPEN, READ, READ_VALUES, READ_NEWEST]
FIRST = "open first"
VERIFIED_RUNS = 3

# Samples in seconds by size, and whatever comes before it.
Samples = dict[Any, list[float]]


class LogMetric(Measured):
    """Log a metric point to a run that holds so many points already, in memory, no sync paid.

    All points are of one metric and of one run, and all are read back.
    """

    version = "1"
    params = [sizes.POINTS, SEARCHABLE]
    param_names = ["points", "tracker"]

    @attributes(timeout=1800)
    def setup_cache(self) -> dict[str, Outcome]:
        slowest_first = SEARCHABLE[::-1]
        return self.measure_each(
            slowest_first, partial(_log_points, Path("lock").absolute()), workers=2
        )

    def prepare(self, points: int, tracker: str) -> None:
        sizes.require_size(points, sizes.POINTS)

    @shown("Log a metric point to a run that holds points", "seconds")
    def track_seconds(self, found: dict, points: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[points])


def _log_points(lock: Path, name: str) -> Samples:
    """Let a run grow, and take samples at each size; return the seconds of a point.

    Runs of two trackers grow at once; whoever is timed is alone.
    """
    tracker, found, logged = create(name), {}, 0
    with new_store(tracker) as store:
        log_small_run(tracker)
        run_id = tracker.start_run(EXPERIMENT, ["grows"])
        for points in sizes.of_suite(sizes.POINTS):
            with locked(lock, shared=True):
                log_points(tracker, run_id, Run({}, _points(logged, points)))
            logged = points + sizes.SAMPLES_OF_POINTS * sizes.POINTS_PER_SAMPLE
            starts = range(points, logged, sizes.POINTS_PER_SAMPLE)
            with locked(lock):
                found[points] = [_seconds_per_point(tracker, run_id, start) for start in starts]
        with locked(lock, shared=True):
            tracker.end_run(run_id, COMPLETED)
            tracker.close()
            verify(tracker, store, {run_id: Run({}, _points(0, logged)).logged})
    return found


def _points(start: int, end: int) -> list[Point]:
    return [(METRIC, 1 / (step + 1), step) for step in range(start, end)]


def _seconds_per_point(tracker: Tracker, run_id: str, start: int) -> float:
    points = _points(start, start + sizes.POINTS_PER_SAMPLE)

    def log() -> None:
        for name, value, step in points:
            tracker.log_metric(run_id, name, value, step)

    return timed(log)[0] / len(points)


class _Reads(Measured):
    version = "1"

    @attributes(timeout=3600)
    def setup_cache(self) -> dict[str, Outcome]:
        """Measure reads and first openings in the same stores; each has a class that shows it."""
        lock = Path("lock").absolute()
        runs = sizes.of_suite(sizes.RUNS)
        stores = self.measure_each(SYSTEMS, partial(build_growing, sizes_in_runs=runs), workers=2)
        found: dict[str, Outcome] = {}
        for number in range(sizes.ROUNDS_NEAR_CROSSOVERS):
            again = [size for size in runs if number < sizes.rounds_of(size)]
            for measure in (_read, _open_first):
                measure_some = partial(measure, stores, again, lock)
                _add(found, self.measure_each(SYSTEMS, measure_some, workers=2))
        return found


class ReadRuns(_Reads):
    """Open a store of so many runs, list its runs, and query them with their parameters.

    In each of some rounds every tracker is measured, in a new process that has used another store
    before; the store is in the page cache. To list is not equal work, as with ten runs:
    SynaDB returns ids. Large stores take long and are measured once, those near a crossover more
    often. SynaDB's C interface has no calls for any of it.
    """

    params = [READS, sizes.RUNS, SYSTEMS]
    param_names = ["operation", "runs", "tracker"]

    def prepare(self, operation: str, runs: int, tracker: str) -> None:
        sizes.require_size(runs, sizes.RUNS)

    @shown("Read the runs of a store", "seconds")
    def track_seconds(self, found: dict, operation: str, runs: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[runs, operation])


class OpenFirst(_Reads):
    """Open a store of so many runs in a process that has used none, its package imported.

    So this is what a new process waits for after the import; ``ReadRuns`` has what a later store
    takes.
    """

    params = [sizes.RUNS_OPENED_FIRST, SYSTEMS]
    param_names = ["runs", "tracker"]

    def prepare(self, runs: int, tracker: str) -> None:
        sizes.require_size(runs, sizes.RUNS_OPENED_FIRST)

    @shown("Open a store of runs, the first of a process", "seconds")
    def track_seconds(self, found: dict, runs: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[runs, FIRST])


def _add(found: dict[str, Outcome], outcomes: dict[str, Outcome]) -> None:
    """Add the samples of one more round; a tracker that failed in any has none."""
    for name, outcome in outcomes.items():
        before = found.setdefault(name, {})
        if isinstance(outcome, Missing):
            found[name] = outcome
        elif not isinstance(before, Missing):
            for size, seconds in outcome.items():
                before.setdefault(size, []).extend(seconds)


def _read(stores: dict[str, Outcome], sizes_in_runs: list[int], lock: Path, name: str) -> Samples:
    """Return the seconds of each read; two trackers get ready at once, one is timed alone."""
    tracker, found = create(name), {}
    built: dict[int, Store] = revealed(stores[name])
    with locked(lock, shared=True):
        warm_up(tracker)
    for runs in sizes_in_runs:
        store = built[runs]
        with locked(lock):
            opening, _ = timed(partial(_open, tracker, store))
            listing, run_ids = repeatedly(lambda: tracker.list_runs(EXPERIMENT))
            querying, parameters = repeatedly(lambda: tracker.query_runs(EXPERIMENT))
        with locked(lock, shared=True):
            tracker.close()
            expect(tracker, set(run_ids), set(store.logged))
            logged = {run_id: run.parameters for run_id, run in store.logged.items()}
            expect(tracker, parameters, logged)
            verify(tracker, store.directory, some(store.logged, VERIFIED_RUNS))
        found |= zip(product([runs], READS), ([opening], listing, querying), strict=True)
    return found


def _open_first(
    stores: dict[str, Outcome], sizes_in_runs: list[int], lock: Path, name: str
) -> Samples:
    """Return the seconds of an opening, each in a fork of this process, which has used no store."""
    return {
        (runs, FIRST): [run_in_fork(_first_opening, lock, name, revealed(stores[name])[runs])]
        for runs in sizes_in_runs
        if runs in sizes.RUNS_OPENED_FIRST
    }


def _first_opening(lock: Path, name: str, store: Store) -> float:
    tracker = create(name)
    with locked(lock):
        seconds, _ = timed(partial(_open, tracker, store))
    found = tracker.list_runs(EXPERIMENT)
    tracker.close()
    expect(tracker, set(found), set(store.logged))
    return seconds


def _open(tracker: Tracker, store: Store) -> None:
    tracker.open(store.directory)
    tracker.set_experiment(EXPERIMENT)


class ReadMetric(Measured):
    """Open a store of one run with a metric of so many points, and read the metric.

    It is read whole with its steps, whole as values alone, and its newest value, each with the
    call that a system has for it: for the newest one SynaDB compares the run with no other, and
    MLflow gets the run. In each of some rounds every tracker is measured, in a new process that has
    used another store before; the store is in the page cache. All that is read is compared.
    """

    version = "1"
    params = [READS_OF_A_METRIC, sizes.POINTS_OF_A_METRIC, SYSTEMS]
    param_names = ["operation", "points", "tracker"]

    @attributes(timeout=3600)
    def setup_cache(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        lock = Path("lock").absolute()
        for points in sizes.of_suite(sizes.POINTS_OF_A_METRIC):
            room = points * sizes.BYTES_PER_POINT
            content = Content(f"{points}-points", partial(_log_metric, points), room)
            stores = self.measure_each(SYSTEMS, partial(build, content=content), workers=2)
            for _ in range(sizes.ROUNDS_OF_SCALE):
                read = partial(_read_metric, stores, lock)
                _add(found, self.measure_each(SYSTEMS, read, workers=2))
        return found

    def prepare(self, operation: str, points: int, tracker: str) -> None:
        sizes.require_size(points, sizes.POINTS_OF_A_METRIC)
        if (points, operation) not in self.found:
            raise NotImplementedError(f"{tracker} has no call to {operation}")

    @shown("Read a metric of a run", "seconds")
    def track_seconds(
        self, found: dict, operation: str, points: int, tracker: str
    ) -> dict[str, Any]:
        return samples(self.found[points, operation])


def _log_metric(points: int, tracker: Tracker, staging: Path) -> Logged:
    return log_runs(tracker, [Run({}, _points(0, points))], log_run_at_once)


def _read_metric(stores: dict[str, Outcome], lock: Path, name: str) -> Samples:
    """Return the seconds of each read that is offered; whoever is timed is alone."""
    store: Store = revealed(stores[name])
    ((run_id, run),) = store.logged.items()
    tracker, points = create(name), run.metrics[METRIC]
    values = [value for _, value in points]
    with locked(lock, shared=True):
        warm_up(tracker)
    with locked(lock):
        opening, _ = timed(partial(_open, tracker, store))
        reads = {
            READ: (points, tracker.read_metric),
            READ_VALUES: (values, tracker.read_values),
            READ_NEWEST: (values[-1], tracker.read_newest),
        }
        seconds = {(len(points), OPEN): [opening]}
        for operation, (logged, read) in reads.items():
            with suppress(NotOffered):
                work = partial(read, EXPERIMENT, run_id, METRIC)
                seconds[len(points), operation], found = repeatedly(work)
                if found != logged:
                    raise AssertionError(f"{tracker.display_name}: {operation} finds other points")
    tracker.close()
    return seconds


class LogArtifact(Measured):
    """Log an artifact of so many bytes, on disk.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts. All artifacts are read back.
    """

    version = "1"
    params = [sizes.BYTES, SEARCHABLE]
    param_names = ["bytes", "tracker"]

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for size in sizes.of_suite(sizes.BYTES):
            data = np.random.RandomState(SEED).bytes(size)
            for _ in range(sizes.ROUNDS_OF_SCALE):
                _add(found, self.measure_each(SEARCHABLE, partial(_log_artifacts_apart, data)))
        return found

    def prepare(self, size: int, tracker: str) -> None:
        sizes.require_size(size, sizes.BYTES)

    @shown("Log an artifact", "seconds")
    def track_seconds(self, found: dict, size: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[size])


def _log_artifacts_apart(data: bytes, name: str) -> Samples:
    return {len(data): run_in_fork(_log_artifacts, name, data)}


def _log_artifacts(name: str, data: bytes) -> list[float]:
    tracker = create(name)
    calls = 1 if len(data) >= sizes.LARGE_ARTIFACT else sizes.MOST_CALLS
    names = [f"artifact_{number}.bin" for number in range(calls)]
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        forms = [tracker.stage_artifact(store.parent, artifact, data) for artifact in names]
        run_id = tracker.start_run(EXPERIMENT, ["artifacts"])
        seconds = [
            timed(partial(tracker.log_artifact, run_id, artifact, form))[0]
            for artifact, form in zip(names, forms, strict=True)
        ]
        tracker.end_run(run_id, COMPLETED)
        tracker.close()
        verify(tracker, store, {run_id: LoggedRun(artifacts=dict.fromkeys(names, data))})
    return seconds
