"""SynaDB's cost as a share of MLflow's, measured in pairs: what drifts with the machine cancels."""

from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from . import filled, instructions, scratch
from .filled import RUNS, Stores, setup_cache
from .operations import OPERATIONS
from .pairs import sample
from .side import Side
from .trackers import BASELINES, SUBJECT, create

__all__ = ["InMemory", "Instructions", "OnDisk", "setup_cache"]

# Where SynaDB takes a few percent of MLflow's time, it does the operation so often in its turn.
LANES = dict.fromkeys(["log parameters", "log metrics", "start and end a run"], 4)


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

    def track_cost(self, stores: Stores, operation: str, baseline: str) -> dict[str, Any]:
        directory = Path(self.scratch.name)
        samples = sample(self.subject, self.baseline, directory, perf_counter, self.seconds)
        return {"samples": samples, "number": 1}  # the form in which asv takes samples

    track_cost.unit = "% of MLflow's time"


class InMemory(_Pairs):
    """SynaDB's time in percent of MLflow's in a memory file system, where a sync costs nothing.

    So this is what the software costs. 100 is parity. All but ``list runs`` is equal work:
    MLflow has whole runs there, and SynaDB their ids.
    """

    medium = staticmethod(scratch.in_memory)


class OnDisk(_Pairs):
    """The same on the file system of the checkout: what a user pays, syncs included."""

    medium = staticmethod(scratch.on_disk)


class Instructions:
    """SynaDB's instructions in percent of MLflow's, those of the kernel excepted.

    Not what a user waits for, but the same on every day: this is where a small regression shows.
    """

    version = instructions.VERSION
    params = [list(OPERATIONS), BASELINES]
    param_names = ["operation", "baseline"]
    timeout = 120

    def setup_cache(self) -> instructions.Counted:
        with suppress(NotImplementedError):  # setup says why
            instructions.require_valgrind()
            return instructions.count(filled.setup_cache())
        return {}

    setup_cache.timeout = 600

    def setup(self, counted: instructions.Counted, operation: str, baseline: str) -> None:
        instructions.require_valgrind()
        for tracker in (SUBJECT, baseline):
            create(tracker)  # skips a system that cannot run here, and says why

    def track_cost(self, counted: instructions.Counted, operation: str, baseline: str) -> float:
        return float(f"{100 * counted[SUBJECT][operation] / counted[baseline][operation]:.4g}")

    track_cost.unit = "% of MLflow's instructions"
