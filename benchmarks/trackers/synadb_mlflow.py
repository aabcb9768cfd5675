"""SynaDB below MLflow: its tracking store, as its documentation registers it."""

from pathlib import Path

from .base import Kind, require
from .mlflow_fluent import MlflowFluent


class SynaDBMlflow(MlflowFluent):
    """``synadb.integrations.mlflow``, which came with 1.0.0.

    It cannot run with a release whose store does not work with this MLflow.
    """

    kind = Kind.PLUGIN
    display_name = "SynaDB below MLflow"
    package = "synadb"
    durability = "each call returns after fdatasync"

    def __init__(self) -> None:
        super().__init__()
        integration = require("synadb.integrations.mlflow")
        try:
            integration.register_syna_tracking_store()
        except Exception as error:
            first = str(error).partition("\n")[0]
            raise NotImplementedError(
                f"SynaDB's store does not work with this MLflow: {type(error).__name__}: {first}"
            ) from error

    def tracking_uri(self, directory: Path) -> str:
        return f"synadb:///{directory / 'experiments.db'}"
