"""Stores of very many runs: 20 parameters and 50 metric points each."""

import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import forked, scratch, workload
from .read_back import log_metrics, metrics_of, parameters_of
from .trackers import BASELINES, LoggedRun, Tracker, create
from .trackers.base import COMPLETED, NotOffered
from .workload import EXPERIMENT, Run

VERSION = "1"  # to be changed with what the stores hold
POINTS = 50
BYTES_PER_RUN = 200_000  # in small files, a block each


@dataclass(frozen=True)
class Store:
    """A closed store in ``directory``, and the ids of its runs in order of logging."""

    directory: Path
    run_ids: list[str]

    @property
    def parameters(self) -> dict[str, dict[str, str]]:
        """The parameters of all runs by id, as they must be read back."""
        return {run_id: parameters_of(run) for run_id, run in self._runs()}

    @property
    def samples(self) -> dict[str, LoggedRun]:
        """The first, the middle and the last run by id, with all that they hold."""
        runs = list(self._runs())
        return {
            run_id: LoggedRun(parameters=parameters_of(run), metrics=metrics_of(run))
            for run_id, run in (runs[0], runs[len(runs) // 2], runs[-1])
        }

    def _runs(self) -> list[tuple[str, Run]]:
        return [(run_id, _run(number)) for number, run_id in enumerate(self.run_ids)]


def _run(number: int) -> Run:
    runs = workload.load().runs
    run = runs[number % len(runs)]
    return Run(run.parameters, run.metrics[:POINTS])


def build(name: str, runs: int) -> Store:
    """Build a store below the working directory; a baseline's is kept for the next release.

    A kept store is not copied, since it is only read.
    """
    tracker = create(name)
    if name not in BASELINES:
        directory = Path(f"{name}-{runs}").absolute()
        return Store(directory, forked.call(_fill, name, runs, directory))
    kept = scratch.CACHE / f"{name}-{runs}-runs-{tracker.version}-{workload.VERSION}-{VERSION}"
    if not kept.exists():
        print(f"building a store of {runs:,} runs for {name}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        with scratch.on_disk() as aside:
            new = Path(aside, "new")
            run_ids = forked.call(_fill, name, runs, new / "store")
            (new / "run_ids").write_bytes(pickle.dumps(run_ids))
            os.replace(new, kept)
    return Store(kept / "store", pickle.loads((kept / "run_ids").read_bytes()))


def _fill(name: str, runs: int, directory: Path) -> list[str]:
    """Build a store in memory, where it takes less time, and copy it to ``directory``."""
    tracker = create(name)
    with scratch.anywhere(runs * BYTES_PER_RUN) as aside:
        store = Path(aside, "store")
        store.mkdir()
        tracker.prepare(store)
        tracker.open(store)
        run_ids = [_log(tracker, number) for number in range(runs)]
        tracker.close()
        shutil.copytree(store, directory)
    return run_ids


def _log(tracker: Tracker, number: int) -> str:
    """Log a run with the calls that take the least time: how it came there is not measured."""
    run = _run(number)
    run_id = tracker.start_run(EXPERIMENT, [f"run_{number}"])
    tracker.log_params(run_id, run.parameters)
    log_points(tracker, run_id, run)
    tracker.end_run(run_id, COMPLETED)
    return run_id


def log_points(tracker: Tracker, run_id: str, run: Run) -> None:
    """Log the metric points of a run in batches where the tracker can."""
    try:
        tracker.log_batch(run_id, run.metrics)
    except NotOffered:
        log_metrics(tracker, run_id, run)
