"""MLflow with a SQLite database, its default today."""

import os
import shutil
import tempfile
from pathlib import Path

from ..scratch import CACHE
from .mlflow_fluent import MlflowFluent

DATABASE = "mlflow.db"


class MlflowSqlite(MlflowFluent):
    """Parameters and metrics in SQLite, artifacts as files beside it."""

    durability = "SQLite syncs its journal and database in each commit; artifacts are not synced"

    def tracking_uri(self, directory: Path) -> str:
        return f"sqlite:///{directory / DATABASE}"

    def prepare(self, directory: Path) -> None:
        """Copy a database with an empty schema: MLflow takes over a second to create one."""
        template = CACHE / f"mlflow-{self.version}.db"
        if not template.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=CACHE) as aside:
                self.open(Path(aside))
                self._client.search_experiments()
                self.close()
                os.replace(Path(aside, DATABASE), template)
        shutil.copyfile(template, directory / DATABASE)

    def create_experiment(self, name: str) -> None:
        # MLflow's default is ./mlruns, wherever the process happens to be.
        location = (self._directory / "artifacts").as_uri()
        self._mlflow.create_experiment(name, artifact_location=location)

    def close(self) -> None:
        # MLflow keeps a pool of connections per database for ever; there is no public call.
        store = self._client._tracking_client.store
        super().close()
        store._dispose_engine()
