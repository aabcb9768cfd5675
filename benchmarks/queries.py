"""Listing and querying runs in a store that holds the notebook's ten runs."""

from time import perf_counter

import numpy as np

from . import operations
from .filled import RUNS, Filled, Stores, setup_cache
from .trackers import READERS, create
from .workload import VERSION

__all__ = ["ListRuns", "ListRunsLatency", "QueryRuns", "setup_cache"]

WARM_UP_CALLS = 3
CALLS = 100


class _Filled:
    operation: type[operations.Read]

    params = [READERS]
    param_names = ["tracker"]
    timeout = 120
    rounds = 1
    repeat = (10, 20, 1.0)
    warmup_time = 0

    def setup(self, stores: Stores, tracker: str) -> None:
        self.tracker = create(tracker)
        self.store = stores[tracker, RUNS]
        self.tracker.open(self.store.directory)
        self.work = self.operation(self.tracker, self.store)
        for number in range(WARM_UP_CALLS):
            self.work.turn(number)

    def teardown(self, stores: Stores, tracker: str) -> None:
        self.tracker.close()
        self.work.verify(self.store.directory)


class ListRuns(_Filled):
    """List the runs of an experiment, each system with the call that it offers.

    Not equal work: SynaDB returns ids, MLflow whole runs. ``QueryRuns`` is the fair comparison.
    """

    version = VERSION
    operation = operations.ListRuns

    def time_list_runs(self, stores: Stores, tracker: str) -> None:
        self.work.turn(0)


class ListRunsLatency:
    """Mean and 95th percentile of the same 100 calls, after three to warm up (as the notebook)."""

    version = VERSION
    params = [READERS]
    param_names = ["tracker"]
    timeout = 120

    def setup_cache(self) -> dict[str, list[float]]:
        stores = setup_cache()
        return {
            name: _latencies(name, stores[name, RUNS]) for name in READERS if (name, RUNS) in stores
        }

    setup_cache.timeout = 300

    def setup(self, seconds: dict[str, list[float]], tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_mean(self, seconds: dict[str, list[float]], tracker: str) -> float:
        return float(np.mean(seconds[tracker]))

    track_mean.unit = "seconds"

    def track_p95(self, seconds: dict[str, list[float]], tracker: str) -> float:
        return float(np.percentile(seconds[tracker], 95))

    track_p95.unit = "seconds"


def _latencies(name: str, store: Filled) -> list[float]:
    """Return the seconds that each of 100 calls of ``list_runs`` took."""
    tracker = create(name)
    tracker.open(store.directory)
    work = operations.ListRuns(tracker, store)
    seconds = []
    for number in range(WARM_UP_CALLS + CALLS):
        start = perf_counter()
        work.turn(number)
        seconds.append(perf_counter() - start)
    tracker.close()
    work.verify(store.directory)
    return seconds[WARM_UP_CALLS:]


class QueryRuns(_Filled):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    version = VERSION
    operation = operations.QueryRuns

    def time_query_runs(self, stores: Stores, tracker: str) -> None:
        self.work.turn(0)
