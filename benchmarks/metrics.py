"""Logging metrics."""

from . import operations
from .on_disk import OnDisk
from .workload import VERSION


class LogMetrics(OnDisk):
    """Log the 500 metric points of one run, one call each (the notebook's throughput)."""

    version = VERSION
    operation = operations.LogMetrics
    turns = operation.TURNS

    def time_log_metrics(self, tracker: str) -> None:
        self.run()
