"""The base of the benchmarks that time one operation on a store on disk."""

from pathlib import Path

from . import scratch, workload
from .operations import Write
from .trackers import WRITERS, Tracker, create
from .trackers.base import COMPLETED


class OnDisk:
    """A fresh store for every sample, read back when the clock has stopped."""

    operation: type[Write]
    turns = 1

    params = [WRITERS]
    param_names = ["tracker"]
    timeout = 120
    rounds = 1
    repeat = (2, 6, 2.0)
    warmup_time = 0

    def setup(self, tracker: str) -> None:
        self.scratch = scratch.on_disk()
        self.directory = Path(self.scratch.name, "store")
        self.directory.mkdir()
        self.tracker = create(tracker)
        open_new(self.tracker, self.directory)
        self.work = self.operation(self.tracker, Path(self.scratch.name))
        self.work.before()

    def run(self) -> None:
        for number in range(self.turns):
            self.work.turn(number)

    def teardown(self, tracker: str) -> None:
        try:
            self.work.after(self.turns)
            self.tracker.close()
            self.work.verify(self.directory)
        finally:
            self.scratch.cleanup()


def open_new(tracker: Tracker, directory: Path) -> None:
    """Open a new store in an empty directory and log a small run to it.

    So what a system does once per process or store (imports, caches, prepared statements) is not
    in the samples.
    """
    tracker.prepare(directory)
    tracker.open(directory)
    run_id = tracker.start_run(workload.EXPERIMENT, ["first"])
    tracker.log_param(run_id, "param", "value")
    tracker.log_metric(run_id, "metric", 0.5, 0)
    tracker.end_run(run_id, COMPLETED)


def warm_up(tracker: Tracker) -> None:
    """Log and read a small run in a store that is thrown away: what a process does once is done."""
    with scratch.anywhere() as directory:
        open_new(tracker, Path(directory))
        (run_id,) = tracker.list_runs(workload.EXPERIMENT)
        tracker.read_metric(workload.EXPERIMENT, run_id, "metric")
        tracker.close()
