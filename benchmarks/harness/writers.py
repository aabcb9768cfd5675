"""Writers, in processes and threads, that note what they were told is stored."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier, Lock
from time import perf_counter

from ..trackers import Tracker, create
from ..trackers.base import COMPLETED
from ..workload import EXPERIMENT
from . import sizes

METRIC = "loss"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Place:
    """Where a writer logs: a store in a directory, and an experiment of it."""

    store: Path
    experiment: str = EXPERIMENT


@dataclass
class Written:
    """What one writer was told: the id of its run, the steps acknowledged, errors, and seconds."""

    run_id: str
    place: Place
    writer: int = 0
    metric: str = METRIC
    steps: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: float = 0.0

    def value_at(self, step: int) -> float:
        """Return what is logged at a step: every point of every writer has a value of its own."""
        return self.writer * 10**6 + step + 0.25

    @contextmanager
    def noting_errors(self) -> Iterator[None]:
        """Note an error instead of raising it."""
        try:
            yield
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")


Start = Callable[[str, Sequence[Place]], list[Written]]


def write(
    tracker: Tracker,
    written: Written,
    ready: Callable[[], object],
    starting: AbstractContextManager[object] | None = None,
) -> Written:
    """Start a run, and log its points after all writers are ready."""
    with written.noting_errors(), starting or nullcontext():
        written.run_id = tracker.start_run(written.place.experiment, ["writer"])
    ready()
    if written.run_id:
        start = perf_counter()
        for step in range(sizes.POINTS_OF_A_WRITER):
            log_point(tracker, written, step)
        written.seconds = perf_counter() - start
    with written.noting_errors():
        tracker.end_run(written.run_id, COMPLETED)
    return written


def log_point(tracker: Tracker, written: Written, step: int) -> None:
    """Log a point, and note what came of it."""
    start = perf_counter()
    with written.noting_errors():
        tracker.log_metric(written.run_id, written.metric, written.value_at(step), step)
        written.steps.append(step)
    written.slowest = max(written.slowest, perf_counter() - start)


def in_processes(name: str, places: Sequence[Place]) -> list[Written]:
    """Write from several processes, each with the store opened for itself."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    pipes = [context.Pipe() for _ in places]
    processes = [
        context.Process(target=_process, args=(name, Written("", place, number), end))
        for number, (place, (_, end)) in enumerate(zip(places, pipes, strict=True))
    ]
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


def _process(name: str, written: Written, pipe: Connection) -> None:
    tracker = create(name)
    tracker.open(written.place.store)
    pipe.send(write(tracker, written, lambda: (pipe.send("ready"), pipe.recv())))
    tracker.close()


def in_threads(name: str, places: Sequence[Place]) -> list[Written]:
    """Write from several threads of one process, which share the open store."""
    tracker, barrier = create(name), Barrier(len(places), timeout=SECONDS_TO_START)
    starting = Lock()  # a tracker has one current experiment
    tracker.open(places[0].store)
    for place in places:
        tracker.list_runs(place.experiment)  # so that all share what is read at the opening, too
    with ThreadPoolExecutor(len(places)) as pool:
        started = [
            pool.submit(write, tracker, Written("", place, number), barrier.wait, starting)
            for number, place in enumerate(places)
        ]
        written = [writer.result() for writer in started]
    tracker.close()
    return written
