"""What a sync costs whom: each operation in memory, where a sync takes a price that is set."""

from functools import partial
from itertools import product
from statistics import fmean
from typing import Any

from .harness import sizes
from .harness.bare_sync import bare_sync
from .harness.cases import Measured, Outcome, attributes, revealed, shown
from .harness.clock import samples, timed
from .harness.operations import WRITES, LogSteps, Write
from .harness.sizes import Suite
from .harness.stores import log_small_run, new_store
from .system import directories, slow_syncs
from .trackers import create, load
from .trackers.kinds import STORING_SYSTEMS, SUBJECT

STEPS = {f"log {number} values of a step": number for number in sizes.VALUES_OF_A_STEP}
OPERATIONS = {**WRITES, **{name: partial(LogSteps, values=n) for name, n in STEPS.items()}}
BARE = "a bare sync"
PRICE = "sync price in ms"


class _SlowSyncs(Measured):
    suite = Suite.FULL
    version = "1"

    def require(self) -> None:
        slow_syncs.require()
        with directories.in_memory():
            pass

    @attributes(timeout=900)
    def setup_cache(self) -> dict[str, Outcome]:
        """Measure each tracker in a process of its own, one after the other."""
        return self.measure_each(STORING_SYSTEMS, _measure_apart)


class Operations(_SlowSyncs):
    """One parameter, metric point, artifact or run, or the values of one step, at prices of a sync.

    In a memory file system a sync costs nothing, so each is made to take its price: this is a disk
    of which nothing else is slow. Prices take turns to be first, trackers come one after the other.
    All is warm: the first iteration in a run is free and does not count. Everything is read back.
    """

    params = [list(OPERATIONS), sizes.SYNC_PRICES, STORING_SYSTEMS]
    param_names = ["operation", PRICE, "tracker"]

    @shown("One operation in memory, where syncs have a price")
    def track_seconds(
        self, found: dict, operation: str, price: float, tracker: str
    ) -> dict[str, Any]:
        return samples(self.found[operation]["seconds"][str(price)])

    @shown(
        "Syncs of one operation",
        "syncs",
        params=[list(OPERATIONS), STORING_SYSTEMS],
        param_names=["operation", "tracker"],
    )
    def track_syncs(self, found: dict, operation: str, tracker: str) -> float:
        return fmean(self.found[operation]["syncs"])


class Overshoot(_SlowSyncs):
    """By how much a bare write and sync of one record takes longer than the price, in memory.

    The price is slept, so that other threads go on as they do while a disk works, and a sleep ends
    late. Without a price it is the write that is left. It is that of SynaDB's process, between the
    operations.
    """

    params = [sizes.SYNC_PRICES]
    param_names = [PRICE]

    def look_up(self, *params: Any) -> None:
        self.found = revealed(self.measured[SUBJECT])[BARE]["seconds"]

    @shown("A bare sync beyond its price")
    def track_seconds(self, found: dict, price: float) -> dict[str, Any]:
        return samples([seconds - price / 1000 for seconds in self.found[str(price)]])


def _measure_apart(name: str) -> dict[str, Any]:
    """Measure a tracker where syncs can be slow."""
    hidden = load(name).optional_imports
    return slow_syncs.run(measure, name, sizes.SYNC_PRICES, hidden=hidden)


def measure(name: str, prices: list[float]) -> dict[str, Any]:
    """Measure a tracker in this process: each price is first in a new store, which then grows.

    Returns by operation ``seconds``, in samples by price, and ``syncs``: of one parameter, point,
    artifact, run or step.
    """
    tracker = create(name)
    found: dict[str, dict[str, Any]] = {
        what: {"seconds": {price: [] for price in prices}, "syncs": []}
        for what in (*OPERATIONS, BARE)
    }
    for first in range(len(prices)):
        with (
            new_store(tracker, directories.in_memory) as store,
            bare_sync(directories.in_memory) as sync,
        ):
            log_small_run(tracker)
            work = {what: make(tracker, store.parent) for what, make in OPERATIONS.items()}
            for what, price in product(OPERATIONS, prices[first:] + prices[:first]):
                _log(work[what], price, found[what])
                with slow_syncs.price(price / 1000):
                    found[BARE]["seconds"][price].append(sync())
            tracker.close()
            for operation in work.values():
                operation.verify(store)
    return found


def _log(work: Write, price: float, found: dict[str, Any]) -> None:
    """Do an operation in a new run, and add what its iterations took but for the first."""
    work.setup()
    work.run(0)
    with slow_syncs.price(price / 1000):
        for iteration in range(1, sizes.ITERATIONS_AT_A_PRICE):
            before = slow_syncs.count()
            seconds, _ = timed(partial(work.run, iteration))
            found["seconds"][price].append(seconds / work.VALUES)
            found["syncs"].append((slow_syncs.count() - before) / work.VALUES)
    work.teardown(sizes.ITERATIONS_AT_A_PRICE)
