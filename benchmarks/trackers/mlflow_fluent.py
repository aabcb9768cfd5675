"""What MLflow's baselines share: the fluent API, as MLflow's quick start shows it."""

import logging
import os
import sys
import tempfile
import time
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .base import LoggedRun, Point, Tracker, by_step, require

# Read when MLflow is imported: measure tracking, and send nothing to anybody.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# A server would start ten processes that wait for jobs, which have nothing to do with tracking.
os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
# A server's runs would be announced with their addresses.
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

ARTIFACT_PATH = "checkpoints"
MOST_IN_A_BATCH = 1000  # what log_batch takes
MOST_RUNS = 50_000  # what search_runs returns at most; unasked it stops at 1,000
STATUS = {"running": "RUNNING", "completed": "FINISHED", "failed": "FAILED", "killed": "KILLED"}


class MlflowFluent(Tracker):
    """MLflow with a store in a directory; a subclass says which one."""

    package = "mlflow"
    quick_start = """
        import mlflow

        mlflow.set_experiment("benchmark")
        with mlflow.start_run():
            mlflow.log_metric("accuracy", 0.95)
    """

    def __init__(self) -> None:
        self._mlflow = require("mlflow")
        # It announces every new experiment and table; printing is not tracking.
        logging.getLogger("mlflow").setLevel(logging.ERROR)

    @abstractmethod
    def tracking_uri(self, directory: Path) -> str: ...

    def create_experiment(self, name: str) -> None:
        """Create an experiment where MLflow's default would put its artifacts elsewhere."""

    def stage_artifact(self, directory: Path, name: str, data: bytes) -> Path:
        path = directory / name
        path.write_bytes(data)
        return path

    def open(self, directory: Path) -> None:
        self._directory = directory
        self._experiment: str | None = None
        self._mlflow.set_tracking_uri(self.tracking_uri(directory))
        self._client = self._mlflow.MlflowClient()

    def close(self) -> None:
        # After a failure a run may be active, which the whole process would share.
        self._mlflow.end_run()
        self._mlflow.set_tracking_uri(None)

    def set_experiment(self, experiment: str) -> None:
        self._mlflow.set_experiment(experiment)
        self._experiment = experiment

    def start_run(self, experiment: str, tags: list[str]) -> str:
        if experiment != self._experiment:
            if self._client.get_experiment_by_name(experiment) is None:
                self.create_experiment(experiment)
            self.set_experiment(experiment)
        return self._mlflow.start_run(tags=dict.fromkeys(tags, "")).info.run_id

    def log_param(self, run_id: str, name: str, value: Any) -> None:
        self._mlflow.log_param(name, value)

    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        self._mlflow.log_metric(name, value, step=step)

    def log_artifact(self, run_id: str, name: str, data: Path) -> None:
        self._mlflow.log_artifact(str(data), ARTIFACT_PATH)

    def end_run(self, run_id: str, status: str) -> None:
        self._mlflow.end_run(STATUS[status])

    def list_runs(self, experiment: str) -> list[str]:
        return [run.info.run_id for run in self._search(experiment)]

    def query_runs(self, experiment: str) -> dict[str, dict[str, str]]:
        return {run.info.run_id: run.data.params for run in self._search(experiment)}

    def _search(self, experiment: str, **conditions: Any) -> list[Any]:
        experiment_id = self._client.get_experiment_by_name(experiment).experiment_id
        return self._client.search_runs(experiment_id, max_results=MOST_RUNS, **conditions)

    def read_metric(self, experiment: str, run_id: str, name: str) -> list[tuple[int, float]]:
        points = self._client.get_metric_history(run_id, name)
        return sorted((point.step, point.value) for point in points)

    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        run = self._client.get_run(run_id)
        status = {theirs: ours for ours, theirs in STATUS.items()}[run.info.status]
        return LoggedRun(
            status,
            run.data.params,
            {name: self.read_metric(experiment, run_id, name) for name in metrics},
            {name: self._artifact(run_id, name) for name in artifacts},
        )

    def _artifact(self, run_id: str, name: str) -> bytes:
        return self._download(run_id=run_id, artifact_path=f"{ARTIFACT_PATH}/{name}")

    def log_params(self, run_id: str, parameters: Mapping[str, Any]) -> None:
        self._mlflow.log_params(parameters)

    def log_step(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        self._mlflow.log_metrics(dict(values), step=step)

    def log_batch(self, run_id: str, points: Iterable[Point]) -> None:
        metric, now = self._mlflow.entities.Metric, time.time_ns() // 10**6
        metrics = [metric(name, value, now, step) for name, value, step in points]
        for start in range(0, len(metrics), MOST_IN_A_BATCH):
            self._client.log_batch(run_id, metrics[start : start + MOST_IN_A_BATCH])

    def log_in_background(self, run_id: str, points: Iterable[Point]) -> None:
        for step, values in by_step(points):
            self._mlflow.log_metrics(values, step=step, synchronous=False)
        self._mlflow.flush_async_logging()

    def filter_by_parameter(self, experiment: str, name: str, value: str) -> list[str]:
        return self._find(experiment, filter_string=f"params.{name} = '{value}'")

    def filter_by_metric(self, experiment: str, name: str, bound: float) -> list[str]:
        return self._find(experiment, filter_string=f"metrics.{name} < {bound}")

    def sort_by_metric(self, experiment: str, name: str) -> list[str]:
        return self._find(experiment, order_by=[f"metrics.{name} ASC"])

    def _find(self, experiment: str, **conditions: Any) -> list[str]:
        return [run.info.run_id for run in self._search(experiment, **conditions)]

    def delete_run(self, experiment: str, run_id: str) -> None:
        self._client.delete_run(run_id)

    def register_model(self, name: str, data: bytes, staging: Path) -> bytes:
        (staging / "model.bin").write_bytes(data)
        self._client.create_registered_model(name)
        version = self._client.create_model_version(name, (staging / "model.bin").as_uri())
        uri = self._client.get_model_version_download_uri(name, version.version)
        return self._download(uri)

    def _download(self, *what: str, **named: str) -> bytes:
        """Return an artifact's bytes; MLflow itself would leave them in the temporary folder."""
        with tempfile.TemporaryDirectory() as aside:
            download = self._mlflow.artifacts.download_artifacts
            return Path(download(*what, dst_path=aside, **named)).read_bytes()

    def serve(self, port: int) -> list[str]:
        store = ["--backend-store-uri", self.tracking_uri(self._directory)]
        server = [sys.executable, "-m", "mlflow", "server", "--workers", "1"]  # to start sooner
        return [*server, *store, "--port", str(port)]

    def log_over_http(self, url: str, experiment: str, name: str, value: float) -> None:
        client = self._mlflow.MlflowClient(url)
        run_id = client.create_run(client.create_experiment(experiment)).info.run_id
        client.log_metric(run_id, name, value)
        client.set_terminated(run_id)
