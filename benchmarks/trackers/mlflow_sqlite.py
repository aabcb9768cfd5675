"""MLflow with a SQLite database, its default today."""

import shutil
from pathlib import Path

from ..system import directories
from .base import Kind
from .mlflow_fluent import MlflowFluent

DATABASE = "mlflow.db"


class MlflowSqlite(MlflowFluent):
    """Parameters and metrics in SQLite, artifacts as files beside it."""

    kind = Kind.BASELINE
    display_name = "MLflow SQLite"
    durability = "SQLite syncs its journal and database in each commit; artifacts are not synced"

    def tracking_uri(self, directory: Path) -> str:
        return f"sqlite:///{directory / DATABASE}"

    def prepare(self, directory: Path) -> None:
        """Copy a database with an empty schema: MLflow takes over a second to create one."""
        template = directories.kept(f"mlflow-{self.version}-schema", self._create_schema)
        shutil.copyfile(template / DATABASE, directory / DATABASE)

    def _create_schema(self, directory: Path) -> None:
        directory.mkdir()
        self.open(directory)
        self._client.search_experiments()
        self.close()

    def create_experiment(self, name: str) -> None:
        # MLflow's default is ./mlruns, wherever the process happens to be.
        location = (self._directory / "artifacts").as_uri()
        self._client.create_experiment(name, artifact_location=location)

    def close(self) -> None:
        # MLflow keeps a pool of connections per database for ever; there is no public call.
        store = self._client._tracking_client.store
        super().close()
        store._dispose_engine()
