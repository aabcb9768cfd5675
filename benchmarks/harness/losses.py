"""What of acknowledged points cannot be read back: with a tracker's calls, by key, in the file."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile

from ..system import directories
from ..system.processes import run_in_fork
from ..trackers import Tracker, create
from ..trackers.base import NotOffered
from ..workload import EXPERIMENT
from .clock import note
from .stores import Medium, log_small_run, new_store
from .writers import Place, Start, Written

BY_RUN = "points not read back by run"
BY_KEY = "points not read back by key"
IN_FILE = "points not whole in the file"
WRONG = "points read back wrong"
RUNS = "runs not listed"
FAILED = "openings that fail"
SILENT = "openings without a word"
ERRORS = "errors of writers"
COUNTS = [BY_RUN, BY_KEY, IN_FILE, WRONG, RUNS, SILENT, ERRORS]
LOST = "points missing or wrong"  # by run
POINT, SLOWEST = "a point", "the slowest call"
SECONDS = [POINT, SLOWEST]

# What writers have in common.
ONE_EXPERIMENT, OWN_EXPERIMENTS, OWN_STORES = "one experiment", "an experiment each", "a store each"

Points = dict[int, float]
STDERR = 2
MOST_SAID = 500


def lose(
    start: Start,
    name: str,
    writers: int,
    arrangement: str = ONE_EXPERIMENT,
    medium: Medium = directories.in_memory_or_on_disk,
) -> dict[str, float]:
    """Let so many writers write to new stores of a tracker; return all figures of that."""
    with ExitStack() as stack:
        places = _places(stack, name, writers, arrangement, medium)
        written = start(name, places)
        seconds = max(writer.seconds for writer in written)
        note(seconds)
        return count(name, written) | {
            ERRORS: sum(len(writer.errors) for writer in written),
            POINT: seconds / sum(len(writer.steps) or 1 for writer in written),
            SLOWEST: max(writer.slowest for writer in written),
        }


def _places(
    stack: ExitStack, name: str, writers: int, arrangement: str, medium: Medium
) -> list[Place]:
    """Return where each writer logs; the experiments are there, so that none creates them."""
    stores = [_new(stack, name, medium) for _ in range(writers if arrangement == OWN_STORES else 1)]
    experiments = [EXPERIMENT]
    if arrangement == OWN_EXPERIMENTS:
        experiments = [f"{EXPERIMENT}-{number}" for number in range(writers)]
    tracker = create(name)
    for store in stores:
        tracker.open(store)
        for experiment in experiments:
            log_small_run(tracker, experiment)
        tracker.close()
    of_each = range(writers)
    return [Place(stores[n % len(stores)], experiments[n % len(experiments)]) for n in of_each]


def _new(stack: ExitStack, name: str, medium: Medium) -> Path:
    tracker = create(name)
    store = stack.enter_context(new_store(tracker, medium))
    tracker.close()
    return store


def count(name: str, written: Sequence[Written]) -> dict[str, float]:
    """Open every store again, in a new process; count what is not as it was acknowledged."""
    figures: Counter[str] = Counter()
    for store in dict.fromkeys(writer.place.store for writer in written):
        theirs = [writer for writer in written if writer.place.store == store]
        figures.update(_count_in(name, store, theirs))
    return dict(figures)


def _count_in(name: str, store: Path, written: Sequence[Written]) -> Mapping[str, int]:
    with TemporaryFile() as said:
        try:
            figures = run_in_fork(_look, name, store, written, said.fileno())
        except RuntimeError as error:  # a damaged store may end the process that reads it
            print(f"{name}: {error}", file=sys.stderr)
            points = sum(len(writer.steps) for writer in written)
            figures = {BY_RUN: points, BY_KEY: points, LOST: points, WRONG: 0}
            figures |= {RUNS: len(written), FAILED: 1, SILENT: 0}
        said.seek(0)
        sys.stderr.write(said.read(MOST_SAID).decode(errors="replace"))
    with suppress(NotOffered):
        figures[IN_FILE] = sum(_count_not_whole(name, writer) for writer in written)
    return figures


def _count_not_whole(name: str, written: Written) -> int:
    """Return how many points are not in the files; SQLite repairs its own when it is opened."""
    where = written.place.store, written.place.experiment, written.run_id, written.metric
    kept = dict(_or_nothing(lambda: create(name).read_files(*where)))
    return _count_lost(written, kept)


def _look(name: str, store: Path, written: Sequence[Written], said: int) -> Mapping[str, int]:
    """Return the figures of a store; what opening it says on stderr goes to a file."""
    os.dup2(said, STDERR)
    tracker = create(name)
    figures: Counter[str] = Counter(dict.fromkeys((BY_RUN, BY_KEY, LOST, WRONG, RUNS, FAILED), 0))
    listed: dict[str, list[str]] = {}
    try:
        tracker.open(store)
        for writer in written:
            listed[writer.place.experiment] = tracker.list_runs(writer.place.experiment)
    except Exception as error:
        print(f"{name} does not open: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        figures[FAILED] = 1
    was_told = os.fstat(said).st_size > 0
    for writer in written:
        figures[RUNS] += writer.run_id not in listed.get(writer.place.experiment, [])
        figures.update(_count_of(tracker, writer))
    figures[SILENT] = int(figures[BY_RUN] > 0 and not was_told)
    return figures


def _count_of(tracker: Tracker, written: Written) -> Mapping[str, int]:
    """Return the figures of a writer's points."""
    by_run = _read(tracker, written)
    try:
        by_key = _read_by_key(tracker, written)
    except NotOffered:
        by_key = by_run
    return {
        BY_RUN: sum(step not in by_run for step in written.steps),
        BY_KEY: sum(step not in by_key for step in written.steps),
        LOST: _count_lost(written, by_run),
        WRONG: len(_wrong(written, by_run) | _wrong(written, by_key)),
    }


def _wrong(written: Written, points: Points) -> set[int]:
    return {s for s in written.steps if s in points and points[s] != written.value_at(s)}


def _read(tracker: Tracker, written: Written) -> Points:
    experiment = written.place.experiment
    points = _or_nothing(lambda: tracker.read_metric(experiment, written.run_id, written.metric))
    return dict(points)


def _read_by_key(tracker: Tracker, written: Written) -> Points:
    point = written.place.experiment, written.run_id, written.metric
    found = {}
    for step in written.steps:
        try:
            found[step] = tracker.read_point(*point, step)
        except NotOffered:
            raise
        except Exception:
            continue  # it is not there
    return found


def count_lost(tracker: Tracker, written: Iterable[Written]) -> int:
    """Return how many acknowledged points are missing or wrong in the open store."""
    return sum(_count_lost(writer, _read(tracker, writer)) for writer in written)


def _count_lost(written: Written, points: Points) -> int:
    return sum(points.get(step) != written.value_at(step) for step in written.steps)


def _or_nothing(read: Callable[[], Iterable]) -> list:
    """Return what can be read of a store that may be damaged; an error is nothing."""
    try:
        return list(read())
    except NotOffered:
        raise
    except Exception as error:
        print(f"not readable any more: {type(error).__name__}: {error}"[:MOST_SAID])
        return []
