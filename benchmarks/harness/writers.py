"""Writers, in processes and threads, that note what they were told is stored, and what is left."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier
from time import perf_counter

from ..system import directories
from ..system.processes import with_stderr
from ..trackers import Tracker, create
from ..trackers.base import COMPLETED, NotOffered
from ..workload import EXPERIMENT
from . import sizes
from .clock import note
from .stores import Medium, new_store

METRIC = "loss"
SECONDS_TO_START = 60
# What writers share: one experiment in one store, the store alone, or nothing.
ONE_STORE, AN_EXPERIMENT_EACH, A_FILE_EACH = "one store", "an experiment each", "a file each"
LAYOUTS = [ONE_STORE, AN_EXPERIMENT_EACH, A_FILE_EACH]


@dataclass
class Written:
    """What one writer was told: the id of its run, the steps acknowledged, errors.

    ``seconds`` are those of each call; ``number`` tells its values from those of other writers.
    """

    run_id: str
    steps: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    experiment: str = EXPERIMENT
    number: int = 0

    @contextmanager
    def noting_errors(self) -> Iterator[None]:
        """Note an error instead of raising it."""
        try:
            yield
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Losses:
    """What is left of the points and runs that all writers of a tracker were told are stored.

    Of the points: those that the tracker's calls do not return, those that they return with another
    value, those that do not come back when each is read by its key, and those whose record is not
    whole in the file; the last two are None where there are no keys or records. Then: runs that are
    not listed, lines that opening the stores wrote to stderr, errors that writers were told, the
    seconds of the slowest call, and those of a point.
    """

    points: int
    wrong: int
    by_key: int | None
    in_file: int | None
    runs: int
    messages: int
    errors: int
    slowest: float
    seconds_per_point: float


# Where a writer logs: a store, and an experiment in it.
Target = tuple[Path, str]
Start = Callable[[str, Sequence[Target]], list[Written]]
Points = Iterable[tuple[int, float]]
Read = Callable[[Tracker, Written], Points]


def value_at(step: int, writer: int = 0) -> float:
    """Return what is logged at a step: every point of every writer has a value of its own."""
    return 10_000 * writer + step + 0.25


def write(tracker: Tracker, written: Written, points: int, ready: Callable[[], object]) -> Written:
    """Start a run, and log so many points to it after all writers are ready."""
    with written.noting_errors():
        written.run_id = tracker.start_run(written.experiment, ["writer"])
    ready()
    if written.run_id:
        log_steps(tracker, written, range(points))
    with written.noting_errors():
        tracker.end_run(written.run_id, COMPLETED)
    return written


def log_steps(tracker: Tracker, written: Written, steps: Iterable[int]) -> None:
    """Log a point at each of these steps; note which are acknowledged, errors, and seconds."""
    for step in steps:
        start = perf_counter()
        with written.noting_errors():
            tracker.log_metric(written.run_id, METRIC, value_at(step, written.number), step)
            written.steps.append(step)
        written.seconds.append(perf_counter() - start)


def in_processes(name: str, targets: Sequence[Target]) -> list[Written]:
    """Write from several processes, each with its store opened for itself."""
    context = multiprocessing.get_context("fork")  # a new one would import MLflow each time
    pipes = [context.Pipe() for _ in targets]
    processes = [
        context.Process(target=_process, args=(name, number, target, theirs))
        for number, (target, (_, theirs)) in enumerate(zip(targets, pipes, strict=True))
    ]
    for process in processes:
        process.start()
    for _, theirs in pipes:
        theirs.close()
    ours = [own for own, _ in pipes]
    for own in ours:
        own.recv()  # it has started its run
    for own in ours:
        own.send("go")
    written = [own.recv() for own in ours]
    for process in processes:
        process.join()
    return written


def _process(name: str, number: int, target: Target, pipe: Connection) -> None:
    store, experiment = target
    tracker, written = create(name), Written("", experiment=experiment, number=number)

    def ready() -> None:
        pipe.send("ready")
        pipe.recv()

    tracker.open(store)
    pipe.send(write(tracker, written, sizes.POINTS_OF_A_WRITER, ready))
    tracker.close()


def in_threads(name: str, targets: Sequence[Target]) -> list[Written]:
    """Write from several threads of one process, which share an open store and an experiment."""
    (store, experiment), writers = targets[0], len(targets)
    tracker, barrier = create(name), Barrier(writers, timeout=SECONDS_TO_START)
    tracker.open(store)
    tracker.list_runs(experiment)  # so that all share the one that is open
    all_written = [Written("", experiment=experiment, number=n) for n in range(writers)]
    with ThreadPoolExecutor(writers) as pool:
        started = [
            pool.submit(write, tracker, written, sizes.POINTS_OF_A_WRITER, barrier.wait)
            for written in all_written
        ]
        done = [writer.result() for writer in started]
    tracker.close()
    return done


def lose(
    start: Start,
    name: str,
    writers: int,
    layout: str = ONE_STORE,
    medium: Medium = directories.in_memory_or_on_disk,
) -> Losses:
    """Let so many writers write to new stores of one tracker; count what cannot be read back."""
    stores = writers if layout == A_FILE_EACH else 1
    experiments = [EXPERIMENT]
    if layout == AN_EXPERIMENT_EACH:
        experiments = [f"{EXPERIMENT}-{number}" for number in range(writers)]
    with ExitStack() as stack:
        made = [stack.enter_context(_store(name, experiments, medium)) for _ in range(stores)]
        targets = [(made[n % stores], experiments[n % len(experiments)]) for n in range(writers)]
        written = start(name, targets)
        note(max(sum(writer.seconds) for writer in written))
        of_store: dict[Path, list[Written]] = {store: [] for store in made}
        for (store, _), writer in zip(targets, written, strict=True):
            of_store[store].append(writer)
        return count_losses(name, of_store)


@contextmanager
def _store(name: str, experiments: Iterable[str], medium: Medium) -> Iterator[Path]:
    """Yield a closed store that has these experiments: to create one at once is another matter."""
    tracker = create(name)
    with new_store(tracker, medium) as store:
        for experiment in experiments:
            tracker.end_run(tracker.start_run(experiment, ["first"]), COMPLETED)
        tracker.close()
        yield store


def count_losses(name: str, stores: Mapping[Path, Sequence[Written]]) -> Losses:
    """Open each store again and look for every run and point that its writers were told of."""
    written = [writer for own in stores.values() for writer in own]
    found = [_read_back(name, store, own) for store, own in stores.items()]
    points, wrong, runs, messages = map(sum, zip(*found, strict=True))
    return Losses(
        points,
        wrong,
        _count_otherwise(name, stores, by_key),
        _count_otherwise(name, stores, in_file),
        runs,
        messages,
        sum(len(writer.errors) for writer in written),
        max((seconds for writer in written for seconds in writer.seconds), default=0.0),
        max(sum(w.seconds) for w in written) / sum(len(w.steps) or 1 for w in written),
    )


def _read_back(name: str, store: Path, written: Sequence[Written]) -> tuple[int, int, int, int]:
    """Return what a store lacks: points missing and wrong, runs not listed; and lines on stderr."""
    tracker = create(name)
    listed, messages = with_stderr(partial(_open_and_list, tracker, store, written))
    try:
        missing, wrong = count_missing(tracker, written)
    finally:
        tracker.close()
    return missing, wrong, sum(w.run_id not in listed for w in written), len(messages)


def _open_and_list(tracker: Tracker, store: Path, written: Iterable[Written]) -> set[str]:
    tracker.open(store)
    experiments = {writer.experiment for writer in written}
    return {run for name in experiments for run in _or_nothing(partial(tracker.list_runs, name))}


def _count_otherwise(name: str, stores: Mapping[Path, Sequence[Written]], read: Read) -> int | None:
    """Return how many points another way of reading does not give; None if there is no such way."""
    lost = 0
    for store, written in stores.items():
        tracker = create(name)
        tracker.open(store)
        try:
            lost += count_lost(tracker, written, read)
        except NotOffered:
            return None
        finally:
            tracker.close()
    return lost


def by_calls(tracker: Tracker, writer: Written) -> Points:
    """Read a writer's points as the tracker's users do."""
    return tracker.read_metric(writer.experiment, writer.run_id, METRIC)


def by_key(tracker: Tracker, writer: Written) -> Points:
    """Read a writer's points one by one."""
    return tracker.read_by_key(writer.experiment, writer.run_id, METRIC, writer.steps)


def in_file(tracker: Tracker, writer: Written) -> Points:
    """Look for a writer's points in the file."""
    return tracker.read_records(writer.experiment, writer.run_id, METRIC)


def count_lost(tracker: Tracker, written: Iterable[Written], read: Read = by_calls) -> int:
    """Return how many acknowledged points are missing or wrong in the open store."""
    return sum(count_missing(tracker, written, read))


def count_missing(
    tracker: Tracker, written: Iterable[Written], read: Read = by_calls
) -> tuple[int, int]:
    """Return how many acknowledged points the open store lacks, and how many have another value."""
    missing = wrong = 0
    for writer in written:
        found = dict(_or_nothing(partial(read, tracker, writer)))
        values = [(found.get(step), value_at(step, writer.number)) for step in writer.steps]
        missing += sum(value is None for value, _ in values)
        wrong += sum(value not in (None, logged) for value, logged in values)
    return missing, wrong


def _or_nothing(read: Callable[[], Iterable]) -> list:
    """Return what can be read of a store that may be damaged; an error is nothing."""
    try:
        return list(read())
    except NotOffered:
        raise
    except Exception as error:
        print(f"not readable any more: {type(error).__name__}: {error}")
        return []
