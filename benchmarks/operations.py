"""The tracking operations: what comes before the clock, what it sees, and what is read back.

An operation is done in turns, so that two trackers can alternate within a run.
"""

from abc import ABC, abstractmethod
from pathlib import Path

from . import workload
from .filled import Filled
from .read_back import log_metrics, log_parameters, metrics_of, parameters_of, verify
from .trackers import LoggedRun, Tracker
from .trackers.base import COMPLETED
from .workload import Run

BLOCK = 5  # parameters or metric points in a turn; five points are an epoch


class Operation(ABC):
    """One operation on an open store; only ``turn`` is timed."""

    TURNS: int
    """How many turns there can be between ``before`` and ``after``."""
    VALUES = 1
    """How many parameters, metric points, artifacts or runs a turn logs."""
    TURNS_PER_STORE = 40
    """How many turns a store is used for, before it has grown so much that they take longer."""

    def before(self) -> None:  # noqa: B027
        """Come before the first turn."""

    @abstractmethod
    def turn(self, number: int) -> None:
        """Do one turn's share of the work; turns count from 0."""

    def after(self, turns: int) -> None:  # noqa: B027
        """Come after the last of ``turns`` turns."""

    @abstractmethod
    def verify(self, directory: Path) -> None:
        """Compare what is in the store, or what was found there, with what was logged.

        The store has been closed. Raises AssertionError, which says what is missing or changed.
        """


class Write(Operation):
    """An operation that adds to a store; ``logged`` is what must be in it then, by run id."""

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        self.tracker = tracker
        self.logged: dict[str, LoggedRun] = {}

    def verify(self, directory: Path) -> None:
        verify(self.tracker, directory, self.logged)


class WriteInRun(Write):
    """The same, in a run that is started before the clock and ended after it."""

    def before(self) -> None:
        self.run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])

    def after(self, turns: int) -> None:
        self.tracker.end_run(self.run_id, COMPLETED)
        self.logged[self.run_id] = self.expected(turns)

    @abstractmethod
    def expected(self, turns: int) -> LoggedRun:
        """Return the run as it must be read back after so many turns."""


class LogParameters(WriteInRun):
    """Log the 20 parameters of a run, one call each, five in a turn."""

    TURNS = workload.PARAMETERS // BLOCK
    VALUES = BLOCK

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.parameters = list(workload.load().runs[0].parameters.items())
        self.blocks = [
            Run(dict(self.parameters[turn * BLOCK :][:BLOCK]), []) for turn in range(self.TURNS)
        ]

    def turn(self, number: int) -> None:
        log_parameters(self.tracker, self.run_id, self.blocks[number])

    def expected(self, turns: int) -> LoggedRun:
        return LoggedRun(parameters=parameters_of(Run(dict(self.parameters[: turns * BLOCK]), [])))


class LogMetrics(WriteInRun):
    """Log the 500 metric points of a run, one call each, an epoch of five in a turn."""

    TURNS = workload.EPOCHS
    VALUES = BLOCK

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.points = workload.load().runs[0].metrics
        self.blocks = [Run({}, self.points[turn * BLOCK :][:BLOCK]) for turn in range(self.TURNS)]

    def turn(self, number: int) -> None:
        log_metrics(self.tracker, self.run_id, self.blocks[number])

    def expected(self, turns: int) -> LoggedRun:
        return LoggedRun(metrics=metrics_of(Run({}, self.points[: turns * BLOCK])))


class LogArtifact(WriteInRun):
    """Log a model checkpoint of 1 MiB, another one in each turn.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    TURNS = 4
    TURNS_PER_STORE = 24  # so that two stores fit into the 64 MB that containers have in memory

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.artifact = workload.load().artifact
        self.staged = {
            name: tracker.stage_artifact(staging, name, self.artifact)
            for name in (f"model_checkpoint_{turn}.bin" for turn in range(self.TURNS))
        }

    def turn(self, number: int) -> None:
        name = f"model_checkpoint_{number}.bin"
        self.tracker.log_artifact(self.run_id, name, self.staged[name])

    def expected(self, turns: int) -> LoggedRun:
        return LoggedRun(artifacts=dict.fromkeys(list(self.staged)[:turns], self.artifact))


class StartAndEndRun(Write):
    """Start a run with one tag and end it, in an experiment that exists."""

    TURNS = 20

    def turn(self, number: int) -> None:
        run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])
        self.tracker.end_run(run_id, COMPLETED)
        self.logged[run_id] = LoggedRun()


class Read(Operation):
    """An operation on a store of ten runs that leaves it as it was."""

    TURNS = TURNS_PER_STORE = 24

    def __init__(self, tracker: Tracker, store: Filled) -> None:
        self.tracker = tracker
        self.store = store


class ListRuns(Read):
    """List the runs of an experiment, each system with the call that it offers.

    Not equal work: SynaDB returns ids, MLflow whole runs. ``QueryRuns`` is the fair comparison.
    """

    def turn(self, number: int) -> None:
        self.found = self.tracker.list_runs(workload.EXPERIMENT)

    def verify(self, directory: Path) -> None:
        _compare(self.tracker, set(self.found), set(self.store.logged))


class QueryRuns(Read):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    def turn(self, number: int) -> None:
        self.found = self.tracker.query_runs(workload.EXPERIMENT)

    def verify(self, directory: Path) -> None:
        logged = {run_id: run.parameters for run_id, run in self.store.logged.items()}
        _compare(self.tracker, self.found, logged)


def _compare(tracker: Tracker, found: object, logged: object) -> None:
    if found != logged:
        raise AssertionError(f"{type(tracker).__name__} found other runs than were logged")


WRITES: dict[str, type[Write]] = {
    "log parameters": LogParameters,
    "log metrics": LogMetrics,
    "log artifact": LogArtifact,
    "start and end a run": StartAndEndRun,
}
READS: dict[str, type[Read]] = {"list runs": ListRuns, "query runs": QueryRuns}
OPERATIONS: dict[str, type[Operation]] = {**WRITES, **READS}
