"""SynaDB's cost as a share of MLflow's, measured in pairs: what drifts with the machine cancels."""

from pathlib import Path
from time import perf_counter
from typing import Any

from . import scratch
from .filled import RUNS, Stores, setup_cache
from .instructions import counter, keep_freed_memory
from .operations import READS, WRITES
from .pairs import Clock, Side, sample
from .trackers import BASELINES, SUBJECT

__all__ = ["InMemory", "Instructions", "OnDisk", "setup_cache"]

OPERATIONS = {**WRITES, **READS}
# Where SynaDB takes a few percent of MLflow's time, it does the operation so often in its turn.
LANES = dict.fromkeys(["log parameters", "log metrics", "start and end a run"], 8)


class _Pairs:
    version = "1"
    params = [list(OPERATIONS), BASELINES]
    param_names = ["operation", "baseline"]
    timeout = 120
    seconds = 2.0

    def setup(self, stores: Stores, operation: str, baseline: str) -> None:
        kind = OPERATIONS[operation]
        self.subject = Side(SUBJECT, kind, LANES.get(operation, 1), stores.get((SUBJECT, RUNS)))
        self.baseline = Side(baseline, kind, 1, stores.get((baseline, RUNS)))
        self.scratch = self.medium()

    def teardown(self, *arguments: Any) -> None:
        self.scratch.cleanup()

    def cost(self, clock: Clock) -> dict[str, Any]:
        """Return the samples in the form in which asv takes them from a ``track_`` benchmark."""
        directory = Path(self.scratch.name)
        samples = sample(self.subject, self.baseline, directory, clock, self.seconds)
        return {"samples": samples, "number": 1}


class InMemory(_Pairs):
    """SynaDB's time in percent of MLflow's in a memory file system, where a sync costs nothing.

    So this is what the software costs. 100 is parity. All but ``list runs`` is equal work:
    MLflow has whole runs there, and SynaDB their ids.
    """

    medium = staticmethod(scratch.in_memory)

    def track_cost(self, stores: Stores, operation: str, baseline: str) -> dict[str, Any]:
        return self.cost(perf_counter)

    track_cost.unit = "% of MLflow's time"


class OnDisk(_Pairs):
    """The same on the file system of the checkout: what a user pays, syncs included."""

    medium = staticmethod(scratch.on_disk)

    def track_cost(self, stores: Stores, operation: str, baseline: str) -> dict[str, Any]:
        return self.cost(perf_counter)

    track_cost.unit = "% of MLflow's time"


class Instructions(_Pairs):
    """SynaDB's instructions in percent of MLflow's, in memory, as the processor counts them.

    Not what a user waits for, but it hardly drifts: this is where a small regression shows.
    """

    medium = staticmethod(scratch.in_memory)
    seconds = 3.0

    def setup(self, stores: Stores, operation: str, baseline: str) -> None:
        with counter():  # skips a machine that has none, and says why
            keep_freed_memory()
            super().setup(stores, operation, baseline)

    def track_cost(self, stores: Stores, operation: str, baseline: str) -> dict[str, Any]:
        with counter() as instructions:
            return self.cost(instructions)

    track_cost.unit = "% of MLflow's instructions"
