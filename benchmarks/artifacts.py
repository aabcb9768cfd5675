"""Logging artifacts."""

from . import workload
from .harness import operations
from .harness.cases import WriteOnDisk, shown

SIZE = f"{workload.ARTIFACT_BYTES / 2**20:.0f} MiB"


class LogArtifact(WriteOnDisk):
    """Log a model checkpoint to a run that has one of the same size.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    version = "2"
    operation = operations.LogArtifact

    @shown(f"Log another artifact of {SIZE} to a run")
    def time_log_artifact(self, tracker: str) -> None:
        self.run()


class LogFirstArtifact(WriteOnDisk):
    """Log the first model checkpoint of a run; another run of the store and process has one.

    MLflow reads the run, and makes a folder for its artifacts.
    """

    version = workload.VERSION
    operation = operations.LogFirstArtifact

    @shown(f"Log the first artifact of {SIZE} to a run")
    def time_log_artifact(self, tracker: str) -> None:
        self.run()
