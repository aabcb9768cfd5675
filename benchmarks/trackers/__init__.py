"""The tracking systems that are measured, one file each."""

from importlib import import_module
from typing import NamedTuple

from .base import LoggedRun, Tracker

# What a tracker is, since not every benchmark is for all.
SYSTEM = "what somebody installs and logs with"
LIBRARY = "the library below a system"
SERVER = "a server that has to be started"
PLUGIN = "a store that plugs into another system"
FLOOR = "a plain file: it stores runs and cannot look for them"


class Entry(NamedTuple):
    """Where a tracker's class is, and what it is."""

    module: str
    cls: str
    kind: str


# Adding a system is adding its file and a line here.
TRACKERS = {
    "synadb": Entry("synadb", "SynaDB", SYSTEM),
    "synadb-native": Entry("synadb_native", "SynaDBNative", LIBRARY),
    "synadb-mlflow": Entry("synadb_mlflow", "SynaDBMlflow", PLUGIN),
    "mlflow-file": Entry("mlflow_file", "MlflowFile", SYSTEM),
    "mlflow-sqlite": Entry("mlflow_sqlite", "MlflowSqlite", SYSTEM),
    "mlflow-server": Entry("mlflow_server", "MlflowServer", SERVER),
    "mlflow-postgres": Entry("mlflow_postgres", "MlflowPostgres", SERVER),
    "floor": Entry("floor", "Floor", FLOOR),
}


def _that_are(*kinds: str) -> list[str]:
    return [name for name, entry in TRACKERS.items() if entry.kind in kinds]


SUBJECT = "synadb"
SYSTEMS = _that_are(SYSTEM)
BASELINES = [name for name in SYSTEMS if name != SUBJECT]
READERS = _that_are(SYSTEM, LIBRARY)
WRITERS = _that_are(SYSTEM, LIBRARY, FLOOR)
SERVERS = _that_are(SERVER)
PLUGINS = _that_are(PLUGIN)


def load(name: str) -> type[Tracker]:
    """Return a tracker's class; this does not import its system."""
    entry = TRACKERS[name]
    return getattr(import_module(f".{entry.module}", __name__), entry.cls)


def create(name: str) -> Tracker:
    """Return a tracker that is not open yet; its system is imported here and not before.

    Raises
    ------
    NotImplementedError
        The system cannot run here. asv skips a benchmark whose setup raises this, and shows why.
    """
    return load(name)()


__all__ = [
    "BASELINES",
    "PLUGINS",
    "READERS",
    "SERVERS",
    "SUBJECT",
    "SYSTEMS",
    "TRACKERS",
    "WRITERS",
    "LoggedRun",
    "Tracker",
    "create",
    "load",
]
