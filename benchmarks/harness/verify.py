"""Proof that a store kept what was acknowledged."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..trackers import LoggedRun, Tracker
from ..workload import EXPERIMENT


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
            read = tracker.read_run(EXPERIMENT, run_id, run.metrics, run.artifacts)
            if read != run:
                difference = _difference(asdict(run), asdict(read))
                raise AssertionError(f"{tracker.display_name} lost or changed {difference}")
    finally:
        tracker.close()


def expect(tracker: Tracker, found: object, logged: object) -> None:
    """Compare runs that were found with those that were logged; raises AssertionError."""
    if found != logged:
        raise AssertionError(f"{tracker.display_name} found other runs than were logged")


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
