"""What tracking costs a training loop, whose steps compute and log their values."""

from functools import partial
from typing import Any

from .harness import loops, sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import samples
from .harness.loops import WAYS, Cost, Form
from .system.processes import run_in_fork
from .trackers.kinds import SYSTEMS

STEP = f"a step of {1000 * sizes.SECONDS_PER_STEP:.0f} ms"
STEPS = sizes.STEPS_PER_BLOCK * sizes.ROUNDS_OF_TRAINING


class Loop(Measured):
    """A loop that computes and logs the values of each step, next to the same loop without logging.

    A step logs with the call that takes all its values. It waits until they are stored, or it logs
    in the background, where MLflow has threads that store them and SynaDB has no such call. Blocks
    of steps of all ways, and of none, are in turns, in one process and on disk. Neighbours are
    processes that compute meanwhile. All values are read back.
    """

    version = "1"
    params = [sizes.VALUES_PER_STEP, sizes.NEIGHBOURS, WAYS, SYSTEMS]
    param_names = ["values", "neighbours", "way", "tracker"]

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SYSTEMS, partial(_train, loops.calibrated()))

    def prepare(self, values: int, neighbours: int, way: str, tracker: str) -> None:
        sizes.require_size(neighbours, sizes.NEIGHBOURS)
        if way not in loops.ways(tracker):
            raise NotImplementedError(f"{tracker} has no call to log a step {way}")
        self.cost = self.found[neighbours][way, values]

    @shown(f"What logging adds to {STEP}", "% of the step")
    def track_overhead(self, found: dict, *params: Any) -> dict[str, Any]:
        return samples(self.cost.overhead)

    @shown(f"Longest of {STEPS} steps that log, beyond the longest of as many that do not")
    def track_stall(self, found: dict, *params: Any) -> float:
        return self.cost.stall

    @shown("CPU time of threads and processes that log beside the loop", "% of the loop's CPU time")
    def track_helpers(self, found: dict, *params: Any) -> float:
        return self.cost.helpers

    @shown("Flush and end the run when a loop has ended")
    def track_end(self, found: dict, *params: Any) -> float:
        return self.cost.end


def _train(products: int, name: str) -> dict[int, dict[Form, Cost]]:
    """Return what logging costs by the number of neighbours."""
    found = {}
    for number in sizes.of_suite(sizes.NEIGHBOURS):
        with loops.neighbours(number):
            found[number] = run_in_fork(loops.train, name, products)
    return found
