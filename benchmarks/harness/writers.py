"""Writers, in processes and threads, that note what they were told is stored, and what was lost."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier
from time import perf_counter

from ..trackers import Tracker, create
from ..trackers.base import COMPLETED
from ..workload import EXPERIMENT
from . import sizes
from .clock import note
from .stores import new_store

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
        """Note an error instead of raising it."""
        try:
            yield
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Losses:
    """What became of the points and runs that all writers of a store were told are stored."""

    points: int
    runs: int
    errors: int
    seconds_per_point: float


Start = Callable[[str, Path, int], list[Written]]


def value_at(step: int) -> float:
    """Return what is logged at a step: every point has a value of its own."""
    return step + 0.25


def write(tracker: Tracker, ready: Callable[[], object]) -> Written:
    """Start a run, and log its points after all writers are ready."""
    written = Written("")
    with written.noting_errors():
        written.run_id = tracker.start_run(EXPERIMENT, ["writer"])
    ready()
    if written.run_id:
        start = perf_counter()
        log_steps(tracker, written, range(sizes.POINTS_OF_A_WRITER))
        written.seconds = perf_counter() - start
    with written.noting_errors():
        tracker.end_run(written.run_id, COMPLETED)
    return written


def log_steps(tracker: Tracker, written: Written, steps: Iterable[int]) -> None:
    """Log a point at each of these steps; note which are acknowledged, and errors."""
    for step in steps:
        with written.noting_errors():
            tracker.log_metric(written.run_id, METRIC, value_at(step), step)
            written.steps.append(step)


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


def count_losses(name: str, store: Path, written: Iterable[Written]) -> Losses:
    """Open the store again and look for every run and point that was acknowledged."""
    written = list(written)
    tracker = create(name)
    tracker.open(store)
    try:
        found = set(_or_nothing(lambda: tracker.list_runs(EXPERIMENT)))
        points = count_lost(tracker, written)
    finally:
        tracker.close()
    return Losses(
        points,
        sum(writer.run_id not in found for writer in written),
        sum(len(writer.errors) for writer in written),
        max(writer.seconds for writer in written) / sum(len(w.steps) or 1 for w in written),
    )


def count_lost(tracker: Tracker, written: Iterable[Written]) -> int:
    """Return how many acknowledged points are missing or wrong in the open store."""
    return sum(len(writer.steps) - _count_kept(tracker, writer) for writer in written)


def _count_kept(tracker: Tracker, writer: Written) -> int:
    points = _or_nothing(lambda: tracker.read_metric(EXPERIMENT, writer.run_id, METRIC))
    found = dict(points)
    return sum(found.get(step) == value_at(step) for step in writer.steps)


def _or_nothing(read: Callable[[], Iterable]) -> list:
    """Return what can be read of a store that may be damaged; an error is nothing."""
    try:
        return list(read())
    except Exception as error:
        print(f"not readable any more: {type(error).__name__}: {error}")
        return []


def lose(start: Start, name: str, writers: int) -> Losses:
    """Let so many writers write to a new store of one tracker, in memory; count what is lost."""
    tracker = create(name)
    with new_store(tracker) as store:
        # The experiment is there before: two writers that create it at once are another matter.
        tracker.end_run(tracker.start_run(EXPERIMENT, ["first"]), COMPLETED)
        tracker.close()
        written = start(name, store, writers)
        note(max(writer.seconds for writer in written))
        return count_losses(name, store, written)
