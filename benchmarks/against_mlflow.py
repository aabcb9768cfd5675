"""SynaDB's cost as a share of MLflow's, measured in pairs: what drifts with the machine cancels."""

from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from . import filled, instructions, scratch
from .filled import RUNS
from .operations import OPERATIONS
from .pairs import Pair, sample
from .side import Side
from .trackers import BASELINES, SUBJECT, create

# Where SynaDB takes a few percent of MLflow's time, it does the operation so often in its turn.
LANES = dict.fromkeys(["log parameters", "log metrics", "start and end a run"], 4)

Medium = Callable[[], TemporaryDirectory]
# By operation and baseline: samples in percent, and why there are none.
Costs = dict[tuple[str, str], tuple[list[float], str]]


def measure(medium: Medium, bursts: int) -> Costs:
    """Measure all costs in turns; there are none where the medium or a system is missing."""
    stores = filled.setup_cache()
    baselines = [name for name in BASELINES if (name, RUNS) in stores and (SUBJECT, RUNS) in stores]
    pairs = {
        (operation, baseline): Pair(
            Side(SUBJECT, kind, LANES.get(operation, 1), stores[SUBJECT, RUNS]),
            Side(baseline, kind, 1, stores[baseline, RUNS]),
        )
        for (operation, kind), baseline in product(OPERATIONS.items(), baselines)
    }
    with suppress(NotImplementedError), medium() as directory:  # setup says why
        sample(list(pairs.values()), Path(directory), perf_counter, bursts)
    return {key: (pair.samples(), pair.error) for key, pair in pairs.items()}


class _Pairs:
    version = "1"
    params = [list(OPERATIONS), BASELINES]
    param_names = ["operation", "baseline"]
    timeout = 120

    def setup(self, costs: Costs, operation: str, baseline: str) -> None:
        for tracker in (SUBJECT, baseline):
            create(tracker)  # skips a system that cannot run here, and says why
        with self.medium():
            pass

    def track_cost(self, costs: Costs, operation: str, baseline: str) -> dict[str, Any]:
        samples, error = costs[operation, baseline]
        if error:
            raise RuntimeError(error)
        return {"samples": samples, "number": 1}  # the form in which asv takes samples

    track_cost.unit = "% of MLflow's time"


class InMemory(_Pairs):
    """SynaDB's time in percent of MLflow's in a memory file system, where a sync costs nothing.

    So this is what the software costs. 100 is parity. All but ``list runs`` is equal work:
    MLflow has whole runs there, and SynaDB their ids. All are measured in turns, so choosing one
    of them does not take less time.
    """

    medium = staticmethod(scratch.in_memory)

    def setup_cache(self) -> Costs:
        return measure(self.medium, bursts=4)

    setup_cache.timeout = 600


class OnDisk(_Pairs):
    """The same on the file system of the checkout: what a user pays, syncs included."""

    medium = staticmethod(scratch.on_disk)

    def setup_cache(self) -> Costs:
        return measure(self.medium, bursts=2)

    setup_cache.timeout = 600


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
