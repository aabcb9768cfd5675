"""Logging metrics."""

from functools import partial

from . import workload
from .harness import operations, sizes
from .harness.cases import WriteOnDisk, shown
from .trackers import Tracker, load
from .trackers.kinds import STORING_SYSTEMS

# How the points are logged: as the tutorials show it, and as an expert would.
ONE_BY_ONE = "one by one"
WAYS = {
    ONE_BY_ONE: "log_metric",
    "in batches": "log_batch",
    "in the background": "log_in_background",
}


class LogMetrics(WriteOnDisk):
    """Log the metric points of one run, one call each (the notebook's throughput)."""

    version = workload.VERSION
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS

    @shown(f"Log the {workload.POINTS} metric points of a run")
    def time_log_metrics(self, tracker: str) -> None:
        self.run()


class LogMetricsInBatches(WriteOnDisk):
    """Log the same points with each system's best documented call, next to one by one.

    In batches: SynaDB's ``log_metrics`` takes the values of a step, MLflow's ``log_batch`` all
    points. In the background: MLflow's asynchronous ``log_metrics`` for each step, with a flush at
    the end; SynaDB has no such call.
    """

    version = workload.VERSION
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS
    repeat = sizes.SAMPLES_OF_BATCHES
    params = [list(WAYS), STORING_SYSTEMS]
    param_names = ["way", "tracker"]

    def prepare(self, way: str, tracker: str) -> None:
        if getattr(load(tracker), WAYS[way]) is getattr(Tracker, WAYS[way]):
            raise NotImplementedError(f"{tracker} has no call to log metrics {way}")
        super().prepare(tracker)
        assert isinstance(self.work, operations.LogMetrics)
        at_once = partial(getattr(self.tracker, WAYS[way]), self.work.run_id, self.work.points)
        self.log = self.run if way == ONE_BY_ONE else at_once

    @shown(f"Log {workload.POINTS} metric points at once")
    def time_log_metrics(self, way: str, tracker: str) -> None:
        self.log()
