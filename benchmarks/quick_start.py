"""What a user writes, and gets, to log a first metric: each system's quick start, really run."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from . import scratch
from .trackers import SYSTEMS, Tracker, create, load
from .workload import EXPERIMENT

# SynaDB imports MLflow, and Flask that comes with it, where they are installed; who chooses
# SynaDB need not have them.
ALONE = "import sys; sys.modules.update(dict.fromkeys(['mlflow', 'flask']))"
METRIC = ("accuracy", 0.95)


def configured(tracker: Tracker | type[Tracker]) -> str:
    """Return a system's quick start with what its store needs before."""
    return dedent(tracker.configuration).lstrip() + dedent(tracker.quick_start).lstrip()


class QuickStart:
    """The statements of the shortest code that logs a metric, and the files that it leaves.

    It is run in a new process and a new folder, with no setting but its own, and its metric is
    read back.
    """

    version = "1"
    params = [SYSTEMS]
    param_names = ["tracker"]
    timeout = 120

    def setup(self, name: str) -> None:
        self.tracker = create(name)
        self.scratch = scratch.on_disk()
        self.directory = Path(self.scratch.name, "store")
        self.directory.mkdir()

    def teardown(self, name: str) -> None:
        self.scratch.cleanup()

    def track_statements(self, name: str) -> int:
        self._run(name)
        code = configured(self.tracker)
        return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(code)))

    track_statements.unit = "statements"
    # What the site shows as this benchmark's code.
    setup.pretty_source = ""
    track_statements.pretty_source = "\n".join(
        f"# {name}\n{configured(load(name))}" for name in SYSTEMS
    )

    def track_files(self, name: str) -> int:
        self._run(name)
        return sum(path.is_file() for path in self.directory.rglob("*"))

    track_files.unit = "files"

    def _run(self, name: str) -> None:
        run(name, configured(self.tracker), self.directory)
        if not was_logged(self.tracker, self.directory):
            raise AssertionError(f"{name} lost or changed the metric of its quick start")


def run(name: str, code: str, directory: Path, *prefix: str) -> None:
    """Run a quick start in a new process, its home beside it and nothing else in its environment.

    Raises RuntimeError with the last line of what it said if it failed.
    """
    command = [*prefix, sys.executable, "-c", f"{ALONE if name == 'synadb' else ''}\n{code}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory.parent)}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}'s quick start failed: {done.stderr.strip().splitlines()[-1]}")


def was_logged(tracker: Tracker, directory: Path) -> bool:
    """Whether the quick start's metric is in the store that this tracker opens."""
    name, value = METRIC
    tracker.open(directory)
    try:
        (run_id,) = tracker.list_runs(EXPERIMENT)
        return tracker.read_run(EXPERIMENT, run_id, [name], []).metrics[name] == [(0, value)]
    finally:
        tracker.close()
