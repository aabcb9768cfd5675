"""MLflow with a tracking server on loopback, which keeps its runs in a SQLite database."""

import sys
from functools import partial
from pathlib import Path

from ..system.servers import Server, free_port, page
from .base import Kind
from .mlflow_fluent import MlflowFluent
from .mlflow_sqlite import MlflowSqlite

ADDRESS = "address"


class MlflowServer(MlflowFluent):
    """``mlflow server`` as it comes, with four workers, but for its jobs; the client talks HTTP.

    A store has a server of its own. It starts when the store is prepared and ends with the process
    that did so, or with ``stop``. Other processes may open the store meanwhile.
    """

    kind = Kind.SERVER
    display_name = "MLflow server"
    durability = "the server's SQLite syncs in each commit; artifacts are not synced"
    options: list[str] = []
    """What it is started with beside its store and address."""

    def __init__(self) -> None:
        super().__init__()
        self._servers: list[Server] = []

    def prepare(self, directory: Path) -> None:
        """Start the server of this store and wait until it answers."""
        address = f"http://127.0.0.1:{free_port()}"
        store = ["--backend-store-uri", self._start_backend(directory)]
        artifacts = ["--artifacts-destination", (directory / "artifacts").as_uri()]
        host, port = address.removeprefix("http://").split(":")
        command = [sys.executable, "-m", "mlflow", "server", "--host", host, "--port", port]
        server = Server([*command, *store, *artifacts, *self.options], directory / "server.log")
        self._servers.append(server)
        server.wait_for(partial(page, f"{address}/health"))
        (directory / ADDRESS).write_text(address)

    def _start_backend(self, directory: Path) -> str:
        """Return the address of the database that the server is to use."""
        sqlite = MlflowSqlite()
        sqlite.prepare(directory)
        return sqlite.tracking_uri(directory)

    def stop(self) -> None:
        while self._servers:
            self._servers.pop().stop()

    def tracking_uri(self, directory: Path) -> str:
        return (directory / ADDRESS).read_text()
