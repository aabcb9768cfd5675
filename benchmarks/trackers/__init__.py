"""The tracking systems that are measured, one file each."""

from importlib import import_module

from .base import LoggedRun, Tracker

# Adding a system is adding its file and a line here: name, module and class.
TRACKERS = {
    "synadb": ("synadb", "SynaDB"),
    "mlflow-file": ("mlflow_file", "MlflowFile"),
    "mlflow-sqlite": ("mlflow_sqlite", "MlflowSqlite"),
    "floor": ("floor", "Floor"),
}
WRITERS = list(TRACKERS)
SUBJECT = "synadb"
BASELINES = [name for name in TRACKERS if name.startswith("mlflow")]
# The floor is a plain file: it stores runs and cannot look for them.
READERS = [name for name in TRACKERS if name != "floor"]


def load(name: str) -> type[Tracker]:
    """Return a tracker's class; this does not import its system."""
    module, cls = TRACKERS[name]
    return getattr(import_module(f".{module}", __name__), cls)


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
    "READERS",
    "SUBJECT",
    "TRACKERS",
    "WRITERS",
    "LoggedRun",
    "Tracker",
    "create",
    "load",
]
