"""Logging artifacts."""

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown


class LogArtifact(WriteOnDisk):
    """Log a model checkpoint.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    version = workload.VERSION
    operation = operations.LogArtifact

    @shown(f"Log an artifact of {workload.ARTIFACT_BYTES / 2**20:.0f} MiB")
    def time_log_artifact(self, tracker: str) -> None:
        self.run()
