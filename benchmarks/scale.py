"""How what an operation takes grows: with the points of a run, the runs of a store, the bytes."""

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .harness import sizes
from .harness.cases import Measured, Missing, Outcome, attributes, revealed, shown
from .harness.clock import samples, timed, timed_warm
from .harness.openings import import_and_open, open_experiment
from .harness.sizes import Suite
from .harness.stores import Store, build_many, log_points, log_small_run, new_store, some, warm_up
from .harness.verify import expect, verify
from .system import directories
from .system.processes import locked, run_in_fork, run_in_new_interpreter
from .trackers import LoggedRun, Tracker, create
from .trackers.base import COMPLETED, Point
from .trackers.kinds import SEARCHABLE, STORING, SYSTEMS
from .workload import EXPERIMENT, SEED, Run

METRIC = "loss"
READS = ["open", "open in a new process", "list", "query"]
VERIFIED_RUNS = 3

# Each call of the C interface takes the longer, the more the store holds: 100,000 points take it
# a quarter of an hour.
MOST_POINTS = {"synadb-native": 10_000}

# Samples in seconds by size, and whatever comes before it.
Samples = dict[Any, list[float]]


class LogMetric(Measured):
    """Log a metric point to a run that holds so many points already, in memory, no sync paid.

    All points are of one metric and of one run, and all are read back.
    """

    suite = Suite.FULL
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
        if points not in self.found:
            raise NotImplementedError(f"{tracker} takes too long to log {points:,} points")

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
        for points in (p for p in sizes.POINTS if p <= MOST_POINTS.get(name, p)):
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


class ReadRuns(Measured):
    """Open a store of so many runs, list its runs, and query them with their parameters.

    In each round every tracker opens, lists and queries once, in a process of its own that has used
    another store before. A sample is one call: the last of four, or of fewer that take 0.2 s.
    To open in a new process is to import the tracker's package, too. The store is on disk and in
    the page cache. To list is not equal work, as with ten runs: SynaDB returns ids. The largest
    stores take minutes and are measured once. SynaDB's C interface has no calls for any of it.
    """

    suite = Suite.FULL
    version = "3"
    params = [READS, list(sizes.RUNS), SYSTEMS]
    param_names = ["operation", "runs", "tracker"]

    @attributes(timeout=3600)
    def setup_cache(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for runs, rounds in sizes.RUNS.items():
            build = partial(_build, runs, sizes.POINTS_OF_MANY_RUNS)
            _add_reads(found, self.measure_each, runs, build, rounds)
        return found

    @shown(f"Read the runs of a store, {sizes.POINTS_OF_MANY_RUNS} points in each", "seconds")
    def track_seconds(self, found: dict, operation: str, runs: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[runs, operation])


class ReadPoints(Measured):
    """Open, list and query a store of 100 runs that have so many points each.

    All is as with stores of so many runs. No call returns points: MLflow returns the last one of
    each metric.
    """

    suite = Suite.FULL
    version = "1"
    params = [READS, list(sizes.POINTS_OF_RUNS), SYSTEMS]
    param_names = ["operation", "points", "tracker"]

    @attributes(timeout=1800)
    def setup_cache(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for points, rounds in sizes.POINTS_OF_RUNS.items():
            build = partial(_build, sizes.RUNS_OF_POINTS, points)
            _add_reads(found, self.measure_each, points, build, rounds)
        return found

    @shown(f"Read {sizes.RUNS_OF_POINTS} runs that have points", "seconds")
    def track_seconds(
        self, found: dict, operation: str, points: int, tracker: str
    ) -> dict[str, Any]:
        return samples(self.found[points, operation])


def _build(runs: int, points: int, name: str) -> Store:
    """Return a store of so many runs, which is in the page cache now."""
    store = build_many(name, runs, points)
    for path in store.directory.rglob("*"):
        if path.is_file():
            path.read_bytes()
    return store


def _add_reads(
    found: dict[str, Outcome],
    measure_each: Callable[..., dict[str, Outcome]],
    size: int,
    build: Callable[[str], Store],
    rounds: int,
) -> None:
    """Build a store of each tracker, and add the samples of so many rounds, by size and read."""
    stores = measure_each(SYSTEMS, build, workers=2)
    read = partial(_read, size, stores, Path("lock").absolute())
    for _ in range(rounds):
        _add(found, measure_each(SYSTEMS, read, workers=2))


def _add(found: dict[str, Outcome], outcomes: dict[str, Outcome]) -> None:
    """Add the samples of one more round; a tracker that failed in any has none."""
    for name, outcome in outcomes.items():
        before = found.setdefault(name, {})
        if isinstance(outcome, Missing):
            found[name] = outcome
        elif not isinstance(before, Missing):
            for size, seconds in outcome.items():
                before.setdefault(size, []).extend(seconds)


def _read(size: int, stores: dict[str, Outcome], lock: Path, name: str) -> Samples:
    """Return the seconds of each read; two trackers get ready at once, one is timed alone."""
    store: Store = revealed(stores[name])
    tracker, logged = create(name), store.logged
    open_anew = partial(run_in_new_interpreter, import_and_open, hidden=tracker.optional_imports)
    with locked(lock, shared=True):
        warm_up(tracker)
        gc.collect()
        gc.freeze()  # to look at all of MLflow again takes 0.1 s, and would be part of some calls
    with locked(lock):
        opening_anew, opened = open_anew(name, str(store.directory), EXPERIMENT)
        opening, _ = timed(partial(open_experiment, tracker, store.directory, EXPERIMENT))
        listing, listed = timed_warm(partial(tracker.list_runs, EXPERIMENT))
        querying, parameters = timed_warm(partial(tracker.query_runs, EXPERIMENT))
    with locked(lock, shared=True):
        tracker.close()
        expect(tracker, set(opened), set(logged))
        expect(tracker, set(listed), set(logged))
        expect(tracker, parameters, {run_id: run.parameters for run_id, run in logged.items()})
        verify(tracker, store.directory, some(logged, VERIFIED_RUNS))
    seconds = opening, opening_anew, listing, querying
    return {(size, read): [taken] for read, taken in zip(READS, seconds, strict=True)}


class LogArtifact(Measured):
    """Log an artifact of so many bytes, on disk, to a run that has one of the same size already.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts. All artifacts are read back.
    """

    suite = Suite.FULL
    version = "2"
    params = [sizes.BYTES, STORING]
    param_names = ["bytes", "tracker"]

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for size in sizes.BYTES:
            for _ in range(sizes.ROUNDS_OF_ARTIFACTS):
                _add(found, self.measure_each(STORING, partial(_log_artifacts_apart, size)))
        return found

    @shown("Log an artifact", "seconds")
    def track_seconds(self, found: dict, size: int, tracker: str) -> dict[str, Any]:
        return samples(self.found[size])


def _log_artifacts_apart(size: int, name: str) -> Samples:
    return {size: run_in_fork(_log_artifacts, name, size)}


def _log_artifacts(name: str, size: int) -> list[float]:
    """Return the seconds of each call but the first, which is to warm up."""
    tracker, data = create(name), np.random.RandomState(SEED).bytes(size)
    calls = 1 if size >= sizes.LARGE_ARTIFACT else sizes.ARTIFACTS_PER_ROUND
    names = [f"artifact_{number}.bin" for number in range(1 + calls)]
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
    return seconds[1:]
