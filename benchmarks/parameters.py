"""Logging parameters."""

from functools import partial

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown
from .harness.sizes import Suite
from .trackers.kinds import STORING_SYSTEMS


class LogParameters(WriteOnDisk):
    """Log the parameters of one run, one call each (the notebook's parameter latency)."""

    version = workload.VERSION
    operation = operations.LogParameters
    iterations = operation.ITERATIONS

    @shown(f"Log the {workload.PARAMETERS} parameters of a run")
    def time_log_parameters(self, tracker: str) -> None:
        self.run()


class LogParametersAtOnce(WriteOnDisk):
    """Log the same parameters with one call, ``log_params`` on all sides.

    SynaDB writes and syncs each of them in it. MLflow's SQLite has one transaction for all.
    """

    version = workload.VERSION
    suite = Suite.STANDARD
    operation = operations.LogParameters
    iterations = operation.ITERATIONS
    params = [STORING_SYSTEMS]

    def prepare(self, tracker: str) -> None:
        super().prepare(tracker)
        assert isinstance(self.work, operations.LogParameters)
        parameters = dict(self.work.parameters)
        self.log = partial(self.tracker.log_params, self.work.run_id, parameters)

    @shown(f"Log the {workload.PARAMETERS} parameters of a run at once")
    def time_log_parameters(self, tracker: str) -> None:
        self.log()
