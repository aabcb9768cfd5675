"""What a team uses: the same operations through a tracking server, which is on this machine."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from . import workload
from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import samples, timed
from .harness.operations import OPERATIONS, READS, WRITES, Operation
from .harness.sizes import Suite
from .harness.stores import Store, log_run_at_once, log_runs, new_store
from .harness.writers import in_processes, lose
from .system import directories
from .system.processes import locked
from .trackers import create
from .trackers.kinds import SERVERS, SUBJECT

# The database that the first server has, without the server.
DIRECT = "mlflow-sqlite"
TRACKERS = [SUBJECT, DIRECT, *SERVERS]


class Operations(Measured):
    """Each operation, on disk: SynaDB and MLflow's SQLite without a server, and two servers.

    A server starts in ``setup_cache`` and ends with it. Each tracker has a process of its own, and
    whoever is timed is alone. Reading is from ten runs, which were logged in batches; everything is
    read back.
    """

    version = "2"
    params = [list(OPERATIONS), TRACKERS]
    param_names = ["operation", "tracker"]

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(TRACKERS, partial(measure, Path("lock").absolute()), workers=2)

    @shown("Through a server, for one value", "seconds")
    def track_seconds(self, found: dict, operation: str, tracker: str) -> dict[str, Any]:
        return samples(self.found[operation])


def measure(lock: Path, name: str) -> dict[str, list[float]]:
    """Do all operations on one store; those that read come first, to find ten runs there.

    Returns the seconds of one parameter, metric point, artifact or run, or of one list or query.
    """
    tracker = create(name)
    with ExitStack() as stack:
        with locked(lock, shared=True):
            store = stack.enter_context(new_store(tracker, directories.on_disk))
            ten = Store(store, log_runs(tracker, workload.load().runs, log_run_at_once))
        reads = {operation: kind(tracker, ten) for operation, kind in READS.items()}
        writes = {operation: kind(tracker, store.parent) for operation, kind in WRITES.items()}
        work: dict[str, Operation] = {**reads, **writes}
        with locked(lock):
            seconds = {operation: _seconds(work[operation]) for operation in work}
        with locked(lock, shared=True):
            tracker.close()
            for operation in work.values():
                operation.verify(store)
            stack.close()
    return seconds


def _seconds(work: Operation) -> list[float]:
    iterations = min(sizes.SERVER_ITERATIONS, work.ITERATIONS)
    work.setup()
    seconds = [timed(partial(work.run, number))[0] / work.VALUES for number in range(iterations)]
    work.teardown(iterations)
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
    def track_points_lost(self, found: dict, tracker: str) -> int:
        return self.found.points

    @shown(f"A point of {sizes.WRITERS_OF_A_SERVER} processes that log at once", "seconds")
    def track_seconds_per_point(self, found: dict, tracker: str) -> float:
        return self.found.seconds_per_point
