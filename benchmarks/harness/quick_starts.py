"""A system's quick start: what a user writes to log a first metric, really run."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from ..trackers import Tracker
from ..trackers.base import NotOffered
from ..workload import EXPERIMENT

METRIC = ("accuracy", 0.95)


def hide(modules: Sequence[str]) -> str:
    """Return the statement after which modules cannot be imported."""
    return f"import sys; sys.modules.update(dict.fromkeys({list(modules)}))"


def code(tracker: Tracker | type[Tracker], configured: bool = True) -> str:
    """Return a system's quick start, with what configures its store before it."""
    configuration = tracker.configuration if configured else ""
    return dedent(configuration).lstrip() + dedent(tracker.quick_start).lstrip()


def run(
    tracker: Tracker, directory: Path, configured: bool = True, prefix: Sequence[str] = ()
) -> None:
    """Run a quick start in a directory, in a new process with nothing in its environment.

    Its home is beside the directory. ``prefix`` is a command that runs the interpreter. Raises
    RuntimeError with the last line of what it said if it failed, and NotOffered if the system
    has none.
    """
    if not tracker.quick_start:
        raise NotOffered(f"{tracker.display_name} has no quick start")
    done = subprocess.run(
        [*prefix, sys.executable, "-"],
        input=f"{hide(tracker.optional_imports)}\n{code(tracker, configured)}",
        cwd=directory,
        env={"PATH": os.environ["PATH"], "HOME": str(directory.parent)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        raise RuntimeError(f"{tracker.display_name}'s quick start failed: {last}")


def was_logged(tracker: Tracker, directory: Path) -> bool:
    """Whether the quick start's metric is in the store that this tracker opens."""
    name, value = METRIC
    tracker.open(directory)
    try:
        (run_id,) = tracker.list_runs(EXPERIMENT)
        return tracker.read_run(EXPERIMENT, run_id, [name], []).metrics[name] == [(0, value)]
    finally:
        tracker.close()
