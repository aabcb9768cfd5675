"""SynaDB below MLflow: the tracking store that it brings for MLflow."""

from . import operations
from .on_disk import OnDisk
from .trackers import PLUGINS
from .workload import VERSION


class LogMetrics(OnDisk):
    """Log the 500 metric points of one run through MLflow to SynaDB's tracking store.

    It fails with the error's first line in a release whose store does not work with this MLflow,
    and is skipped in those before 1.0.0, which have none.
    """

    version = VERSION
    operation = operations.LogMetrics
    turns = operation.TURNS
    params = [PLUGINS]

    def time_log_metrics(self, tracker: str) -> None:
        self.run()
