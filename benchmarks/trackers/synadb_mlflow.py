"""SynaDB below MLflow: its tracking store, as its documentation registers it."""

from pathlib import Path

from .base import require
from .mlflow_fluent import MlflowFluent


class SynaDBMlflow(MlflowFluent):
    """``synadb.integrations.mlflow``, which came with 1.0.0.

    Opening it raises RuntimeError with the first line of what went wrong in a release whose store
    does not work with this MLflow.
    """

    durability = "each call returns after fdatasync"

    def __init__(self) -> None:
        super().__init__()
        self._integration = require("synadb.integrations.mlflow")

    def tracking_uri(self, directory: Path) -> str:
        return f"synadb:///{directory / 'experiments.db'}"

    def open(self, directory: Path) -> None:
        try:
            self._integration.register_syna_tracking_store()
            super().open(directory)
        except Exception as error:
            first = str(error).partition("\n")[0]
            raise RuntimeError(f"{type(error).__name__}: {first}") from error
