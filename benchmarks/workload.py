"""The data that every tracker logs: ten seeded training runs and one model checkpoint.

The formulas and the seed are those of the notebook that this suite grew from, so the numbers
are the same to the last bit. Change ``VERSION`` with the data: it is the version of every
benchmark that logs it, so that asv never compares results of different data.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from .trackers.base import LoggedRun, Point

VERSION = "1"
SEED = 42
RUNS = 10
PARAMETERS = 20
EPOCHS, METRICS = 100, 5
POINTS = EPOCHS * METRICS  # of a run
ARTIFACT_BYTES = 2**20
EXPERIMENT = "benchmark"

Parameter = str | float | int


@dataclass(frozen=True)
class Run:
    """One training run: parameters by name, and metric points in order of logging."""

    parameters: dict[str, Parameter]
    metrics: list[Point]

    @property
    def logged(self) -> LoggedRun:
        """The run as it must be read back when it has ended."""
        metrics: dict[str, list[tuple[int, float]]] = {}
        for name, value, step in self.metrics:
            metrics.setdefault(name, []).append((step, value))
        parameters = {name: str(value) for name, value in self.parameters.items()}
        return LoggedRun(parameters=parameters, metrics=metrics)


@dataclass(frozen=True)
class Workload:
    """Ten runs, and a model checkpoint of 1 MiB of random bytes."""

    runs: list[Run]
    artifact: bytes


@cache
def load() -> Workload:
    """Generate the workload; the draws come in a fixed order from one seeded stream."""
    random = np.random.RandomState(SEED)
    parameters = [_parameters(random) for _ in range(RUNS)]
    metrics = [_metrics(random) for _ in range(RUNS)]
    runs = [Run(*run) for run in zip(parameters, metrics, strict=True)]
    return Workload(runs, random.bytes(ARTIFACT_BYTES))


def _parameters(random: np.random.RandomState) -> dict[str, Parameter]:
    optimizer = str(random.choice(["adam", "sgd", "rmsprop"]))
    learning_rate = random.uniform(0.0001, 0.1)
    batch_size = int(random.randint(16, 256))
    others = (random.uniform(0, 1) for _ in range(PARAMETERS - 3))
    values = (optimizer, learning_rate, batch_size, *others)
    return {f"param_{number}": value for number, value in enumerate(values)}


def _metrics(random: np.random.RandomState) -> list[Point]:
    points = []
    for epoch in range(EPOCHS):
        loss = 1 / (epoch + 1)
        values = {
            "loss": loss + random.uniform(-0.05, 0.05),
            "accuracy": min(0.99, 0.5 + epoch * 0.005 + random.uniform(-0.02, 0.02)),
            "val_loss": loss + random.uniform(-0.1, 0.1),
            "val_accuracy": min(0.98, 0.45 + epoch * 0.005 + random.uniform(-0.03, 0.03)),
            "learning_rate": 0.001 * 0.95**epoch,
        }
        points += [(name, value, epoch) for name, value in values.items()]
    return points
