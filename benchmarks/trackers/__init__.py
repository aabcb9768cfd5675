"""The tracking systems that are measured, one file each."""

import os
import sys
from importlib import import_module

from .base import Kind, LoggedRun, Tracker

# Adding a system is adding its file and a line here: its name, and where its class is.
TRACKERS = {
    "synadb": "synadb:SynaDB",
    "synadb-unsynced": "synadb_unsynced:SynaDBUnsynced",
    "synadb-native": "synadb_native:SynaDBNative",
    "synadb-mlflow": "synadb_mlflow:SynaDBMlflow",
    "mlflow-file": "mlflow_file:MlflowFile",
    "mlflow-sqlite": "mlflow_sqlite:MlflowSqlite",
    "mlflow-server": "mlflow_server:MlflowServer",
    "mlflow-server-1": "mlflow_server_1:MlflowServer1",
    "mlflow-postgres": "mlflow_postgres:MlflowPostgres",
    "floor": "floor:Floor",
}


def _chosen() -> list[str]:
    names = os.environ.get("TRACKERS", ",".join(TRACKERS)).split(",")
    if unknown := [name for name in names if name not in TRACKERS]:
        known = ", ".join(TRACKERS)
        sys.exit(f"TRACKERS has {unknown[0] or 'an empty name'}: name some of {known}")
    return names


# Those that are measured: all, or what ``TRACKERS`` names in the environment.
CHOSEN = _chosen()


def load(name: str) -> type[Tracker]:
    """Return a tracker's class; this does not import its system."""
    module, _, cls = TRACKERS[name].partition(":")
    return getattr(import_module(f".{module}", __name__), cls)


def create(name: str) -> Tracker:
    """Return a tracker that is not open yet; its system is imported here and not before.

    Raises
    ------
    NotImplementedError
        The system cannot run here, or is not to be measured. asv skips a benchmark whose setup
        raises this, and shows why.
    """
    if name not in CHOSEN:
        raise NotImplementedError("TRACKERS leaves it out")
    return load(name)()


__all__ = ["TRACKERS", "Kind", "LoggedRun", "Tracker", "create", "load"]
