"""What a team uses: the same operations through a tracking server, which is on this machine."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

from . import workload
from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import samples, timed
from .harness.losses import LOST, POINT, lose
from .harness.operations import (
    OPERATIONS,
    READS,
    WRITES,
    LogMetric,
    LogParameter,
    Operation,
    WriteInRun,
)
from .harness.sizes import Suite
from .harness.stores import Store, log_run_at_once, log_runs, new_store
from .harness.writers import in_processes
from .system import directories
from .system.processes import locked
from .trackers import create
from .trackers.kinds import SERVERS, SUBJECT

# The database that the first server has, without the server.
DIRECT = "mlflow-sqlite"
TRACKERS = [SUBJECT, DIRECT, *SERVERS]
BACK_TO_BACK, APART = "back to back", "apart"
# Where an iteration has several calls, and there is to be a pause before each.
ONE_BY_ONE: dict[str, type[WriteInRun]] = {
    "log parameters": LogParameter,
    "log metrics": LogMetric,
}
# Seconds by operation.
Samples = dict[str, list[float]]


class _Operations(Measured):
    version = "1"
    params = [list(OPERATIONS), TRACKERS]
    param_names = ["operation", "tracker"]

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(TRACKERS, partial(measure, Path("lock").absolute()), workers=2)


class Operations(_Operations):
    """Each operation, on disk: SynaDB and MLflow's SQLite without a server, and servers.

    A server starts in ``setup_cache`` and ends with it. Each tracker has a process of its own, and
    whoever is timed is alone. Calls are back to back. Reading is from ten runs, which were logged
    in batches; everything is read back.
    """

    @shown("Through a server, for one value", "seconds")
    def track_seconds(self, found: dict, operation: str, tracker: str) -> dict[str, Any]:
        return samples(self.found[BACK_TO_BACK][operation])


class OperationsApart(_Operations):
    """The same with a pause before each call, as between the steps of a training."""

    @shown(f"Through a server, for one value, {sizes.SECONDS_APART} s apart", "seconds")
    def track_seconds(self, found: dict, operation: str, tracker: str) -> dict[str, Any]:
        return samples(self.found[APART][operation])


def measure(lock: Path, name: str) -> dict[str, Samples]:
    """Do all operations on one store; those that read come first, to find ten runs there.

    Returns, back to back and apart, the seconds of one parameter, metric point, artifact or run,
    or of one list or query.
    """
    tracker = create(name)
    found: dict[str, Samples] = {BACK_TO_BACK: {}, APART: {}}
    with ExitStack() as stack:
        with locked(lock, shared=True):
            store = stack.enter_context(new_store(tracker, directories.on_disk))
            ten = Store(store, log_runs(tracker, workload.load().runs, log_run_at_once))
        reads = {operation: kind(tracker, ten) for operation, kind in READS.items()}
        writes = {operation: kind(tracker, store.parent) for operation, kind in WRITES.items()}
        one_by_one = {name: kind(tracker, store.parent) for name, kind in ONE_BY_ONE.items()}
        works: dict[str, Operation] = {**reads, **writes}
        for operation, work in works.items():
            apart = one_by_one.get(operation, work)
            with locked(lock):
                found[BACK_TO_BACK][operation] = _seconds(work)
            found[APART][operation] = _seconds_apart(apart, lock)
        with locked(lock, shared=True):
            tracker.close()
            for work in (*works.values(), *one_by_one.values()):
                work.verify(store)
            stack.close()
    return found


def _seconds(work: Operation) -> list[float]:
    iterations = min(sizes.SERVER_ITERATIONS, work.ITERATIONS)
    work.setup()
    seconds = [timed(partial(work.run, number))[0] / work.VALUES for number in range(iterations)]
    work.teardown(iterations)
    return seconds


def _seconds_apart(work: Operation, lock: Path) -> list[float]:
    """Return the same with a pause before each call, in which somebody else may be timed."""
    seconds = []
    work.setup()
    for number in range(sizes.SERVER_CALLS_APART):
        sleep(sizes.SECONDS_APART)
        with locked(lock):
            seconds.append(timed(partial(work.run, number))[0])
    work.teardown(sizes.SERVER_CALLS_APART)
    return seconds


class ManyWriters(Measured):
    """Several processes log at once, through a server and without, as ``many_writers.Processes``.

    It takes minutes.
    """

    suite = Suite.FULL
    version = "1"
    params = [TRACKERS]

    @attributes(timeout=1200)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(
            TRACKERS, partial(lose, in_processes, writers=sizes.WRITERS_OF_A_SERVER)
        )

    @shown(
        f"Points lost of the {sizes.POINTS_OF_A_WRITER * sizes.WRITERS_OF_A_SERVER:,}"
        f" that {sizes.WRITERS_OF_A_SERVER} processes log at once",
        "points",
    )
    def track_points_lost(self, found: dict, tracker: str) -> float:
        return self.found[LOST]

    @shown(f"A point of {sizes.WRITERS_OF_A_SERVER} processes that log at once", "seconds")
    def track_seconds_per_point(self, found: dict, tracker: str) -> float:
        return self.found[POINT]
