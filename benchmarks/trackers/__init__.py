"""The tracking systems that are measured, one file each."""

from importlib import import_module

from .base import Kind, LoggedRun, Tracker

# Adding a system is adding its file and a line here: its name, and where its class is.
TRACKERS = {
    "synadb": "synadb:SynaDB",
    "synadb-native": "synadb_native:SynaDBNative",
    "synadb-mlflow": "synadb_mlflow:SynaDBMlflow",
    "mlflow-file": "mlflow_file:MlflowFile",
    "mlflow-sqlite": "mlflow_sqlite:MlflowSqlite",
    "mlflow-server": "mlflow_server:MlflowServer",
    "mlflow-postgres": "mlflow_postgres:MlflowPostgres",
    "floor": "floor:Floor",
}


def load(name: str) -> type[Tracker]:
    """Return a tracker's class; this does not import its system."""
    module, _, cls = TRACKERS[name].partition(":")
    return getattr(import_module(f".{module}", __name__), cls)


def create(name: str) -> Tracker:
    """Return a tracker that is not open yet; its system is imported here and not before.

    Raises
    ------
    NotImplementedError
        The system cannot run here. asv skips a benchmark whose setup raises this, and shows why.
    """
    return load(name)()


__all__ = ["TRACKERS", "Kind", "LoggedRun", "Tracker", "create", "load"]
