"""The tracking operations: what comes before the clock, what it sees, and what is read back.

An operation is done in iterations, so that two trackers can alternate within a run.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

from .. import workload
from ..trackers import LoggedRun, Tracker, create
from ..trackers.base import COMPLETED, by_step
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


class LogSteps(WriteInRun):
    """Log all values of a step with one call in each iteration, waiting for it or not.

    They are those of a step of the workload's runs, side by side. Whoever ends a run waits for what
    is in the background.
    """

    ITERATIONS = workload.EPOCHS

    def __init__(
        self, tracker: Tracker, staging: Path, values: int, in_background: bool = False
    ) -> None:
        super().__init__(tracker, staging)
        runs = workload.load().runs[: values // workload.METRICS]
        points = [
            (f"{name}_{number}", value, step)
            for number, run in enumerate(runs)
            for name, value, step in run.metrics
        ]
        self.points = sorted(points, key=itemgetter(2))
        self.steps = list(by_step(self.points))
        self.log = tracker.log_step_in_background if in_background else tracker.log_step

    def run(self, iteration: int) -> None:
        step, values = self.steps[iteration]
        self.log(self.run_id, values, step)

    def expected(self, iterations: int) -> LoggedRun:
        return Run({}, [point for point in self.points if point[2] < iterations]).logged


class LogArtifact(WriteInRun):
    """Log a model checkpoint of 1 MiB to a run that has one, another one in each iteration.

    SynaDB takes the bytes. MLflow takes a file and copies it; the file is written before the
    clock starts.
    """

    ITERATIONS = 4
    ITERATIONS_PER_STORE = (
        20  # so that two stores fit into the 64 MB that containers have in memory
    )
    BEFORE = 1
    """How many artifacts the run has before the clock starts."""

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.artifact = workload.load().artifact
        numbers = range(self.BEFORE + self.ITERATIONS)
        self.names = [f"model_checkpoint_{number}.bin" for number in numbers]
        self.staged = {
            name: tracker.stage_artifact(staging, name, self.artifact) for name in self.names
        }

    def setup(self) -> None:
        super().setup()
        for number in range(self.BEFORE):
            self._log(number)

    def run(self, iteration: int) -> None:
        self._log(self.BEFORE + iteration)

    def _log(self, number: int) -> None:
        name = self.names[number]
        self.tracker.log_artifact(self.run_id, name, self.staged[name])

    def expected(self, iterations: int) -> LoggedRun:
        names = self.names[: self.BEFORE + iterations]
        return LoggedRun(artifacts=dict.fromkeys(names, self.artifact))


class LogFirstArtifact(LogArtifact):
    """Log the first artifact of a run, in a process and a store that have logged one in another."""

    ITERATIONS = 1
    BEFORE = 0

    def setup(self) -> None:
        super().setup()
        self.run(0)
        self.teardown(1)
        super().setup()


class StartAndEndRun(Write):
    """Start a run with one tag and end it, in an experiment that exists."""

    ITERATIONS = 20

    def run(self, iteration: int) -> None:
        run_id = self.tracker.start_run(workload.EXPERIMENT, ["timed"])
        self.tracker.end_run(run_id, COMPLETED)
        self.logged[run_id] = LoggedRun()


class StartAndEndFirstRun(StartAndEndRun):
    """Open a new store, and start and end its first run; the process has used another one."""

    ITERATIONS = 1

    def __init__(self, tracker: Tracker, staging: Path) -> None:
        super().__init__(tracker, staging)
        self.store = staging / "new"

    def setup(self) -> None:
        self.tracker.close()
        self.store.mkdir()
        self.tracker.prepare(self.store)

    def run(self, iteration: int) -> None:
        self.tracker.open(self.store)
        super().run(iteration)

    def verify(self, directory: Path) -> None:
        super().verify(self.store)


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
