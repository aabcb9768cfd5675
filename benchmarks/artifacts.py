"""Logging artifacts."""

from . import operations
from .on_disk import OnDisk
from .workload import VERSION


class LogArtifact(OnDisk):
    """Log a model checkpoint of 1 MiB.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    version = VERSION
    operation = operations.LogArtifact

    def time_log_artifact(self, tracker: str) -> None:
        self.run()
