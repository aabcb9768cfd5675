"""The interface through which every tracking system is measured."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

COMPLETED = "completed"


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


class Tracker(ABC):
    """A system that records experiments, through the calls that its own quick start shows."""

    durability: str
    """What is on the disk when a logging call has returned."""

    def prepare(self, directory: Path) -> None:  # noqa: B027
        """Put into an empty directory what a user makes once and not per run; never timed."""

    def stage_artifact(self, directory: Path, name: str, data: bytes) -> Any:
        """Return ``data`` in the form that ``log_artifact`` takes; never timed.

        A system that takes files only gets one, written below ``directory``.
        """
        return data

    @abstractmethod
    def open(self, directory: Path) -> None:
        """Open the store in an existing directory, or create it there."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store, so that opening it again reads what is on the disk."""

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

    @abstractmethod
    def query_runs(self, experiment: str) -> dict[str, dict[str, str]]:
        """Return the parameters of each of the experiment's runs by id."""

    @abstractmethod
    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        """Read back a run with all its parameters and the metrics and artifacts named."""


def require(module: str) -> ModuleType:
    """Import the package of a system, or say why its tracker cannot run here."""
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        raise NotImplementedError(f"{module} cannot be imported: {error}") from error
