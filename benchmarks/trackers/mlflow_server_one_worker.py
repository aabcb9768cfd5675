"""MLflow with a tracking server of one worker, which keeps its runs in a SQLite database."""

from .mlflow_server import MlflowServer


class MlflowServerOneWorker(MlflowServer):
    """The same server with one process for the requests instead of four.

    One worker lets asyncio make the socket, with TCP_NODELAY on each connection. Several share one
    that uvicorn binds, without: an answer then waits for the client's delayed acknowledgement.
    """

    display_name = "MLflow server, one worker"
    options = ("--workers", "1")
