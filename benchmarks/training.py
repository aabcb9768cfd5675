"""What a training loop pays for being tracked."""

from dataclasses import asdict
from itertools import product
from typing import Any

from .harness import sizes
from .harness.cases import Measured, Missing, Outcome, attempt, attributes, revealed, shown
from .harness.clock import samples
from .harness.loops import ONE_THREAD, WAYS, Training, computing, train
from .harness.sizes import Suite
from .system.processes import run_in_fork, run_in_new_interpreter
from .trackers import load
from .trackers.kinds import STORING_SYSTEMS

STEP = f"{1000 * sizes.STEP_SECONDS:.0f} ms"
CALLS, STEPS = sizes.STEPS_OF_A_TRAINING, 1 + sizes.STEPS_OF_A_TRAINING


class Loop(Measured):
    """Train in steps that compute, and log the values of each with one call, on disk, warm.

    A step multiplies matrices in one thread. How many is found in each tracker's process, while
    nobody else computes: with ``neighbours``, processes that compute without end, it takes longer.
    Steps that log are next to as many of the same process that do not: half of these, a training,
    the other half. The loop waits for each call, or goes on while the values are written in the
    background. The garbage collector works, as it does with a user. All values are read back.
    """

    suite = Suite.FULL
    version = "1"
    params = [sizes.VALUES_OF_A_STEP, list(WAYS), sizes.NEIGHBOURS, STORING_SYSTEMS]
    param_names = ["values", "way", "neighbours", "tracker"]

    @attributes(timeout=1200)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(STORING_SYSTEMS, _train_apart)

    def prepare(self, values: int, way: str, neighbours: int, tracker: str) -> None:
        self.trainings: list[Training] = revealed(self.found[values, way, neighbours])

    @shown(f"Overhead on a training step of {STEP}, on disk", "% of a step's time")
    def track_overhead(self, found: dict, *params: Any) -> dict[str, Any]:
        return samples([training.overhead for training in self.trainings])

    @shown(f"Longest stall of {CALLS} steps that log on disk, beyond the median call")
    def track_stall(self, found: dict, *params: Any) -> dict[str, Any]:
        return samples([training.stall for training in self.trainings])

    @shown(f"Drain after {STEPS} steps on disk: flush, and end the run")
    def track_drain(self, found: dict, *params: Any) -> dict[str, Any]:
        return samples([training.drain for training in self.trainings])

    @shown("Processor time of helpers while steps log on disk", "% of the loop's time")
    def track_helpers(self, found: dict, *params: Any) -> dict[str, Any]:
        return samples([training.helpers for training in self.trainings])


def _combinations() -> list[tuple[int, str, int]]:
    return list(product(sizes.VALUES_OF_A_STEP, WAYS, sizes.NEIGHBOURS))


def _train_apart(name: str) -> dict[tuple[int, str, int], Outcome]:
    """Return a tracker's trainings by values, way and neighbours, of a process of its own."""
    hidden = load(name).optional_imports
    answers = run_in_new_interpreter(train_in_all_ways, name, hidden=hidden, **ONE_THREAD)
    return dict(zip(_combinations(), map(_from_json, answers), strict=True))


def train_in_all_ways(name: str) -> list[Any]:
    """Train with each number of values, in each way and with all neighbours, each in a fork.

    Returns the outcomes as JSON. What a system keeps running is not beside what comes next.
    """
    compute = computing(sizes.STEP_SECONDS)
    return [
        _as_json(run_in_fork(attempt, train, name, *combination, compute))
        for combination in _combinations()
    ]


def _as_json(outcome: Outcome) -> Any:
    return asdict(outcome) if isinstance(outcome, Missing) else [asdict(t) for t in outcome]


def _from_json(answer: Any) -> Outcome:
    return Missing(**answer) if isinstance(answer, dict) else [Training(**t) for t in answer]
