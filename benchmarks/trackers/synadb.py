"""SynaDB through its Python API, the one its own documentation shows for tracking."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from . import studio
from .base import Kind, LoggedRun, Point, Tracker, by_step, offered, require


class SynaDB(Tracker):
    """``synadb.Experiment``: no release exports a tracker class that opens a path."""

    kind = Kind.SUBJECT
    display_name = "SynaDB"
    package = "synadb"
    optional_imports = ("mlflow", "flask")
    durability = "each call returns after fdatasync: parameters once, metrics twice"
    quick_start = """
        from synadb import Experiment

        experiment = Experiment("benchmark")
        with experiment.start_run() as run:
            run.log_metric("accuracy", 0.95)
    """

    def __init__(self) -> None:
        self._synadb = require("synadb")
        _point_to_library(self._synadb)

    def open(self, directory: Path) -> None:
        self._path = str(directory / "experiments.db")
        self._experiments: dict[str, Any] = {}
        self._runs: dict[str, Any] = {}

    def close(self) -> None:
        for experiment in self._experiments.values():
            experiment.close()

    def _experiment(self, name: str) -> Any:
        if name not in self._experiments:
            self._experiments[name] = self._synadb.Experiment(name, self._path)
        return self._experiments[name]

    def set_experiment(self, experiment: str) -> None:
        self._experiment(experiment)

    def start_run(self, experiment: str, tags: list[str]) -> str:
        run = self._experiment(experiment).start_run(tags=tags)
        self._runs[run.id] = run
        return run.id

    def log_param(self, run_id: str, name: str, value: Any) -> None:
        self._runs[run_id].log_param(name, value)

    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        self._runs[run_id].log_metric(name, value, step=step)

    def log_artifact(self, run_id: str, name: str, data: bytes) -> None:
        self._runs[run_id].log_artifact(name, data)

    def end_run(self, run_id: str, status: str) -> None:
        self._runs.pop(run_id).end(status)

    def list_runs(self, experiment: str) -> list[str]:
        return self._experiment(experiment).list_runs()

    def query_runs(self, experiment: str) -> dict[str, dict[str, str]]:
        return {run.id: run.params for run in self._experiment(experiment).query()}

    def read_metric(self, experiment: str, run_id: str, name: str) -> list[tuple[int, float]]:
        return self._experiment(experiment).get_metrics(run_id, name)

    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        store = self._experiment(experiment)
        run = store.get_run(run_id)
        return LoggedRun(
            run.status.value,
            run.params,
            {name: self.read_metric(experiment, run_id, name) for name in metrics},
            {name: store.get_artifact(run_id, name) for name in artifacts},
        )

    def log_step(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        self._runs[run_id].log_metrics(dict(values), step=step)

    def log_batch(self, run_id: str, points: Iterable[Point]) -> None:
        for step, values in by_step(points):
            self._runs[run_id].log_metrics(values, step=step)

    def filter_by_parameter(self, experiment: str, name: str, value: str) -> list[str]:
        return [run.id for run in self._experiment(experiment).query(filter={name: value})]

    def sort_by_metric(self, experiment: str, name: str) -> list[str]:
        return [run.id for run in self._experiment(experiment).query(sort_by=name)]

    def delete_run(self, experiment: str, run_id: str) -> None:
        self._experiment(experiment).delete_run(run_id)

    def export(self, file: Path) -> None:
        with self._synadb.SynaDB(self._path) as database:
            offered(database, "export_pickle")(str(file))

    def import_(self, file: Path) -> None:
        with self._synadb.SynaDB(self._path) as database:
            offered(database, "import_pickle")(str(file))

    def register_model(self, name: str, data: bytes, staging: Path) -> bytes:
        with self._synadb.ModelRegistry(self._path) as registry:
            registry.save(name, data)
            return registry.load(name)

    def serve(self, port: int) -> list[str]:
        offered(self._synadb, "launch_studio")
        return [sys.executable, studio.__file__, self._path, str(port)]


def _point_to_library(synadb: ModuleType) -> None:
    """Help the releases before 1.0.3, which do not look for their library next to themselves."""
    wrapper = synadb.wrapper
    library = Path(wrapper.__file__).with_name("libsynadb.so")
    if not Path(wrapper._find_library()).exists() and library.exists():
        wrapper._find_library = lambda: str(library)
