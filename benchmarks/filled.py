"""Stores that hold the workload, built once for the benchmarks that only look at them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import scratch, workload
from .read_back import log_run, metrics_of, parameters_of, verify
from .trackers import WRITERS, LoggedRun, Tracker, create
from .trackers.base import COMPLETED

RUNS, ARTIFACTS = "runs", "artifacts"


@dataclass(frozen=True)
class Filled:
    """A closed store in ``directory``, and what was logged to it by run id."""

    directory: Path
    logged: dict[str, LoggedRun]


Stores = dict[tuple[str, str], Filled]


def setup_cache() -> Stores:
    """Build, for each tracker that runs here, one store of ten runs and one of ten artifacts.

    They are filled in memory, to save time, then moved below the working directory, which asv
    removes when no benchmark needs them any more.
    """
    stores: Stores = {}
    for name in WRITERS:
        try:
            tracker = create(name)
        except NotImplementedError as reason:
            print(f"{name} is skipped: {reason}")
            continue
        stores[name, RUNS] = _fill(tracker, Path(name, RUNS), _log_runs)
        stores[name, ARTIFACTS] = _fill(tracker, Path(name, ARTIFACTS), _log_artifacts)
    return stores


setup_cache.timeout = 300


def _fill(tracker: Tracker, relative: Path, log) -> Filled:
    destination = relative.absolute()
    with scratch.in_memory() as memory:
        directory = Path(memory, "store")
        directory.mkdir()
        tracker.prepare(directory)
        tracker.open(directory)
        logged = log(tracker, Path(memory))
        tracker.close()
        verify(tracker, directory, logged)
        shutil.copytree(directory, destination)
    return Filled(destination, logged)


def _log_runs(tracker: Tracker, staging: Path) -> dict[str, LoggedRun]:
    return {
        log_run(tracker, run, f"run_{number}"): LoggedRun(
            parameters=parameters_of(run), metrics=metrics_of(run)
        )
        for number, run in enumerate(workload.load().runs)
    }


def _log_artifacts(tracker: Tracker, staging: Path) -> dict[str, LoggedRun]:
    artifact = workload.load().artifact
    logged = {}
    for number in range(workload.RUNS):
        name = f"model_checkpoint_{number}.bin"
        run_id = tracker.start_run(workload.EXPERIMENT, [f"run_{number}"])
        staged = tracker.stage_artifact(staging, name, artifact)
        tracker.log_artifact(run_id, name, staged)
        tracker.end_run(run_id, COMPLETED)
        logged[run_id] = LoggedRun(artifacts={name: artifact})
    return logged
