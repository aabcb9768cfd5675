"""Stores that hold runs: built, verified, and a baseline's kept for the next release."""

import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import workload
from ..system import directories
from ..system.processes import run_in_fork
from ..trackers import LoggedRun, Tracker, create
from ..trackers.base import COMPLETED, Point
from ..trackers.kinds import BASELINES
from ..workload import EXPERIMENT, Run
from .verify import verify

VERSION = "2"  # to be changed with what the stores hold
RUNS, ARTIFACTS = "runs", "artifacts"
BYTES_PER_RUN = 200_000  # in small files, a block each
BYTES_PER_POINT = 400  # of one metric, with what a database has beside it
MOST_VERIFIED = 10  # runs of a store that is built, spread over it: a baseline reads one in 10 ms

Logged = dict[str, LoggedRun]
Medium = Callable[[], TemporaryDirectory[str]]


@dataclass(frozen=True)
class Store:
    """A closed store in ``directory``, and what was logged to it by run id."""

    directory: Path
    logged: Logged


@dataclass(frozen=True)
class Content:
    """What a store holds: a function logs it, to a store that needs so much room meanwhile."""

    name: str
    log: Callable[[Tracker, Path], Logged]
    room: int = 0


@contextmanager
def new_store(
    tracker: Tracker, medium: Medium = directories.in_memory_or_on_disk
) -> Iterator[Path]:
    """Open a new store and yield its directory; the one around it is for what is staged."""
    with directories.empty_store(medium) as store:
        try:
            tracker.prepare(store)
            tracker.open(store)
            yield store
        finally:
            tracker.stop()


def log_small_run(tracker: Tracker) -> None:
    """Log a small run to an open store.

    So what a system does once per process or store (imports, caches, prepared statements) is not in
    what is measured next.
    """
    run_id = tracker.start_run(EXPERIMENT, ["first"])
    tracker.log_param(run_id, "param", "value")
    tracker.log_metric(run_id, "metric", 0.5, 0)
    tracker.end_run(run_id, COMPLETED)


def warm_up(tracker: Tracker) -> None:
    """Log and read a small run in a store that is thrown away: what a process does once is done."""
    with new_store(tracker):
        log_small_run(tracker)
        (run_id,) = tracker.list_runs(EXPERIMENT)
        tracker.read_metric(EXPERIMENT, run_id, "metric")
        tracker.close()


def log_parameters(tracker: Tracker, run_id: str, run: Run) -> None:
    """Log the parameters of a run, one call each."""
    for name, value in run.parameters.items():
        tracker.log_param(run_id, name, value)


def log_metrics(tracker: Tracker, run_id: str, run: Run) -> None:
    """Log the metric points of a run, one call each."""
    for name, value, step in run.metrics:
        tracker.log_metric(run_id, name, value, step)


def log_points(tracker: Tracker, run_id: str, run: Run) -> None:
    """Log the metric points of a run with the calls that take the most of them."""
    tracker.log_batch(run_id, run.metrics)


def log_run(tracker: Tracker, run: Run, tag: str) -> str:
    """Log a whole run the way the notebook does, one call for each value; return its id."""
    run_id = tracker.start_run(EXPERIMENT, [tag])
    log_parameters(tracker, run_id, run)
    log_metrics(tracker, run_id, run)
    tracker.end_run(run_id, COMPLETED)
    return run_id


def log_run_at_once(tracker: Tracker, run: Run, tag: str) -> str:
    """Log a whole run with the calls that take the least time; return its id."""
    run_id = tracker.start_run(EXPERIMENT, [tag])
    tracker.log_params(run_id, run.parameters)
    log_points(tracker, run_id, run)
    tracker.end_run(run_id, COMPLETED)
    return run_id


def log_runs(
    tracker: Tracker, runs: Iterable[Run], log: Callable[[Tracker, Run, str], str]
) -> Logged:
    """Log runs one after the other; return them by their ids."""
    return {log(tracker, run, f"run_{number}"): run.logged for number, run in enumerate(runs)}


def build_both(name: str) -> dict[str, Store]:
    """Return a tracker's stores of the workload by what they hold."""
    return {content.name: build(name, content) for content in (_RUNS, _ARTIFACTS)}


def build_runs(name: str) -> Store:
    """Return a tracker's store of the workload's ten runs."""
    return build(name, _RUNS)


def build_runs_once(name: str, directory: Path) -> Store:
    """Return a store of the ten runs in a directory, where it is built if there is none."""
    if not directory.exists():
        run_in_fork(_fill, name, _RUNS, directory)
    return _load(directory)


def build_many(name: str, runs: int, points: int) -> Store:
    """Return a tracker's store of so many runs, of 20 parameters and so many metric points each.

    A kept one is not copied, since it is large and only read.
    """
    room = runs * (BYTES_PER_RUN + points * BYTES_PER_POINT)
    content = Content(f"{runs}-runs-of-{points}", partial(_log_many, runs, points), room)
    return _load(_keep(name, content)) if name in BASELINES else build(name, content)


def build_long(name: str, points: int, directory: Path) -> Store:
    """Return a tracker's store of one run, which has one metric of so many points.

    It is built in a directory, or kept and not copied, as that of many runs.
    """
    content = Content(f"{points}-points", partial(_log_long, points), points * BYTES_PER_POINT)
    if name in BASELINES:
        return _load(_keep(name, content))
    run_in_fork(_fill, name, content, directory / name)
    return _load(directory / name)


def build(name: str, content: Content) -> Store:
    """Build a store below the working directory, which asv removes; it is only to be read.

    A baseline's store is the same for every release: it is built once, kept, and copied.
    """
    directory = Path(f"{name}-{content.name}").absolute()
    if name in BASELINES:
        shutil.copytree(_keep(name, content), directory)
    else:
        run_in_fork(_fill, name, content, directory)
    return _load(directory)


def _keep(name: str, content: Content) -> Path:
    versions = f"{create(name).version}-{workload.VERSION}-{VERSION}"
    fill = partial(run_in_fork, _fill, name, content)
    return directories.kept(f"{name}-{content.name}-{versions}", fill)


def _load(directory: Path) -> Store:
    return Store(directory / "store", pickle.loads((directory / "logged").read_bytes()))


def some(logged: Logged, number: int) -> Logged:
    """Return so many runs, spread over all, the first and the last among them."""
    ids, last = list(logged), len(logged) - 1
    chosen = {ids[round(last * n / max(number - 1, 1))] for n in range(number)}
    return {run_id: logged[run_id] for run_id in ids if run_id in chosen}


def _fill(name: str, content: Content, directory: Path) -> None:
    """Build a store in memory, where it takes less time, verify it, and move it to a directory."""
    tracker = create(name)
    with new_store(tracker, partial(directories.in_memory_or_on_disk, content.room)) as store:
        logged = content.log(tracker, store.parent)
        tracker.close()
        verify(tracker, store, some(logged, MOST_VERIFIED))
        shutil.copytree(store, directory / "store")
    (directory / "logged").write_bytes(pickle.dumps(logged))


def _log_ten(tracker: Tracker, staging: Path) -> Logged:
    return log_runs(tracker, workload.load().runs, log_run)


def _log_many(runs: int, points: int, tracker: Tracker, staging: Path) -> Logged:
    ten = [Run(run.parameters, _lasting(run.metrics, points)) for run in workload.load().runs]
    return log_runs(tracker, (ten[number % len(ten)] for number in range(runs)), log_run_at_once)


def _lasting(metrics: list[Point], points: int) -> list[Point]:
    """Return the first so many points of a training that goes on with the same values."""
    steps = (step + workload.EPOCHS * turn for turn in count() for _, _, step in metrics)
    endless = zip(cycle(metrics), steps, strict=False)
    return [(name, value, step) for (name, value, _), step in islice(endless, points)]


def _log_long(points: int, tracker: Tracker, staging: Path) -> Logged:
    run = Run({}, [("loss", 1 / (step + 1), step) for step in range(points)])
    return log_runs(tracker, [run], log_run_at_once)


def _log_artifacts(tracker: Tracker, staging: Path) -> Logged:
    artifact = workload.load().artifact
    logged = {}
    for number in range(workload.RUNS):
        name = f"model_checkpoint_{number}.bin"
        run_id = tracker.start_run(EXPERIMENT, [f"run_{number}"])
        tracker.log_artifact(run_id, name, tracker.stage_artifact(staging, name, artifact))
        tracker.end_run(run_id, COMPLETED)
        logged[run_id] = LoggedRun(artifacts={name: artifact})
    return logged


_RUNS, _ARTIFACTS = Content(RUNS, _log_ten), Content(ARTIFACTS, _log_artifacts)
