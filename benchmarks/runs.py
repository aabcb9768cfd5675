"""Starting and ending runs."""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

from .harness import operations, sizes
from .harness.cases import Measured, Outcome, WriteOnDisk, attributes, shown
from .harness.clock import samples, timed
from .harness.sizes import Suite
from .harness.stores import Store, build_many
from .system import directories
from .system.processes import run_in_fork
from .trackers import create
from .trackers.kinds import EMBEDDED
from .workload import EXPERIMENT


class StartAndEndRun(WriteOnDisk):
    """Start a run with one tag and end it, in an experiment that exists, after another one."""

    version = "1"
    operation = operations.StartAndEndRun

    @shown("Start and end a run, a later one of a process")
    def time_start_and_end_run(self, tracker: str) -> None:
        self.run()


class StartAndEndFirstRun(Measured):
    """The same with the first run of a process, whose store and experiment are open.

    The package is imported, and nothing has been logged with it.
    """

    suite = Suite.QUICK
    version = "1"
    params = [EMBEDDED]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(EMBEDDED, _first_runs)

    @shown("Start and end a run, the first of a process", "seconds")
    def track_seconds(self, found: dict, tracker: str) -> dict[str, Any]:
        return samples(self.found)


def _first_runs(name: str) -> list[float]:
    """Return the seconds of first runs, each in a fork of this process, which has used no store."""
    store = build_many(name, 1)
    return [run_in_fork(_first_run, name, store) for _ in range(sizes.FIRST_RUNS)]


def _first_run(name: str, store: Store) -> float:
    tracker = create(name)
    with directories.on_disk() as aside:
        copy = shutil.copytree(store.directory, Path(aside, "store"))
        tracker.open(copy)
        tracker.set_experiment(EXPERIMENT)
        work = operations.StartAndEndRun(tracker, Path(aside))
        seconds, _ = timed(partial(work.run, 0))
        tracker.close()
        work.verify(copy)
    return seconds
