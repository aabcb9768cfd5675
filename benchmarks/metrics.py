"""Logging metrics."""

from .on_disk import InRun
from .read_back import log_metrics, metrics_of
from .trackers import LoggedRun
from .workload import VERSION


class LogMetrics(InRun):
    """Log the 500 metric points of one run, one call each (the notebook's throughput)."""

    version = VERSION

    def time_log_metrics(self, tracker: str) -> None:
        log_metrics(self.tracker, self.run_id, self.run)

    def logged(self) -> LoggedRun:
        return LoggedRun(metrics=metrics_of(self.run))
