"""Listing and querying runs in a store that holds the notebook's ten runs."""

from time import perf_counter

import numpy as np

from . import operations
from .filled import RUNS, Stores, setup_cache
from .trackers import READERS, create
from .workload import VERSION

__all__ = ["ListRuns", "QueryRuns", "setup_cache"]

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

    def track_list_runs_p95(self, stores: Stores, tracker: str) -> float:
        """Return the 95th percentile of 100 calls, in seconds."""
        seconds = []
        for number in range(CALLS):
            start = perf_counter()
            self.work.turn(number)
            seconds.append(perf_counter() - start)
        return float(np.percentile(seconds, 95))

    track_list_runs_p95.unit = "seconds"


class QueryRuns(_Filled):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    version = VERSION
    operation = operations.QueryRuns

    def time_query_runs(self, stores: Stores, tracker: str) -> None:
        self.work.turn(0)
