"""The tracking operations: what comes before the clock, what it sees, and what is read back.

An operation is done in iterations, so that two trackers can alternate within a run.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import workload
from ..trackers import LoggedRun, Tracker, create
from ..trackers.base import COMPLETED
from ..workload import Run
from .sizes import VALUES_PER_ITERATION
from .stores import Store, log_metrics, log_parameters
from .verify import expect, verify


class Operation(ABC):
    """One operation on an open store; only ``run`` is timed."""

    ITERATIONS: int
    """How many iterations there can be between ``setup`` and ``teardown``."""
    VALUES = 1
    """How many parameters, metric points, artifacts or runs an iteration logs."""
    ITERATIONS_PER_STORE = 40
    """How many iterations a store is used for: when it has grown, they take longer."""

    def setup(self) -> None:  # noqa: B027
        """Come before the first iteration."""

    @abstractmethod
    def run(self, iteration: int) -> None:
        """Do one iteration's share of the work; iterations count from 0."""

    def teardown(self, iterations: int) -> None:  # noqa: B027
        """Come after the last of so many iterations."""

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

    def setup(self) -> None:
        self.run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])

    def teardown(self, iterations: int) -> None:
        self.tracker.end_run(self.run_id, COMPLETED)
        self.logged[self.run_id] = self.expected(iterations)

    @abstractmethod
    def expected(self, iterations: int) -> LoggedRun:
        """Return the run as it must be read back after so many iterations."""


class LogParameters(WriteInRun):
    """Log the parameters of a run, one call each, some in each iteration."""

    VALUES = VALUES_PER_ITERATION
    ITERATIONS = workload.PARAMETERS // VALUES

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.parameters = list(workload.load().runs[0].parameters.items())
        self.parts = [self._first(n + 1, n) for n in range(self.ITERATIONS)]

    def _first(self, iterations: int, without: int = 0) -> Run:
        return Run(dict(self.parameters[without * self.VALUES : iterations * self.VALUES]), [])

    def run(self, iteration: int) -> None:
        log_parameters(self.tracker, self.run_id, self.parts[iteration])

    def expected(self, iterations: int) -> LoggedRun:
        return self._first(iterations).logged


class LogMetrics(WriteInRun):
    """Log the metric points of a run, one call each, those of an epoch in each iteration."""

    VALUES = VALUES_PER_ITERATION
    ITERATIONS = workload.EPOCHS

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.points = workload.load().runs[0].metrics
        self.parts = [self._first(n + 1, n) for n in range(self.ITERATIONS)]

    def _first(self, iterations: int, without: int = 0) -> Run:
        return Run({}, self.points[without * self.VALUES : iterations * self.VALUES])

    def run(self, iteration: int) -> None:
        log_metrics(self.tracker, self.run_id, self.parts[iteration])

    def expected(self, iterations: int) -> LoggedRun:
        return self._first(iterations).logged


class LogStep(WriteInRun):
    """Log so many values of a step with one call, another step in each iteration."""

    ITERATIONS = 4

    def __init__(self, values: int, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        points = iter(workload.load().runs[0].metrics)
        self.steps = [
            {f"value_{number}": next(points)[1] for number in range(values)}
            for _ in range(self.ITERATIONS)
        ]

    def run(self, iteration: int) -> None:
        self.tracker.log_step(self.run_id, self.steps[iteration], iteration)

    def expected(self, iterations: int) -> LoggedRun:
        done = list(enumerate(self.steps[:iterations]))
        names = self.steps[0]
        return LoggedRun(metrics={name: [(step, of[name]) for step, of in done] for name in names})


class LogArtifact(WriteInRun):
    """Log a model checkpoint of 1 MiB, another one in each iteration.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    ITERATIONS = 4
    ITERATIONS_PER_STORE = (
        24  # so that two stores fit into the 64 MB that containers have in memory
    )

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.artifact = workload.load().artifact
        self.staged = {
            name: tracker.stage_artifact(staging, name, self.artifact)
            for name in (f"model_checkpoint_{number}.bin" for number in range(self.ITERATIONS))
        }

    def run(self, iteration: int) -> None:
        name = f"model_checkpoint_{iteration}.bin"
        self.tracker.log_artifact(self.run_id, name, self.staged[name])

    def expected(self, iterations: int) -> LoggedRun:
        return LoggedRun(artifacts=dict.fromkeys(list(self.staged)[:iterations], self.artifact))


class StartAndEndRun(Write):
    """Start a run with one tag and end it, in an experiment that exists."""

    ITERATIONS = 20

    def run(self, iteration: int) -> None:
        run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])
        self.tracker.end_run(run_id, COMPLETED)
        self.logged[run_id] = LoggedRun()


class Read(Operation):
    """An operation on a store of ten runs that leaves it as it was."""

    ITERATIONS = ITERATIONS_PER_STORE = 24

    def __init__(self, tracker: Tracker, store: Store) -> None:
        self.tracker = tracker
        self.store = store


class ListRuns(Read):
    """List the runs of an experiment, each system with the call that it offers.

    Not equal work: SynaDB returns ids, MLflow whole runs. ``QueryRuns`` is the fair comparison.
    """

    def run(self, iteration: int) -> None:
        self.found = self.tracker.list_runs(workload.EXPERIMENT)

    def verify(self, directory: Path) -> None:
        expect(self.tracker, set(self.found), set(self.store.logged))


class QueryRuns(Read):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    def run(self, iteration: int) -> None:
        self.found = self.tracker.query_runs(workload.EXPERIMENT)

    def verify(self, directory: Path) -> None:
        logged = {run_id: run.parameters for run_id, run in self.store.logged.items()}
        expect(self.tracker, self.found, logged)


@contextmanager
def opened(name: str, store: Store, operation: type[Read]) -> Iterator[Read]:
    """Open a store to read from it; compare at the end what was found with what was logged."""
    tracker = create(name)
    tracker.open(store.directory)
    work = operation(tracker, store)
    try:
        yield work
    finally:
        tracker.close()
    work.verify(store.directory)


WRITES: dict[str, type[Write]] = {
    "log parameters": LogParameters,
    "log metrics": LogMetrics,
    "log artifact": LogArtifact,
    "start and end a run": StartAndEndRun,
}
READS: dict[str, type[Read]] = {"list runs": ListRuns, "query runs": QueryRuns}
OPERATIONS: dict[str, type[Operation]] = {**WRITES, **READS}
