"""Listing and querying runs in a store that holds the notebook's ten runs."""

from typing import Any

import numpy as np

from . import workload
from .harness import operations, sizes
from .harness.cases import Measured, Outcome, attributes, build_stores, shown
from .harness.clock import samples, timed
from .harness.sizes import Suite
from .harness.stores import RUNS, build_runs
from .trackers.kinds import SEARCHABLE


class _Queries(Measured):
    """An open store of ten runs; what is found there last is compared with what was logged."""

    suite = Suite.QUICK
    version = "2"
    operation: type[operations.Read]
    params = [SEARCHABLE]
    rounds = 1
    repeat = sizes.SAMPLES_OF_READS
    warmup_time = 0
    setup_cache = staticmethod(build_stores)

    def prepare(self, tracker: str) -> None:
        self.work = self.cleanup.enter_context(
            operations.opened(tracker, self.found[RUNS], self.operation)
        )
        for iteration in range(sizes.WARM_UP_CALLS):
            self.work.run(iteration)


class ListRuns(_Queries):
    """List the runs of an experiment, each system with the call that it offers.

    Not equal work: SynaDB returns ids, MLflow whole runs. ``QueryRuns`` is the fair comparison.
    """

    operation = operations.ListRuns

    @shown(f"List {workload.RUNS} runs")
    def time_list_runs(self, found: dict, tracker: str) -> None:
        self.work.run(0)


class ListRunsLatency(Measured):
    """Median and 95th percentile of the same calls, after some to warm up (as the notebook)."""

    suite = Suite.QUICK
    version = "2"
    params = [SEARCHABLE]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, _latencies)

    @shown(f"List {workload.RUNS} runs, median of {sizes.LATENCIES} calls", "seconds")
    def track_p50(self, found: dict, tracker: str) -> dict[str, Any]:
        return samples(self.found)

    @shown(f"List {workload.RUNS} runs, 95th percentile of {sizes.LATENCIES} calls", "seconds")
    def track_p95(self, found: dict, tracker: str) -> float:
        return float(np.percentile(self.found, 95))


def _latencies(name: str) -> list[float]:
    """Return the seconds that each call of ``list_runs`` took."""
    with operations.opened(name, build_runs(name), operations.ListRuns) as work:
        seconds = [
            timed(lambda: work.run(0))[0] for _ in range(sizes.WARM_UP_CALLS + sizes.LATENCIES)
        ]
    return seconds[sizes.WARM_UP_CALLS :]


class QueryRuns(_Queries):
    """Fetch all runs of an experiment with their parameters.

    Equal work on both sides; MLflow fetches the last value of each metric besides.
    """

    operation = operations.QueryRuns

    @shown(f"Query {workload.RUNS} runs with their parameters")
    def time_query_runs(self, found: dict, tracker: str) -> None:
        self.work.run(0)
