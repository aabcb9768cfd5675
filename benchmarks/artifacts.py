"""Logging artifacts."""

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown

SIZE = f"{workload.ARTIFACT_BYTES / 2**20:.0f} MiB"


class LogArtifact(WriteOnDisk):
    """Log a model checkpoint, the first artifact of a run.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    version = workload.VERSION
    operation = operations.LogArtifact

    @shown(f"Log an artifact of {SIZE}, the first of a run")
    def time_log_artifact(self, tracker: str) -> None:
        self.run()


class LogLaterArtifact(WriteOnDisk):
    """The same after another one: what a run does once for its artifacts has been done."""

    version = workload.VERSION
    operation = operations.LogArtifact
    before = 1

    @shown(f"Log an artifact of {SIZE}, a later one of a run")
    def time_log_artifact(self, tracker: str) -> None:
        self.run()
