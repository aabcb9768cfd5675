"""What logging takes where a sync costs more or less: on-disk figures hold at one price."""

from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from . import workload
from .harness import operations, sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import samples, timed
from .harness.operations import Write
from .harness.stores import log_small_run, new_store
from .system import directories, slow_syncs
from .system.processes import run_in_new_interpreter
from .system.slow_syncs import Syncs
from .trackers import create, load
from .trackers.base import by_step
from .trackers.kinds import FLOORS, SYSTEMS

TRACKERS = [*SYSTEMS, *FLOORS]


class _LogStep(operations.LogMetrics):
    """Log the metric points of a step in one call."""

    def run(self, iteration: int) -> None:
        ((step, values),) = by_step(self.parts[iteration].metrics)
        self.tracker.log_step(self.run_id, values, step)


CALLS: dict[str, type[Write]] = {
    "log a parameter": operations.LogParameter,
    "log a metric point": operations.LogMetric,
    f"log a step of {workload.METRICS}": _LogStep,
    "log artifact": operations.LogArtifact,
    "start and end a run": operations.StartAndEndRun,
}


class _Priced(Measured):
    """What calls take at prices; ``found`` has what ``_measure`` returns, by call and price."""

    version = workload.VERSION

    def require(self) -> None:
        slow_syncs.library()
        with directories.in_memory():
            pass

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(TRACKERS, _measure_apart)


class Calls(_Priced):
    """A call that logs, to a store in memory, where each sync takes as long as it is told.

    A library that is preloaded lets it wait, and counts. So this is what a call takes on a disk
    whose sync has this price. The first call of a run comes before the clock; all is read back.
    """

    params = [list(CALLS), sizes.SYNC_PRICES, TRACKERS]
    param_names = ["call", "microseconds", "tracker"]

    def prepare(self, call: str, microseconds: int, tracker: str) -> None:
        sizes.require_price(microseconds)
        self.priced = self.found[call, microseconds]

    @shown("A call where a sync takes", "seconds")
    def track_seconds(
        self, found: dict, call: str, microseconds: int, tracker: str
    ) -> dict[str, Any]:
        return samples(self.priced["seconds"])


class Model(_Priced):
    """The same by a model: what a call takes without the price, and its syncs times the price.

    The difference is the largest over the prices. Where it is small, the model tells what a call
    takes at any price.
    """

    params = [list(CALLS), TRACKERS]
    param_names = ["call", "tracker"]

    @shown("Syncs of a call", "syncs")
    def track_syncs(self, found: dict, call: str, tracker: str) -> float:
        return self.found[call, 0]["syncs"]

    @shown("A call where a sync takes, next to the model", "% of the model")
    def track_difference(self, found: dict, call: str, tracker: str) -> float:
        free = median(self.found[call, 0]["seconds"])
        syncs = self.track_syncs(found, call, tracker)
        priced = {
            price: median(self.found[call, price]["seconds"]) for price in sizes.prices() if price
        }
        return max(
            100 * abs(seconds / (free + syncs * price / 1e6) - 1)
            for price, seconds in priced.items()
        )


class Overshoot(_Priced):
    """How much longer than its price a sync takes: the wait is busy, and may be interrupted."""

    params = [sizes.SYNC_PRICES[1:], FLOORS]
    param_names = ["microseconds", "tracker"]

    def prepare(self, microseconds: int, tracker: str) -> None:
        sizes.require_price(microseconds)
        found = (self.found[call, microseconds] for call in CALLS)
        self.late = [seconds for measured in found for seconds in measured["late"]]

    @shown("A sync takes longer than its price", "seconds")
    def track_seconds(self, found: dict, microseconds: int, tracker: str) -> dict[str, Any]:
        return samples(self.late)


def _measure_apart(name: str) -> dict[tuple[str, int], dict[str, Any]]:
    with slow_syncs.preloaded() as (account, environment):
        found = run_in_new_interpreter(
            measure,
            name,
            str(account),
            hidden=load(name).optional_imports,
            directory=Path.cwd(),
            **environment,
        )
    return {(call, price): measured for call, price, measured in found}


def measure(name: str, account: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Measure each call at each price, in a process whose syncs have one."""
    tracker, syncs = create(name), Syncs(Path(account))
    with new_store(tracker, directories.in_memory) as store:
        log_small_run(tracker)
        works = {call: kind(tracker, store.parent) for call, kind in CALLS.items()}
        found = [
            (call, price, _measure(work, syncs, price))
            for call, work in works.items()
            for price in sizes.prices()
        ]
        tracker.close()
        for work in works.values():
            work.verify(store)
    return found


def _measure(work: Write, syncs: Syncs, price: int) -> dict[str, Any]:
    """Return the seconds of each call, how many syncs one has, and how late these were."""
    seconds: list[float] = []
    late: list[float] = []
    most = min(sizes.MOST_CALLS_AT_A_PRICE, work.ITERATIONS - 1)
    work.setup()
    work.run(0)
    start, _ = before = syncs.counted()
    with syncs.at(price):
        while len(seconds) < most and not _is_enough(seconds):
            seconds.append(timed(partial(work.run, 1 + len(seconds)))[0])
            after = syncs.counted()
            if after > before:
                late.append((after[1] - before[1]) / (after[0] - before[0]))
            before = after
    work.teardown(1 + len(seconds))
    return {"seconds": seconds, "syncs": (before[0] - start) / len(seconds), "late": late}


def _is_enough(seconds: list[float]) -> bool:
    return len(seconds) >= sizes.LEAST_CALLS_AT_A_PRICE and sum(seconds) >= sizes.SECONDS_AT_A_PRICE
