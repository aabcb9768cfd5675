"""Starting and ending runs."""

from . import operations
from .on_disk import OnDisk


class StartAndEndRun(OnDisk):
    """Start a run with one tag and end it, in an experiment that exists."""

    version = "1"
    operation = operations.StartAndEndRun

    def time_start_and_end_run(self, tracker: str) -> None:
        self.run()
