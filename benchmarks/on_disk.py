"""The bases of the benchmarks that time one operation on a store on disk."""

from pathlib import Path

from . import scratch, workload
from .read_back import verify
from .trackers import WRITERS, LoggedRun, create
from .trackers.base import COMPLETED


class OnDisk:
    """A fresh store for every sample, read back when the clock has stopped.

    A small run is logged before, so that what a system does once per process (imports, caches,
    prepared statements) is not in the samples.
    """

    params = [WRITERS]
    param_names = ["tracker"]
    timeout = 120
    rounds = 2
    repeat = (3, 8, 4.0)
    warmup_time = 0

    def setup(self, tracker: str) -> None:
        self.tracker = create(tracker)
        self.scratch = scratch.on_disk()
        self.directory = Path(self.scratch.name, "store")
        self.directory.mkdir()
        self.tracker.prepare(self.directory)
        self.tracker.open(self.directory)
        run_id = self.tracker.start_run(workload.EXPERIMENT, ["first"])
        self.tracker.log_param(run_id, "param", "value")
        self.tracker.log_metric(run_id, "metric", 0.5, 0)
        self.tracker.end_run(run_id, COMPLETED)

    def teardown(self, tracker: str) -> None:
        try:
            self.tracker.close()
            verify(self.tracker, self.directory, {self.run_id: self.logged()})
        finally:
            self.scratch.cleanup()

    def logged(self) -> LoggedRun:
        """Return the run ``self.run_id`` as it must be read back."""
        raise NotImplementedError


class InRun(OnDisk):
    """The same with a run started before the clock and ended after it."""

    def setup(self, tracker: str) -> None:
        super().setup(tracker)
        self.run = workload.load().runs[0]
        self.run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])

    def teardown(self, tracker: str) -> None:
        self.tracker.end_run(self.run_id, COMPLETED)
        super().teardown(tracker)
