"""MLflow with its file store, the default until MLflow 3.7 and still common."""

import os
from pathlib import Path

from .base import Kind
from .mlflow_fluent import MlflowFluent

# Without this opt-in, current MLflow refuses to open a file store.
os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


class MlflowFile(MlflowFluent):
    """One small file per parameter and metric, in folders."""

    kind = Kind.BASELINE
    display_name = "MLflow files"
    durability = "nothing is synced: the kernel writes when it likes"
    configuration = """
        import os

        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        os.environ["MLFLOW_TRACKING_URI"] = "mlruns"
    """

    def tracking_uri(self, directory: Path) -> str:
        return (directory / "mlruns").as_uri()
