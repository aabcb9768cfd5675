"""How what an operation takes grows: with the points of a run, the runs of a store, the bytes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from . import forked, many_runs, nightly, scratch
from .many_runs import Store
from .on_disk import open_new, warm_up
from .read_back import verify
from .trackers import READERS, SYSTEMS, LoggedRun, Tracker, create
from .trackers.base import COMPLETED, Point
from .workload import EXPERIMENT, SEED, Run

METRIC = "loss"
POINTS = [0, 1_000, 10_000, 100_000]
# Its metrics take the longer, the more a run has: 100,000 take seven minutes.
SLOW = ("synadb-native", 100_000)
BLOCK, BLOCKS = 5, 40  # points in a sample, and samples
RUNS = [10, 100, 1_000, 5_000]
NIGHTLY_RUNS = 5_000
READS = ["open", "list", "query"]
ROUNDS = 3
BYTES = [2**10, 2**15, 2**20, 2**24, 2**26]
LARGE = 2**24  # from here on an artifact is logged once in a round
# How often a call is repeated within a round.
MOST_CALLS, SECONDS = 10, 0.3

# Samples in seconds, by tracker and size and whatever comes before them.
Samples = dict[tuple, list[float]]


def _here(trackers: list[str]) -> Iterator[str]:
    """Yield the trackers that run here, imported before they are forked."""
    for name in trackers:
        with suppress(NotImplementedError):  # setup says why
            create(name)
            yield name


def _seconds(work: Callable[[], Any]) -> tuple[list[float], Any]:
    """Do work until it has taken a while; return the seconds of each call, and the last result."""
    seconds: list[float] = []
    while len(seconds) < MOST_CALLS and sum(seconds) < SECONDS:
        start = perf_counter()
        result = work()
        seconds.append(perf_counter() - start)
    return seconds, result


def _value(samples: list[float]) -> dict[str, Any]:
    return {"samples": samples, "number": 1}  # the form in which asv takes samples


class LogMetric:
    """Log a metric point to a run that holds so many points already, in memory, no sync paid.

    All points are of one metric and of one run, and all are read back. What takes minutes is
    measured with ``NIGHTLY=1``.
    """

    version = "1"
    params = [POINTS, READERS]
    param_names = ["points", "tracker"]
    timeout = 120

    def setup_cache(self) -> Samples:
        return {
            (points, name): seconds
            for name in _here(READERS)
            for points, seconds in forked.call(_log_points, name).items()
        }

    setup_cache.timeout = 1800

    def setup(self, samples: Samples, points: int, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if (tracker, points) == SLOW:
            nightly.require()

    def track_seconds(self, samples: Samples, points: int, tracker: str) -> dict[str, Any]:
        return _value(samples[points, tracker])

    track_seconds.unit = "seconds"


def _log_points(name: str) -> dict[int, list[float]]:
    """Let a run grow, and take samples at each size; return the seconds of a point."""
    tracker, found, logged = create(name), {}, 0
    with scratch.anywhere() as directory:
        store = Path(directory, "store")
        store.mkdir()
        open_new(tracker, store)
        run_id = tracker.start_run(EXPERIMENT, ["grows"])
        for points in POINTS:
            if (name, points) == SLOW and not nightly.ON:
                continue
            many_runs.log_points(tracker, run_id, Run({}, _points(logged, points)))
            blocks = [
                _points(points + number * BLOCK, points + (number + 1) * BLOCK)
                for number in range(BLOCKS)
            ]
            found[points] = [_seconds_per_point(tracker, run_id, block) for block in blocks]
            logged = points + BLOCK * BLOCKS
        tracker.end_run(run_id, COMPLETED)
        tracker.close()
        history = [(step, value) for _, value, step in _points(0, logged)]
        verify(tracker, store, {run_id: LoggedRun(metrics={METRIC: history})})
    return found


def _points(start: int, end: int) -> list[Point]:
    return [(METRIC, 1 / (step + 1), step) for step in range(start, end)]


def _seconds_per_point(tracker: Tracker, run_id: str, points: list[Point]) -> float:
    start = perf_counter()
    for name, value, step in points:
        tracker.log_metric(run_id, name, value, step)
    return (perf_counter() - start) / len(points)


class ReadRuns:
    """Open a store of so many runs, list its runs, and query them with their parameters.

    In each of three rounds the trackers take turns, each in a new process that has used another
    store before; the store is in the page cache. To list is not equal work, as with ten runs:
    SynaDB returns ids. 5,000 runs are measured once, with ``NIGHTLY=1``. SynaDB's C interface has
    no calls for any of it.
    """

    version = "1"
    params = [READS, RUNS, SYSTEMS]
    param_names = ["operation", "runs", "tracker"]
    timeout = 120

    def setup_cache(self) -> Samples:
        samples: Samples = {}
        trackers = list(_here(SYSTEMS))
        for runs in RUNS:
            if runs >= NIGHTLY_RUNS and not nightly.ON:
                continue
            stores = {name: many_runs.build(name, runs) for name in trackers}
            rounds = ROUNDS if runs < NIGHTLY_RUNS else 1
            for _, (name, store) in product(range(rounds), stores.items()):
                for operation, seconds in forked.call(_read, name, store).items():
                    samples.setdefault((operation, runs, name), []).extend(seconds)
        return samples

    setup_cache.timeout = 3600

    def setup(self, samples: Samples, operation: str, runs: int, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if runs >= NIGHTLY_RUNS:
            nightly.require()

    def track_seconds(
        self, samples: Samples, operation: str, runs: int, tracker: str
    ) -> dict[str, Any]:
        return _value(samples[operation, runs, tracker])

    track_seconds.unit = "seconds"


def _read(name: str, store: Store) -> dict[str, list[float]]:
    tracker, found = create(name), {}
    warm_up(tracker)
    start = perf_counter()
    tracker.open(store.directory)
    tracker.set_experiment(EXPERIMENT)
    found["open"] = [perf_counter() - start]
    found["list"], run_ids = _seconds(lambda: tracker.list_runs(EXPERIMENT))
    found["query"], parameters = _seconds(lambda: tracker.query_runs(EXPERIMENT))
    tracker.close()
    if set(run_ids) != set(store.run_ids) or parameters != store.parameters:
        raise AssertionError(f"{name} found other runs than were logged")
    verify(tracker, store.directory, store.samples)
    return found


class LogArtifact:
    """Log an artifact of so many bytes, on disk.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts. All artifacts are read back.
    """

    version = "1"
    params = [BYTES, READERS]
    param_names = ["bytes", "tracker"]
    timeout = 120

    def setup_cache(self) -> Samples:
        samples: Samples = {}
        trackers = list(_here(READERS))
        for size, _, name in product(BYTES, range(ROUNDS), trackers):
            seconds = forked.call(_log_artifacts, name, size)
            samples.setdefault((size, name), []).extend(seconds)
        return samples

    setup_cache.timeout = 600

    def setup(self, samples: Samples, size: int, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_seconds(self, samples: Samples, size: int, tracker: str) -> dict[str, Any]:
        return _value(samples[size, tracker])

    track_seconds.unit = "seconds"


def _log_artifacts(name: str, size: int) -> list[float]:
    data, tracker = np.random.RandomState(SEED).bytes(size), create(name)
    calls = 1 if size >= LARGE else MOST_CALLS
    names = [f"artifact_{number}.bin" for number in range(calls)]
    seconds = []
    with scratch.on_disk() as directory:
        store = Path(directory, "store")
        store.mkdir()
        open_new(tracker, store)
        staged = [tracker.stage_artifact(Path(directory), artifact, data) for artifact in names]
        run_id = tracker.start_run(EXPERIMENT, ["artifacts"])
        for artifact, form in zip(names, staged, strict=True):
            start = perf_counter()
            tracker.log_artifact(run_id, artifact, form)
            seconds.append(perf_counter() - start)
        tracker.end_run(run_id, COMPLETED)
        tracker.close()
        verify(tracker, store, {run_id: LoggedRun(artifacts=dict.fromkeys(names, data))})
    return seconds
