"""Two trackers that take turns in one process, so that what slows the machine slows both."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from asv_runner.statistics import compute_stats
from scipy.stats import kendalltau

from .side import Side

GROUP = 4  # pairs to a sample
FEWEST = 9  # samples, so 36 pairs: fewer have no 99 % interval
PRECISION = 0.01

Clock = Callable[[], float]


def sample(
    subject: Side, baseline: Side, directory: Path, clock: Clock, seconds: float
) -> list[float]:
    """Return samples of the subject's cost in percent of the baseline's.

    Each is a ratio over four pairs in alternating order (ABBA ABBA), since who comes second finds
    the caches cold, and the first turn of a run costs more. The first four pairs on a new store
    warm it up and are dropped. Sampling ends when the 99 % interval of the median is within 1 %,
    or when the time is up, but not before there are 9 samples.

    Raises
    ------
    AssertionError
        A store did not keep what was written, or not all of it was found.
    """
    samples: list[float] = []
    end = perf_counter() + seconds
    with _no_garbage_collection():
        while not _enough(samples, perf_counter() > end):
            samples += _on_new_stores(subject, baseline, directory, clock)
    _report_drift(samples)
    odd = samples[: len(samples) - 1 + len(samples) % 2]  # so that the median is one of them
    return [float(f"{cost:.4g}") for cost in odd]


def _on_new_stores(subject: Side, baseline: Side, directory: Path, clock: Clock) -> list[float]:
    sides = (subject, baseline)
    operation = subject.operation
    turns = min(operation.TURNS, operation.TURNS_PER_STORE)
    costs = []
    with TemporaryDirectory(dir=directory) as aside:
        for name, side in zip(("subject", "baseline"), sides, strict=True):
            side.open(Path(aside, name))
        for _ in range(operation.TURNS_PER_STORE // turns):
            for side in sides:
                side.before()
            for first in range(0, turns, GROUP):
                costs.append(_cost(subject, baseline, range(first, first + GROUP), clock))
            for side in sides:
                side.after(turns)
        for side in sides:
            side.close()
    gc.collect()
    return costs[1:]


def _cost(subject: Side, baseline: Side, turns: range, clock: Clock) -> float:
    ours = theirs = 0.0
    for number in turns:
        if number % 2 == 0:
            ours += _timed(subject, number, clock)
            theirs += _timed(baseline, number, clock)
        else:
            theirs += _timed(baseline, number, clock)
            ours += _timed(subject, number, clock)
    return 100 * ours / theirs


def _timed(side: Side, number: int, clock: Clock) -> float:
    """Return what the turn took for one operation."""
    start = clock()
    side.turn(number)
    return (clock() - start) / side.lanes


def _enough(samples: list[float], late: bool) -> bool:
    if len(samples) < FEWEST:
        return False
    return late or precision(samples) <= PRECISION


def precision(samples: list[float]) -> float:
    """Return half the width of the median's 99 % interval as a share of the median."""
    middle, stats = compute_stats(samples, 1)
    return (stats["ci_99_b"] - stats["ci_99_a"]) / 2 / middle


def drift(samples: list[float]) -> float:
    """Return by how much the cost grew from the first half of the samples to the second.

    As a share of the first; 0.0 if the order of the samples tells nothing (Kendall's tau, 0.1 %).
    """
    if kendalltau(range(len(samples)), samples).pvalue > 0.001:
        return 0.0
    half = len(samples) // 2
    return median(samples[half:]) / median(samples[:half]) - 1


def _report_drift(samples: list[float]) -> None:
    growth = drift(samples)
    if abs(growth) > PRECISION:
        print(f"drift: the cost changed by {growth:+.1%} while it was measured", file=sys.stderr)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
