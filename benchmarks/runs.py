"""Starting and ending runs."""

from .harness import operations
from .harness.cases import WriteOnDisk, shown


class StartAndEndRun(WriteOnDisk):
    """Start a run with one tag and end it, in an experiment that exists."""

    version = "1"
    operation = operations.StartAndEndRun

    @shown("Start and end a run")
    def time_start_and_end_run(self, tracker: str) -> None:
        self.run()


class StartAndEndFirstRun(WriteOnDisk):
    """Open a new store, and start and end its first run, in a process that has used another one.

    That makes the experiment, too. MLflow's SQLite has its tables before the clock starts.
    """

    version = "1"
    operation = operations.StartAndEndFirstRun

    @shown("Open a new store, and start and end its first run")
    def time_start_and_end_run(self, tracker: str) -> None:
        self.run()
