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
from .harness.operations import OPERATIONS, READS, WRITES, LogMetrics, Operation
from .harness.sizes import Suite
from .harness.stores import Store, log_run_at_once, log_runs, new_store
from .harness.writers import in_processes, lose
from .system import directories
from .system.processes import locked
from .trackers import create
from .trackers.kinds import SERVERS, SUBJECT

# The first is the database that MLflow's servers have as they come, without a server.
OF_MLFLOW = ["mlflow-sqlite", *SERVERS]
TRACKERS = [SUBJECT, *OF_MLFLOW]
TITLE = "Log a metric point through a server"
ALL_CALLS = f"{sizes.SERVER_DRAWS * sizes.SERVER_CALLS} calls"

# Of one value: by operation, and of a metric point by the seconds between calls.
Seconds = dict[str | float, list[float]]


class _Served(Measured):
    """What is timed with a server and without; asv has it done once for all that show it.

    Whether a connection stalls is up to the kernel, so servers are started anew, and samples are of
    all of them. Each tracker has a process of its own, and whoever is timed is alone. Ten runs were
    logged in batches before, so that all is warm; everything is read back.
    """

    suite = Suite.FULL

    @attributes(timeout=1200)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(TRACKERS, partial(measure, Path("lock").absolute()), workers=2)


class Operations(_Served):
    """Each operation on disk, warm, back to back; reading is from ten runs.

    SynaDB and MLflow's SQLite have no server.
    """

    version = "2"
    params = [list(OPERATIONS), TRACKERS]
    param_names = ["operation", "tracker"]

    @shown("Through a server, for one value", "seconds")
    def track_seconds(self, found: dict, operation: str, tracker: str) -> dict[str, Any]:
        return samples(self.found[operation])


class LogMetric(_Served):
    """Log a metric point on disk, warm, each call by itself: back to back, and with pauses.

    Back to back a server of several workers stalls: the rest of a reply waits until the client has
    acknowledged its beginning, which it delays. In a training there is time between calls.
    """

    version = "1"
    params = [sizes.SERVER_PAUSES, TRACKERS]
    param_names = ["seconds between calls", "tracker"]

    @shown(f"{TITLE}, median of {ALL_CALLS}")
    def track_median(self, found: dict, pause: float, tracker: str) -> dict[str, Any]:
        return samples(self.found[pause])

    @shown(f"{TITLE}, longest of {ALL_CALLS}")
    def track_longest(self, found: dict, pause: float, tracker: str) -> float:
        return max(self.found[pause])


class LogPoint(LogMetrics):
    """Log the metric points of a run, one in each iteration."""

    VALUES = 1


def measure(lock: Path, name: str) -> Seconds:
    """Do everything on new stores, each with a server of its own; return all seconds together."""
    draws = [_draw(lock, name) for _ in range(sizes.SERVER_DRAWS)]
    return {what: [value for draw in draws for value in draw[what]] for what in draws[0]}


def _draw(lock: Path, name: str) -> Seconds:
    """Do everything on a new store; the operations that read come first, to find ten runs there."""
    tracker = create(name)
    with ExitStack() as stack:
        with locked(lock, shared=True):
            store = stack.enter_context(new_store(tracker, directories.on_disk))
            ten = Store(store, log_runs(tracker, workload.load().runs, log_run_at_once))
        reads = {operation: kind(tracker, ten) for operation, kind in READS.items()}
        writes = {operation: kind(tracker, store.parent) for operation, kind in WRITES.items()}
        work: dict[str, Operation] = {**reads, **writes}
        calls = {pause: LogPoint(tracker, store.parent) for pause in sizes.SERVER_PAUSES}
        with locked(lock):
            seconds: Seconds = {o: _seconds(work[o], sizes.SERVER_ITERATIONS) for o in work}
            seconds |= {pause: _seconds(calls[pause], sizes.SERVER_CALLS, pause) for pause in calls}
        with locked(lock, shared=True):
            tracker.close()
            for done in (*work.values(), *calls.values()):
                done.verify(store)
            stack.close()
    return seconds


def _seconds(work: Operation, iterations: int, pause: float = 0) -> list[float]:
    """Return the seconds of one value in each iteration, with a pause before it."""
    seconds = []
    work.setup()
    for number in range(iterations):
        sleep(pause)
        seconds.append(timed(partial(work.run, number))[0] / work.VALUES)
    work.teardown(iterations)
    return seconds


class ManyWriters(Measured):
    """Several processes log to MLflow at once, through a server and without, in memory.

    It is as ``many_writers.Processes``, which has SynaDB.
    """

    suite = Suite.FULL
    version = "2"
    params = [OF_MLFLOW]

    @attributes(timeout=1200)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(
            OF_MLFLOW, partial(lose, in_processes, writers=sizes.WRITERS_OF_A_SERVER)
        )

    @shown(
        "Points that cannot be read back of the "
        f"{sizes.POINTS_OF_A_WRITER * sizes.WRITERS_OF_A_SERVER:,}"
        f" that {sizes.WRITERS_OF_A_SERVER} processes log at once",
        "points",
    )
    def track_points_lost(self, found: dict, tracker: str) -> int:
        return self.found.points

    @shown(f"A point of {sizes.WRITERS_OF_A_SERVER} processes that log at once", "seconds")
    def track_seconds_per_point(self, found: dict, tracker: str) -> float:
        return self.found.seconds_per_point
