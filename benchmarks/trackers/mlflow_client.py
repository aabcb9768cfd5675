"""MLflow's stores through its client, on which the fluent API of its quick start is built.

They are no trackers of the registry: the fluent API is compared with them, and nothing else is.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .base import Tracker
from .mlflow_file import MlflowFile
from .mlflow_fluent import ARTIFACT_PATH, STATUS, MlflowFluent
from .mlflow_sqlite import MlflowSqlite


class _Client(MlflowFluent):
    """The calls of ``MlflowClient``: no run is active, and a run has no tags but its own."""

    log_step_in_background = Tracker.log_step_in_background  # it has one that nobody compares

    def open(self, directory: Path) -> None:
        self._connect(directory)  # the fluent API of this process may have another store

    def set_experiment(self, experiment: str) -> None:
        self._id(experiment)
        self._experiment = experiment

    def start_run(self, experiment: str, tags: list[str]) -> str:
        self._choose(experiment)
        run = self._client.create_run(self._id(experiment), tags=dict.fromkeys(tags, ""))
        return run.info.run_id

    def log_param(self, run_id: str, name: str, value: Any) -> None:
        self._client.log_param(run_id, name, value)

    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        self._client.log_metric(run_id, name, value, step=step)

    def log_artifact(self, run_id: str, name: str, data: Path) -> None:
        self._client.log_artifact(run_id, str(data), ARTIFACT_PATH)

    def end_run(self, run_id: str, status: str) -> None:
        self._client.set_terminated(run_id, STATUS[status])

    def log_params(self, run_id: str, parameters: Mapping[str, Any]) -> None:
        param = self._mlflow.entities.Param
        params = [param(name, str(value)) for name, value in parameters.items()]
        self._client.log_batch(run_id, params=params)

    def log_step(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        self.log_batch(run_id, ((name, value, step) for name, value in values.items()))


class MlflowFileClient(_Client, MlflowFile):
    """The client with one small file per parameter and metric."""

    display_name = "MLflow files, by the client"

    def create_experiment(self, name: str) -> None:
        self._client.create_experiment(name)


class MlflowSqliteClient(_Client, MlflowSqlite):
    """The client with a SQLite database."""

    display_name = "MLflow SQLite, by the client"


CLIENTS: dict[str, type[MlflowFluent]] = {
    "mlflow-file": MlflowFileClient,
    "mlflow-sqlite": MlflowSqliteClient,
}
