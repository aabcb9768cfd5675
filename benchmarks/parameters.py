"""Logging parameters."""

from . import operations
from .on_disk import OnDisk
from .workload import VERSION


class LogParameters(OnDisk):
    """Log the 20 parameters of one run, one call each (the notebook's parameter latency)."""

    version = VERSION
    operation = operations.LogParameters
    turns = operation.TURNS

    def time_log_parameters(self, tracker: str) -> None:
        self.run()
