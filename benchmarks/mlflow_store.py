"""SynaDB below MLflow: the tracking store that it brings for MLflow."""

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown
from .harness.sizes import Suite
from .trackers.kinds import PLUGINS


class LogMetrics(WriteOnDisk):
    """Log the metric points of one run through MLflow to SynaDB's tracking store.

    It is skipped in a release whose store does not work with this MLflow, which ``features`` counts
    as a claim that does not hold, and in those before 1.0.0, which have none.
    """

    version = workload.VERSION
    suite = Suite.STANDARD
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS
    params = [PLUGINS]

    @shown(f"Log the {workload.POINTS} metric points of a run to a store below MLflow")
    def time_log_metrics(self, tracker: str) -> None:
        self.run()
