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

    def read_files(
        self, directory: Path, experiment: str, run_id: str, name: str
    ) -> list[tuple[int, float]]:
        files = directory.glob(f"mlruns/*/{run_id}/metrics/{name}")
        fields = [line.split() for file in files for line in file.read_text().splitlines()]
        return [(int(line[2]), float(line[1])) for line in fields if len(line) == 3]
