"""Logging parameters."""

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown


class LogParameters(WriteOnDisk):
    """Log the parameters of one run, one call each (the notebook's parameter latency)."""

    version = workload.VERSION
    operation = operations.LogParameters
    iterations = operation.ITERATIONS

    @shown(f"Log the {workload.PARAMETERS} parameters of a run")
    def time_log_parameters(self, tracker: str) -> None:
        self.run()
