"""Logging parameters."""

from .on_disk import InRun
from .read_back import log_parameters, parameters_of
from .trackers import LoggedRun
from .workload import VERSION


class LogParameters(InRun):
    """Log the 20 parameters of one run, one call each (the notebook's parameter latency)."""

    version = VERSION

    def time_log_parameters(self, tracker: str) -> None:
        log_parameters(self.tracker, self.run_id, self.run)

    def logged(self) -> LoggedRun:
        return LoggedRun(parameters=parameters_of(self.run))
