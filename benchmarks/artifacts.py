"""Logging artifacts."""

from pathlib import Path

from . import workload
from .on_disk import InRun
from .trackers import LoggedRun


class LogArtifact(InRun):
    """Log a model checkpoint of 1 MiB.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    version = workload.VERSION

    def setup(self, tracker: str) -> None:
        super().setup(tracker)
        self.artifact = workload.load().artifact
        self.staged = self.tracker.stage_artifact(
            Path(self.scratch.name), workload.ARTIFACT_NAME, self.artifact
        )

    def time_log_artifact(self, tracker: str) -> None:
        self.tracker.log_artifact(self.run_id, workload.ARTIFACT_NAME, self.staged)

    def logged(self) -> LoggedRun:
        return LoggedRun(artifacts={workload.ARTIFACT_NAME: self.artifact})
