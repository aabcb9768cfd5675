"""Stores that hold runs: built, verified, and a baseline's kept for the next release."""

import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import workload
from ..system import directories
from ..system.processes import run_in_fork
from ..trackers import LoggedRun, Tracker, create
from ..trackers.base import COMPLETED, NotOffered, by_step
from ..trackers.kinds import BASELINES
from ..workload import EXPERIMENT, Run
from . import sizes
from .verify import verify

VERSION = "2"  # to be changed with what the stores hold
RUNS, ARTIFACTS = "runs", "artifacts"
BYTES_PER_RUN = 200_000  # in small files, a block each
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


def log_small_run(tracker: Tracker, experiment: str = EXPERIMENT) -> None:
    """Log a small run to an open store.

    So what a system does once per process or store (imports, caches, prepared statements) is not in
    what is measured next.
    """
    run_id = tracker.start_run(experiment, ["first"])
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


def log_steps(
    tracker: Tracker, run_id: str, steps: Iterable[tuple[int, Mapping[str, float]]]
) -> None:
    """Log steps of metric values, one call each."""
    for step, values in steps:
        tracker.log_step(run_id, values, step)


def log_points(tracker: Tracker, run_id: str, run: Run) -> None:
    """Log the metric points of a run with the call that takes the most of them."""
    with suppress(NotOffered):
        return tracker.log_batch(run_id, run.metrics)
    with suppress(NotOffered):
        return log_steps(tracker, run_id, by_step(run.metrics))
    log_metrics(tracker, run_id, run)


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


def build_many(name: str, runs: int) -> Store:
    """Return a tracker's store of so many runs, of 20 parameters and 50 metric points each.

    A kept one is not copied, since it is large and only read.
    """
    content = Content(f"{runs}-runs", partial(_log_many, runs), runs * BYTES_PER_RUN)
    return _load(_keep(name, content)) if name in BASELINES else build(name, content)


def build_growing(name: str, sizes_in_runs: list[int]) -> dict[int, Store]:
    """Return the same for each of some sizes, which grow; what is not kept is logged only once."""
    if name in BASELINES:
        return {runs: build_many(name, runs) for runs in sizes_in_runs}
    directories_of = {runs: _directory(name, f"{runs}-runs") for runs in sizes_in_runs}
    run_in_fork(_grow, name, directories_of)
    return {runs: _load(directory) for runs, directory in directories_of.items()}


def build(name: str, content: Content) -> Store:
    """Build a store below the working directory, which asv removes; it is only to be read.

    A baseline's store is the same for every release: it is built once, kept, and copied.
    """
    directory = _directory(name, content.name)
    if name in BASELINES:
        shutil.copytree(_keep(name, content), directory)
    else:
        run_in_fork(_fill, name, content, directory)
    return _load(directory)


def _directory(name: str, content: str) -> Path:
    return Path(f"{name}-{content}").absolute()


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
        _save(store, logged, directory)


def _grow(name: str, directories_of: dict[int, Path]) -> None:
    """Let a store grow in memory, and save it at each number of runs; verify it at the last one."""
    tracker, logged = create(name), {}
    room = partial(directories.in_memory_or_on_disk, max(directories_of) * BYTES_PER_RUN)
    with new_store(tracker, room) as store:
        for runs, directory in directories_of.items():
            if logged:
                tracker.open(store)
            logged |= log_runs(tracker, _many(len(logged), runs), log_run_at_once)
            tracker.close()
            _save(store, logged, directory)
        verify(tracker, store, some(logged, MOST_VERIFIED))


def _save(store: Path, logged: Logged, directory: Path) -> None:
    shutil.copytree(store, directory / "store")
    (directory / "logged").write_bytes(pickle.dumps(logged))


def _log_ten(tracker: Tracker, staging: Path) -> Logged:
    return log_runs(tracker, workload.load().runs, log_run)


def _log_many(runs: int, tracker: Tracker, staging: Path) -> Logged:
    return log_runs(tracker, _many(0, runs), log_run_at_once)


def _many(start: int, end: int) -> Iterator[Run]:
    """Yield the runs of a store of many from one number to another one."""
    ten = [Run(r.parameters, r.metrics[: sizes.POINTS_OF_MANY_RUNS]) for r in workload.load().runs]
    return (ten[number % len(ten)] for number in range(start, end))


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
