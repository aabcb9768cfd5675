"""Writing runs of the workload, and proof that a tracker kept what it acknowledged."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import workload
from .trackers import LoggedRun, Tracker
from .trackers.base import COMPLETED


def log_run(tracker: Tracker, run: workload.Run, tag: str) -> str:
    """Log a whole run the way the notebook does, one call for each value; return its id."""
    run_id = tracker.start_run(workload.EXPERIMENT, [tag])
    log_parameters(tracker, run_id, run)
    log_metrics(tracker, run_id, run)
    tracker.end_run(run_id, COMPLETED)
    return run_id


def log_parameters(tracker: Tracker, run_id: str, run: workload.Run) -> None:
    for name, value in run.parameters.items():
        tracker.log_param(run_id, name, value)


def log_metrics(tracker: Tracker, run_id: str, run: workload.Run) -> None:
    for name, value, step in run.metrics:
        tracker.log_metric(run_id, name, value, step)


def parameters_of(run: workload.Run) -> dict[str, str]:
    """Return the run's parameters as they are read back."""
    return {name: str(value) for name, value in run.parameters.items()}


def metrics_of(run: workload.Run) -> dict[str, list[tuple[int, float]]]:
    """Return the run's metrics as they are read back."""
    metrics: dict[str, list[tuple[int, float]]] = {}
    for name, value, step in run.metrics:
        metrics.setdefault(name, []).append((step, value))
    return metrics


def verify(tracker: Tracker, directory: Path, logged: Mapping[str, LoggedRun]) -> None:
    """Open a closed store again and compare it, value by value, with what was logged.

    Raises
    ------
    AssertionError
        Something is missing or has another value; the message says what.
    """
    tracker.open(directory)
    try:
        for run_id, run in logged.items():
            read = tracker.read_run(workload.EXPERIMENT, run_id, run.metrics, run.artifacts)
            if read != run:
                difference = _difference(asdict(run), asdict(read))
                raise AssertionError(f"{type(tracker).__name__} lost or changed {difference}")
    finally:
        tracker.close()


def _difference(logged: Any, read: Any, path: str = "run") -> str:
    """Describe the first place in which two trees of dicts and lists differ."""
    if isinstance(logged, dict) and isinstance(read, dict):
        for key in logged | read:
            if logged.get(key) != read.get(key):
                return _difference(logged.get(key), read.get(key), f"{path}/{key}")
    if isinstance(logged, list) and isinstance(read, list) and len(logged) == len(read):
        for number, (ours, theirs) in enumerate(zip(logged, read, strict=True)):
            if ours != theirs:
                return _difference(ours, theirs, f"{path}/{number}")
    return f"{path}: logged {_short(logged)}, read back {_short(read)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(value)} items)"
