"""Opening a store, timed from the import on: so nothing is imported here that a system imports."""

from pathlib import Path

from ..trackers import Tracker, create
from .clock import timed


def open_experiment(tracker: Tracker, directory: Path, experiment: str) -> Tracker:
    """Open a store and the experiment in it; return the tracker."""
    tracker.open(directory)
    tracker.set_experiment(experiment)
    return tracker


def import_and_open(name: str, directory: str, experiment: str) -> tuple[float, list[str]]:
    """Open a store in a process that has not imported its tracker's package yet.

    Returns the seconds from that import to the opened experiment, and the ids of its runs.
    """
    seconds, tracker = timed(lambda: open_experiment(create(name), Path(directory), experiment))
    run_ids = tracker.list_runs(experiment)
    tracker.close()
    return seconds, run_ids
