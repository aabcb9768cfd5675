"""MLflow with the same tracking server, which has one worker instead of four."""

from .mlflow_server import MlflowServer


class MlflowServer1(MlflowServer):
    """``mlflow server --workers 1``: its connections have TCP_NODELAY, and do not stall."""

    display_name = "MLflow server, one worker"
    options = ["--workers", "1"]
