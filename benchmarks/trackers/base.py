"""The interface through which every tracking system is measured."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any

COMPLETED = "completed"
Point = tuple[str, float, int]  # name, value, step


@dataclass
class LoggedRun:
    """A run as it is read back: what was written must be equal to it.

    ``parameters`` are text, since all systems store them so; ``metrics`` are lists of
    (step, value) by name, in order of step; ``artifacts`` are bytes by name.
    """

    status: str = COMPLETED
    parameters: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)


class NotOffered(Exception):  # noqa: N818, it is an answer and not an error
    """The installed release has no public call for this."""


class Kind(Enum):
    """What a tracker is, since not every benchmark is for all."""

    SUBJECT = "subject"  # the tracker under test
    BASELINE = "baseline"  # what somebody would install instead of it
    LIBRARY = "library"  # what lies below a system
    VARIANT = "variant"  # the subject with another of its settings
    PLUGIN = "plugin"  # a store that plugs into another system
    SERVER = "server"  # has to be started
    FLOOR = "floor"  # a plain file: it stores runs and cannot look for them


class Tracker(ABC):
    """A system that records experiments, through the calls that its own quick start shows."""

    kind: Kind
    display_name: str
    package = ""
    """The distribution that brings the tracker; empty if it comes with this suite."""
    optional_imports: tuple[str, ...] = ()
    """What the package imports where it is installed, and who chooses it need not have."""
    durability: str
    """What is on the disk when a logging call has returned."""
    configuration = ""
    """The code without which the quick start would log to another kind of store."""
    quick_start = ""
    """The least code that logs a metric to a new store in the working directory."""

    @property
    def version(self) -> str:
        """The installed version of the package; empty if there is no package."""
        from importlib import metadata  # not before the clock of what starts up

        return metadata.version(self.package) if self.package else ""

    def prepare(self, directory: Path) -> None:  # noqa: B027
        """Put into an empty directory what a user makes once and not per run; never timed."""

    def stop(self) -> None:  # noqa: B027
        """End what ``prepare`` started and runs on."""

    def stage_artifact(self, directory: Path, name: str, data: bytes) -> Any:
        """Return ``data`` in the form that ``log_artifact`` takes; never timed.

        A system that takes files only gets one, written to ``directory``, which is made for it.
        """
        return data

    @abstractmethod
    def open(self, directory: Path) -> None:
        """Open the store in an existing directory, or create it there."""

    def close(self) -> None:  # noqa: B027
        """Let go of the store, so that opening it again reads what is on the disk."""

    def set_experiment(self, experiment: str) -> None:  # noqa: B027
        """Choose an experiment that exists, which reads what the store reads at its opening."""

    @abstractmethod
    def start_run(self, experiment: str, tags: list[str]) -> str:
        """Start a run and return its id; one run at a time is active."""

    @abstractmethod
    def log_param(self, run_id: str, name: str, value: Any) -> None: ...

    @abstractmethod
    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None: ...

    @abstractmethod
    def log_artifact(self, run_id: str, name: str, data: Any) -> None:
        """Log an artifact; ``data`` comes from ``stage_artifact``."""

    @abstractmethod
    def end_run(self, run_id: str, status: str) -> None: ...

    @abstractmethod
    def list_runs(self, experiment: str) -> list[str]:
        """Return the ids of the experiment's runs, in any order."""

    def query_runs(self, experiment: str) -> dict[str, dict[str, str]]:
        """Return the parameters of each of the experiment's runs by id."""
        runs = self.list_runs(experiment)
        return {run_id: self.read_run(experiment, run_id, [], []).parameters for run_id in runs}

    def read_metric(self, experiment: str, run_id: str, name: str) -> list[tuple[int, float]]:
        """Read back the (step, value) points of a metric, in order of step."""
        return self.read_run(experiment, run_id, [name], []).metrics[name]

    @abstractmethod
    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        """Read back a run with all its parameters and the metrics and artifacts named."""

    # What not every system offers.

    def log_params(self, run_id: str, parameters: Mapping[str, Any]) -> None:
        """Log many parameters with the documented call that takes the most of them."""
        for name, value in parameters.items():
            self.log_param(run_id, name, value)

    def log_step(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        """Log the values of a step, by name, with one call."""
        raise NotOffered

    def log_batch(self, run_id: str, points: Iterable[Point]) -> None:
        """Log many metric points with the documented call that takes the most of them."""
        raise NotOffered

    def log_in_background(self, run_id: str, points: Iterable[Point]) -> None:
        """Log many metric points without waiting for each, and for all of them at the end."""
        raise NotOffered

    def filter_by_parameter(self, experiment: str, name: str, value: str) -> list[str]:
        """Return the ids of the runs whose parameter has this value."""
        raise NotOffered

    def filter_by_metric(self, experiment: str, name: str, bound: float) -> list[str]:
        """Return the ids of the runs whose last value of this metric is below the bound."""
        raise NotOffered

    def sort_by_metric(self, experiment: str, name: str) -> list[str]:
        """Return the ids of all runs, that with the lowest last value of this metric first."""
        raise NotOffered

    def delete_run(self, experiment: str, run_id: str) -> None:
        raise NotOffered

    def export(self, file: Path) -> None:
        """Write all that the open store holds to one file."""
        raise NotOffered

    def import_(self, file: Path) -> None:
        """Take an exported file into the open store."""
        raise NotOffered

    def register_model(self, name: str, data: bytes, staging: Path) -> bytes:
        """Register a first version of a model; return it as the registry gives it back."""
        raise NotOffered

    def serve(self, port: int) -> list[str]:
        """Return the command that serves a web page of the open store."""
        raise NotOffered

    def log_over_http(self, url: str, experiment: str, name: str, value: float) -> None:
        """Log a run with one metric to the server at this address."""
        raise NotOffered


def by_step(points: Iterable[Point]) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield the steps in a row with their values by name, as ``log_metrics`` calls take them."""
    for step, group in groupby(points, key=itemgetter(2)):
        yield step, {name: value for name, value, _ in group}


def offered(owner: Any, name: str) -> Any:
    """Return a public call of a system, or say that this release does not have it."""
    try:
        return getattr(owner, name)
    except AttributeError:
        raise NotOffered from None


def require(module: str) -> ModuleType:
    """Import the package of a system, or say that its tracker cannot run here.

    What is installed and cannot be imported is an error, since that is the release's fault.
    """
    try:
        found = find_spec(module)
    except ModuleNotFoundError:  # a package around it is missing
        found = None
    if found is None:
        raise NotImplementedError(f"{module} is not installed")
    return import_module(module)
