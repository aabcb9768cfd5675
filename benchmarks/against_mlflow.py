"""SynaDB's cost as a share of MLflow's, measured in pairs: what drifts with the machine cancels."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from .harness import clock, sizes
from .harness.bare_sync import bare_sync
from .harness.cases import Measured, Missing, Outcome, attributes, revealed, shown
from .harness.draws import Drawn
from .harness.interleaved import Pair, Runner, sample
from .harness.operations import OPERATIONS, WRITES
from .harness.sizes import Suite
from .harness.stores import Store, build_runs
from .system import directories
from .trackers import create
from .trackers.kinds import BASELINES, SUBJECT
from .trackers.mlflow_client import CLIENTS

IDLE, IN_BETWEEN = "idle", "in between"
# What the fluent API and the client below it do by different calls.
FLUENT = ["log parameters", "log metrics", "start and end a run"]


class _Costs(Measured):
    suite = Suite.QUICK
    version = "2"
    params = [list(OPERATIONS), BASELINES]
    param_names = ["operation", "baseline"]
    medium: Callable[[], TemporaryDirectory[str]]

    def require(self) -> None:
        with self.medium():
            pass

    def pairs(self) -> dict[str, Outcome]:
        """Return SynaDB's pairs by operation, by baseline."""
        stores = self.measure_each([SUBJECT, *BASELINES], build_runs, workers=2)
        ours = stores.pop(SUBJECT, None)
        if isinstance(ours, Missing):
            return dict.fromkeys(BASELINES, ours)
        return {
            baseline: store if isinstance(store, Missing) else _pairs(ours, baseline, store)
            for baseline, store in stores.items()
        }

    def measure(self, after_round: Callable[[], object] = lambda: None) -> dict[str, Outcome]:
        """Measure all costs in turns; return samples in percent by operation, by baseline."""
        found = self.pairs()
        here = {name: pairs for name, pairs in found.items() if not isinstance(pairs, Missing)}
        together = [pair for pairs in here.values() for pair in pairs.values()]
        if together:
            with self.medium() as directory:
                sample(together, Path(directory), perf_counter, sizes.ROUNDS, after_round)
        return found | {
            baseline: {name: (pair.samples(), pair.error) for name, pair in pairs.items()}
            for baseline, pairs in here.items()
        }

    def cost(self, operation: str) -> dict[str, Any]:
        samples, error = self.found[operation]
        if error:
            raise RuntimeError(error)
        return clock.samples(samples)


def _pairs(ours: Store, baseline: str, theirs: Store) -> dict[str, Pair]:
    return {
        name: Pair(
            Runner(create(SUBJECT), kind, sizes.NUMBERS.get(name, 1), ours),
            Runner(create(baseline), kind, store=theirs),
        )
        for name, kind in OPERATIONS.items()
    }


class InMemory(_Costs):
    """SynaDB's time in percent of MLflow's in a memory file system, where a sync costs nothing.

    So this is what the software costs. 100 is parity. All but ``list runs`` is equal work:
    MLflow has whole runs there, and SynaDB their ids. All are measured in turns, so choosing one
    of them does not take less time.
    """

    medium = staticmethod(directories.in_memory)

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure()

    @shown("Time in memory", "% of MLflow's time")
    def track_cost(self, found: dict, operation: str, baseline: str) -> dict[str, Any]:
        return self.cost(operation)


class _OnDisk(_Costs):
    medium = staticmethod(directories.on_disk)

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        """Measure all costs, and what a sync takes meanwhile; each has a class that shows it."""
        between: list[float] = []
        with bare_sync(self.medium) as sync:
            idle = _back_to_back(sync)
            found = self.measure(lambda: between.append(sync()))
            idle += _back_to_back(sync)
        if between:
            return found | {IDLE: idle, IN_BETWEEN: between}
        return found | dict.fromkeys([IDLE, IN_BETWEEN], found[BASELINES[0]])  # why no costs


def _back_to_back(sync: Callable[[], float]) -> list[float]:
    sync()  # waits for what was left in the journal
    return [sync() for _ in range(sizes.IDLE_SYNCS)]


class OnDisk(_OnDisk):
    """The same on the file system of the checkout: what a user pays, syncs included."""

    @shown("Time on disk", "% of MLflow's time")
    def track_cost(self, found: dict, operation: str, baseline: str) -> dict[str, Any]:
        return self.cost(operation)


class SyncPrice(_OnDisk):
    """What a bare write and sync of one record takes, where and while costs on disk are measured.

    These hold at this price: the more often a tracker syncs, the more it takes at a higher one.
    Idle is back to back, before all pairs and after them. In between is one after each round of a
    pair, which waits for what the round has left in the journal, too.
    """

    version = "1"
    params = [[IDLE, IN_BETWEEN]]
    param_names = ["when"]

    @shown("A bare sync")
    def track_seconds(self, found: dict, when: str) -> dict[str, Any]:
        return clock.samples(self.found)


class Client(_Costs):
    """The fluent API of MLflow in percent of its client's time, in turns in a memory file system.

    All other figures of MLflow are of the fluent API, which its quick start shows. It looks for the
    active run in each call, and gives a run tags that tell who started it and where.
    """

    suite = Suite.FULL
    version = "1"
    params = [FLUENT, list(CLIENTS)]
    medium = staticmethod(directories.in_memory)

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure()

    def pairs(self) -> dict[str, Outcome]:
        """Return the fluent API's pairs by operation, by baseline."""
        return self.measure_each(CLIENTS, _next_to_its_client)

    @shown("The fluent API of MLflow, in memory", "% of its client's time")
    def track_cost(self, found: dict, operation: str, baseline: str) -> dict[str, Any]:
        return self.cost(operation)


def _next_to_its_client(baseline: str) -> dict[str, Pair]:
    return {
        name: Pair(
            Runner(create(baseline), WRITES[name]), Runner(CLIENTS[baseline](), WRITES[name])
        )
        for name in FLUENT
    }


class Instructions(Drawn):
    """SynaDB's instructions in percent of MLflow's, those of the kernel excepted.

    Not what a user waits for, but nearly the same on every day. Samples are all draws of SynaDB by
    all of MLflow, whose count is drawn anew with each environment; ``instructions`` has both.
    """

    params = [list(OPERATIONS), BASELINES]
    param_names = ["operation", "baseline"]

    @shown("Instructions", "% of MLflow's instructions")
    def track_cost(self, found: dict, operation: str, baseline: str) -> dict[str, Any]:
        ours, theirs = revealed(found[SUBJECT])[operation], self.found[operation]
        return clock.samples([float(f"{100 * a / b:.5g}") for a, b in product(ours, theirs)])
