"""Logging metrics."""

from . import operations
from .on_disk import OnDisk
from .trackers import SYSTEMS, Tracker, load
from .workload import VERSION

# How the points are logged: as the tutorials show it, and as an expert would.
ONE_BY_ONE = "one by one"
WAYS = {
    ONE_BY_ONE: "log_metric",
    "in batches": "log_batch",
    "in the background": "log_in_background",
}


class LogMetrics(OnDisk):
    """Log the 500 metric points of one run, one call each (the notebook's throughput)."""

    version = VERSION
    operation = operations.LogMetrics
    turns = operation.TURNS

    def time_log_metrics(self, tracker: str) -> None:
        self.run()


class LogMetricsInBatches(OnDisk):
    """Log the same 500 points with each system's best documented call, next to one by one.

    In batches: SynaDB's ``log_metrics`` takes the five values of a step, MLflow's ``log_batch``
    all 500 points. In the background: MLflow's asynchronous ``log_metrics`` for each step, with a
    flush at the end; SynaDB has no such call.
    """

    version = VERSION
    operation = operations.LogMetrics
    turns = operation.TURNS
    params = [list(WAYS), SYSTEMS]
    param_names = ["way", "tracker"]

    def setup(self, way: str, tracker: str) -> None:
        self.is_offered = getattr(load(tracker), WAYS[way]) is not getattr(Tracker, WAYS[way])
        if not self.is_offered:
            raise NotImplementedError(f"{tracker} has no call to log metrics {way}")
        super().setup(tracker)

    def time_log_metrics(self, way: str, tracker: str) -> None:
        if way == ONE_BY_ONE:
            self.run()
        else:
            getattr(self.tracker, WAYS[way])(self.work.run_id, self.work.points)

    def teardown(self, way: str, tracker: str) -> None:
        if self.is_offered:
            super().teardown(tracker)
