"""MLflow with a tracking server on loopback, which keeps its runs in a PostgreSQL database."""

import os
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ..system.processes import can_run
from ..system.servers import Server, free_port
from .mlflow_server import MlflowServer

DEBIAN = Path("/usr/lib/postgresql")
# PostgreSQL refuses to run as root: there it runs as nobody in particular.
NOT_AS_ROOT = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class MlflowPostgres(MlflowServer):
    """The same server with a private PostgreSQL cluster in the store's directory."""

    display_name = "MLflow server with PostgreSQL"
    durability = "PostgreSQL syncs its write-ahead log in each commit; artifacts are not synced"

    def __init__(self) -> None:
        super().__init__()
        if find_spec("psycopg2") is None:
            raise NotImplementedError("PostgreSQL is left out: psycopg2-binary is not installed")
        self._programs = _programs()
        self._as_user = _as_user()

    def _start_backend(self, directory: Path) -> str:
        cluster, port = directory / "postgres", str(free_port())
        cluster.mkdir()
        options = ["--username=mlflow", "--auth=trust", "--no-instructions"]
        self._run("initdb", "-D", str(cluster), *options)
        # Its socket lies in the cluster too, which may be too deep for the name of a socket.
        only_loopback = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        command = [*self._as_user, str(self._programs / "postgres"), "-D", str(cluster)]
        log = directory / "postgres.log"
        server = Server([*command, "-p", port, *only_loopback], log)
        self._servers.append(server)
        client = ["-h", "127.0.0.1", "-p", port, "-U", "mlflow"]
        server.wait_for(lambda: can_run([str(self._programs / "pg_isready"), *client]))
        self._run("createdb", *client, "mlflow")
        return f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/mlflow"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@cache
def _programs() -> Path:
    """Return the folder of PostgreSQL's programs; Debian has them beside the PATH."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name))[::-1]
    for folder in found:
        if all((folder / name).exists() for name in ("initdb", "postgres", "pg_isready")):
            return folder
    raise NotImplementedError("PostgreSQL is left out: initdb is not installed (postgresql)")


@cache
def _as_user() -> list[str]:
    """Return what to put before a command of PostgreSQL."""
    if os.geteuid():
        return []
    if not can_run([*NOT_AS_ROOT, "true"]):
        raise NotImplementedError("PostgreSQL is left out: it does not run as root")
    return NOT_AS_ROOT
