"""Listing and querying runs in a store that holds the notebook's ten runs."""

from time import perf_counter

import numpy as np

from .filled import RUNS, Stores, setup_cache
from .trackers import READERS, create
from .workload import EXPERIMENT, VERSION

__all__ = ["ListRuns", "QueryRuns", "setup_cache"]

WARM_UP_CALLS = 3
CALLS = 100


class _Filled:
    params = [READERS]
    param_names = ["tracker"]
    timeout = 120
    rounds = 2
    repeat = (10, 20, 3.0)
    warmup_time = 0

    def setup(self, stores: Stores, tracker: str) -> None:
        self.tracker = create(tracker)
        self.store = stores[tracker, RUNS]
        self.tracker.open(self.store.directory)
        for _ in range(WARM_UP_CALLS):
            self.found = self.look()

    def teardown(self, stores: Stores, tracker: str) -> None:
        self.tracker.close()
        if self.found != self.expected():
            raise AssertionError(f"{tracker} found other runs than were logged")


class ListRuns(_Filled):
    """List the runs of an experiment, each system with the call that it offers.

    Not equal work: SynaDB returns ids, MLflow whole runs. ``QueryRuns`` is the fair comparison.
    """

    version = VERSION

    def look(self) -> set[str]:
        return set(self.tracker.list_runs(EXPERIMENT))

    def expected(self) -> set[str]:
        return set(self.store.logged)

    def time_list_runs(self, stores: Stores, tracker: str) -> None:
        self.found = self.look()

    def track_list_runs_p95(self, stores: Stores, tracker: str) -> float:
        """Return the 95th percentile of 100 calls, in seconds."""
        seconds = []
        for _ in range(CALLS):
            start = perf_counter()
            self.found = self.look()
            seconds.append(perf_counter() - start)
        return float(np.percentile(seconds, 95))

    track_list_runs_p95.unit = "seconds"


class QueryRuns(_Filled):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    version = VERSION

    def look(self) -> dict[str, dict[str, str]]:
        return self.tracker.query_runs(EXPERIMENT)

    def expected(self) -> dict[str, dict[str, str]]:
        return {run_id: run.parameters for run_id, run in self.store.logged.items()}

    def time_query_runs(self, stores: Stores, tracker: str) -> None:
        self.found = self.look()
