"""Stores that hold the workload, built once for the benchmarks that only look at them."""

import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import scratch, workload
from .read_back import log_run, metrics_of, parameters_of, verify
from .trackers import BASELINES, WRITERS, LoggedRun, Tracker, create
from .trackers.base import COMPLETED

RUNS, ARTIFACTS = "runs", "artifacts"

Logged = dict[str, LoggedRun]
Log = Callable[[Tracker, Path], Logged]


@dataclass(frozen=True)
class Filled:
    """A closed store in ``directory``, and what was logged to it by run id."""

    directory: Path
    logged: Logged


Stores = dict[tuple[str, str], Filled]


def setup_cache() -> Stores:
    """Build, for each tracker that runs here, one store of ten runs and one of ten artifacts.

    They go below the working directory, which asv removes when no benchmark needs them any more.
    A baseline's stores are the same for every release: they are kept and copied.
    """
    stores: Stores = {}
    for name in WRITERS:
        try:
            tracker = create(name)
        except NotImplementedError as reason:
            print(f"{name} is skipped: {reason}")
            continue
        for content, log in ((RUNS, _log_runs), (ARTIFACTS, _log_artifacts)):
            directory = Path(name, content).absolute()
            if name in BASELINES:
                logged = _copy(tracker, f"{name}-{content}", log, directory)
            else:
                logged = _fill(tracker, log, directory)
            stores[name, content] = Filled(directory, logged)
    return stores


setup_cache.timeout = 300


def _copy(tracker: Tracker, name: str, log: Log, directory: Path) -> Logged:
    """Copy the store that is kept under this name, built now if there is none."""
    kept = scratch.CACHE / f"{name}-{tracker.version}-{workload.VERSION}"
    if not kept.exists():
        with scratch.on_disk() as aside:
            logged = _fill(tracker, log, Path(aside, "new", "store"))
            Path(aside, "new", "logged").write_bytes(pickle.dumps(logged))
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(aside, "new"), kept)
    shutil.copytree(kept / "store", directory)
    return pickle.loads(Path(kept, "logged").read_bytes())


def _fill(tracker: Tracker, log: Log, directory: Path) -> Logged:
    """Build a store in memory, where it takes less time, and move it to ``directory``."""
    with scratch.anywhere() as aside:
        store = Path(aside, "store")
        store.mkdir()
        tracker.prepare(store)
        tracker.open(store)
        logged = log(tracker, Path(aside))
        tracker.close()
        verify(tracker, store, logged)
        shutil.copytree(store, directory)
    return logged


def _log_runs(tracker: Tracker, staging: Path) -> Logged:
    return {
        log_run(tracker, run, f"run_{number}"): LoggedRun(
            parameters=parameters_of(run), metrics=metrics_of(run)
        )
        for number, run in enumerate(workload.load().runs)
    }


def _log_artifacts(tracker: Tracker, staging: Path) -> Logged:
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
