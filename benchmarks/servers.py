"""What a team uses: the same operations through a tracking server, which is on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from . import forked, many_writers, nightly, scratch, workload
from .filled import Filled, Logged
from .many_runs import log_points
from .many_writers import Outcome
from .operations import OPERATIONS, READS, WRITES, Operation
from .read_back import metrics_of, parameters_of
from .trackers import SERVERS, SUBJECT, LoggedRun, Tracker, create
from .trackers.base import COMPLETED

# The database that the first server has, without the server.
DIRECT = "mlflow-sqlite"
TRACKERS = [SUBJECT, DIRECT, *SERVERS]
TURNS = 6
WRITERS = 4

# Seconds of one parameter, metric point, artifact or run, or of one list or query.
Samples = dict[tuple[str, str], list[float]]


class Operations:
    """Each operation, on disk: SynaDB and MLflow's SQLite without a server, and two servers.

    A server starts in ``setup_cache`` and ends with it. The trackers are measured one after the
    other, since a process logs to one MLflow at a time. Reading is from ten runs, which were
    logged in batches; everything is read back.
    """

    version = "1"
    params = [list(OPERATIONS), TRACKERS]
    param_names = ["operation", "tracker"]
    timeout = 120

    def setup_cache(self) -> Samples:
        samples: Samples = {}
        for name in _trackers():
            for operation, seconds in forked.call(_measure, name).items():
                samples[operation, name] = seconds
        return samples

    setup_cache.timeout = 600

    def setup(self, samples: Samples, operation: str, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_seconds(self, samples: Samples, operation: str, tracker: str) -> dict[str, Any]:
        return {"samples": samples[operation, tracker], "number": 1}

    track_seconds.unit = "seconds"


class ManyWriters:
    """Four processes log 500 points each at once, through a server and without.

    As ``many_writers.Processes``. It takes minutes: ``NIGHTLY=1``.
    """

    version = "1"
    params = [TRACKERS]
    param_names = ["tracker"]
    timeout = 120

    def setup_cache(self) -> dict[str, Outcome]:
        if not nightly.ON:
            return {}
        return {
            name: many_writers.measure_one(many_writers.in_processes, name, WRITERS)
            for name in _trackers()
        }

    setup_cache.timeout = 1200

    def setup(self, outcomes: dict[str, Outcome], tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        nightly.require()

    def track_points_lost(self, outcomes: dict[str, Outcome], tracker: str) -> int:
        return outcomes[tracker].points_lost

    track_points_lost.unit = "points"

    def track_seconds_per_point(self, outcomes: dict[str, Outcome], tracker: str) -> float:
        return outcomes[tracker].seconds_per_point

    track_seconds_per_point.unit = "seconds"


def _trackers() -> Iterator[str]:
    for name in TRACKERS:
        with suppress(NotImplementedError):  # setup says why
            create(name)
            yield name


def _measure(name: str) -> dict[str, list[float]]:
    """Do all operations on one store; those that read come first, to find ten runs there."""
    with _started(name) as (tracker, store):
        filled = Filled(store, _fill(tracker))
        reads = {operation: kind(tracker, filled) for operation, kind in READS.items()}
        writes = {operation: kind(tracker, store.parent) for operation, kind in WRITES.items()}
        work = {**reads, **writes}
        samples = {operation: _seconds(work[operation]) for operation in work}
        tracker.close()
        for operation in work.values():
            operation.verify(store)
    return samples


@contextmanager
def _started(name: str) -> Iterator[tuple[Tracker, Path]]:
    with scratch.on_disk() as directory:
        store, tracker = Path(directory, "store"), create(name)
        store.mkdir()
        try:
            tracker.prepare(store)
            tracker.open(store)
            yield tracker, store
        finally:
            tracker.stop()


def _fill(tracker: Tracker) -> Logged:
    logged = {}
    for number, run in enumerate(workload.load().runs):
        run_id = tracker.start_run(workload.EXPERIMENT, [f"run_{number}"])
        tracker.log_params(run_id, run.parameters)
        log_points(tracker, run_id, run)
        tracker.end_run(run_id, COMPLETED)
        logged[run_id] = LoggedRun(parameters=parameters_of(run), metrics=metrics_of(run))
    return logged


def _seconds(work: Operation) -> list[float]:
    turns = min(TURNS, work.TURNS)
    seconds = []
    work.before()
    for number in range(turns):
        start = perf_counter()
        work.turn(number)
        seconds.append((perf_counter() - start) / work.VALUES)
    work.after(turns)
    return seconds
