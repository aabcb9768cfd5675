"""Many writers at once: what each has been told is stored, and what is there afterwards."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier
from time import perf_counter

from . import scratch
from .trackers import READERS, Tracker, create
from .trackers.base import COMPLETED
from .workload import EXPERIMENT

WRITERS = [1, 2, 4, 8]
POINTS = 500
METRIC = "loss"
SECONDS_TO_START = 60


@dataclass
class Written:
    """What one writer was told: the id of its run, the steps acknowledged, errors, and seconds."""

    run_id: str
    steps: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @contextmanager
    def noting_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Outcome:
    """What became of the points and runs that all writers of a store were told are stored."""

    points_lost: int
    runs_lost: int
    errors: int
    seconds_per_point: float


# By number of writers and tracker; None where the system cannot run here.
Outcomes = dict[tuple[int, str], Outcome]
Start = Callable[[str, Path, int], list[Written]]


def value(step: int) -> float:
    """Return what is logged at a step: every point has a value of its own."""
    return step + 0.25


def write(tracker: Tracker, ready: Callable[[], object]) -> Written:
    """Start a run, and log its points after all writers are ready."""
    written = Written("")
    with written.noting_errors():
        written.run_id = tracker.start_run(EXPERIMENT, ["writer"])
    ready()
    start = perf_counter()
    for step in range(POINTS if written.run_id else 0):
        with written.noting_errors():
            tracker.log_metric(written.run_id, METRIC, value(step), step)
            written.steps.append(step)
    written.seconds = perf_counter() - start
    with written.noting_errors():
        tracker.end_run(written.run_id, COMPLETED)
    return written


def in_processes(name: str, store: Path, writers: int) -> list[Written]:
    """Write from several processes, each with the store opened for itself."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    pipes = [context.Pipe() for _ in range(writers)]
    processes = [context.Process(target=_process, args=(name, store, end)) for _, end in pipes]
    for process in processes:
        process.start()
    for _, end in pipes:
        end.close()
    ours = [own for own, _ in pipes]
    for own in ours:
        own.recv()  # it has started its run
    for own in ours:
        own.send("go")
    written = [own.recv() for own in ours]
    for process in processes:
        process.join()
    return written


def _process(name: str, store: Path, pipe: Connection) -> None:
    tracker = create(name)
    tracker.open(store)
    pipe.send(write(tracker, lambda: (pipe.send("ready"), pipe.recv())))
    tracker.close()


def in_threads(name: str, store: Path, writers: int) -> list[Written]:
    """Write from several threads of one process, which share the open store."""
    tracker, barrier = create(name), Barrier(writers, timeout=SECONDS_TO_START)
    tracker.open(store)
    tracker.list_runs(EXPERIMENT)  # so that all share one experiment, too
    with ThreadPoolExecutor(writers) as pool:
        started = [pool.submit(write, tracker, barrier.wait) for _ in range(writers)]
        written = [writer.result() for writer in started]
    tracker.close()
    return written


def outcome(name: str, store: Path, written: Iterable[Written]) -> Outcome:
    """Open the store again and look for every run and point that was acknowledged."""
    written = list(written)
    tracker = create(name)
    tracker.open(store)
    try:
        found = set(_or_nothing(lambda: tracker.list_runs(EXPERIMENT)))
        lost = sum(len(writer.steps) - kept(tracker, writer) for writer in written)
    finally:
        tracker.close()
    return Outcome(
        lost,
        sum(writer.run_id not in found for writer in written),
        sum(len(writer.errors) for writer in written),
        max(writer.seconds for writer in written) / sum(len(w.steps) or 1 for w in written),
    )


def kept(tracker: Tracker, writer: Written) -> int:
    """Return how many of a writer's acknowledged points are in the open store as they were."""
    points = _or_nothing(lambda: tracker.read_metric(EXPERIMENT, writer.run_id, METRIC))
    found = dict(points)
    return sum(found.get(step) == value(step) for step in writer.steps)


def _or_nothing(read: Callable[[], Iterable]) -> list:
    """Return what can be read of a store that may be damaged; an error is nothing."""
    try:
        return list(read())
    except Exception as error:
        print(f"not readable any more: {type(error).__name__}: {error}")
        return []


def measure(start: Start) -> Outcomes:
    """Let 1, 2, 4 and 8 writers write to a new store of each tracker, in memory."""
    outcomes = {}
    for name in READERS:
        for writers in WRITERS:
            try:
                outcomes[writers, name] = measure_one(start, name, writers)
            except NotImplementedError as reason:
                print(f"{name} is skipped: {reason}")
    return outcomes


def measure_one(start: Start, name: str, writers: int) -> Outcome:
    """Let so many writers write to a new store of one tracker, in memory."""
    tracker = create(name)
    with scratch.anywhere() as directory:
        store = Path(directory, "store")
        store.mkdir()
        try:
            tracker.prepare(store)
            tracker.open(store)
            # The experiment is there before: two writers that create it at once are another matter.
            tracker.end_run(tracker.start_run(EXPERIMENT, ["first"]), COMPLETED)
            tracker.close()
            return outcome(name, store, start(name, store, writers))
        finally:
            tracker.stop()


class _ManyWriters:
    version = "1"
    params = [WRITERS, READERS]
    param_names = ["writers", "tracker"]
    timeout = 120

    def setup(self, outcomes: Outcomes, writers: int, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_points_lost(self, outcomes: Outcomes, writers: int, tracker: str) -> int:
        return outcomes[writers, tracker].points_lost

    track_points_lost.unit = "points"

    def track_runs_lost(self, outcomes: Outcomes, writers: int, tracker: str) -> int:
        return outcomes[writers, tracker].runs_lost

    track_runs_lost.unit = "runs"

    def track_errors(self, outcomes: Outcomes, writers: int, tracker: str) -> int:
        return outcomes[writers, tracker].errors

    track_errors.unit = "errors"

    def track_seconds_per_point(self, outcomes: Outcomes, writers: int, tracker: str) -> float:
        return outcomes[writers, tracker].seconds_per_point

    track_seconds_per_point.unit = "seconds"


class Processes(_ManyWriters):
    """Several processes log 500 points each, each to its own run, to one store at once.

    Lost is what was acknowledged and is missing or wrong in the store when it is opened again:
    0 is right. The store is in memory, so the seconds are those of the software.
    """

    def setup_cache(self) -> Outcomes:
        return measure(in_processes)

    setup_cache.timeout = 600


class Threads(_ManyWriters):
    """The same with threads of one process, which share the open store."""

    def setup_cache(self) -> Outcomes:
        return measure(in_threads)

    setup_cache.timeout = 600
