"""Two trackers that take turns in one process, so that what slows the machine slows both."""

import gc
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from asv_runner.statistics import compute_stats
from scipy.stats import kendalltau

from .side import Side

GROUP = 4  # pairs to a sample
PRECISION = 0.01
FEWEST = 5  # samples to a burst: with less than 9 in all there is no 99 % interval
SECONDS = 0.5  # for a burst

Clock = Callable[[], float]


@dataclass
class Pair:
    """A subject and a baseline with the same operation, and what was found.

    ``bursts`` are lists of the subject's cost in percent of the baseline's; ``error`` is why there
    are none.
    """

    subject: Side
    baseline: Side
    bursts: list[list[float]] = field(default_factory=list)
    error: str = ""

    def samples(self) -> list[float]:
        """Return an odd number of samples, so that their median is one of them."""
        costs = [float(f"{cost:.4g}") for cost in chain(*self.bursts)]
        return costs[: len(costs) - 1 + len(costs) % 2]


def sample(pairs: list[Pair], directory: Path, clock: Clock, bursts: int) -> None:
    """Sample all pairs in turns, some bursts of each, until its 99 % interval is within 1 %.

    Bursts of a pair are far from each other, because a neighbour on the machine that stays for
    some seconds would be in all samples of a single one and the interval would not tell. So half
    of them are taken at least. A store that does not keep what was written ends its pair.
    """
    with _no_garbage_collection():
        for number in range(bursts):
            for pair in pairs:
                if not pair.error and not (2 * number >= bursts and _is_precise(pair)):
                    _add_burst(pair, directory, clock)
    for pair in pairs:
        _report_drift(pair)


def _add_burst(pair: Pair, directory: Path, clock: Clock) -> None:
    end = perf_counter() + SECONDS
    costs: list[float] = []
    try:
        while len(costs) < FEWEST or perf_counter() < end:
            costs += _on_new_stores(pair.subject, pair.baseline, directory, clock)
        pair.bursts.append(costs)
    except Exception:  # whatever it is, the other pairs go on
        pair.bursts.clear()
        pair.error = traceback.format_exc()
        for side in (pair.subject, pair.baseline):
            with suppress(Exception):
                side.tracker.close()


def _on_new_stores(subject: Side, baseline: Side, directory: Path, clock: Clock) -> list[float]:
    """Return costs over four pairs each, in alternating order (ABBA ABBA).

    Who comes second finds the caches cold, and the first turn of a run costs more. The first four
    pairs warm the stores up and are dropped.
    """
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


def _is_precise(pair: Pair) -> bool:
    middle, stats = compute_stats(pair.samples(), 1)
    return (stats["ci_99_b"] - stats["ci_99_a"]) / 2 <= PRECISION * middle


def drift(bursts: list[list[float]]) -> float:
    """Return by how much the cost grew from the first half of a burst to the second.

    As a share of its median; 0.0 if the order of the samples tells nothing (Kendall's tau, 0.1 %).
    """
    places, costs = [], []
    for burst in bursts:
        middle = median(burst)
        places += [(number + 0.5) / len(burst) for number in range(len(burst))]
        costs += [cost / middle for cost in burst]
    if kendalltau(places, costs).pvalue > 0.001:
        return 0.0
    first, second = (
        median(cost for place, cost in zip(places, costs, strict=True) if (place > 0.5) == late)
        for late in (False, True)
    )
    return second - first


def _report_drift(pair: Pair) -> None:
    growth = 0.0 if pair.error else drift(pair.bursts)
    if abs(growth) > PRECISION:
        operation = pair.subject.operation.__name__
        against = type(pair.baseline.tracker).__name__
        print(f"drift: {operation} against {against} changed by {growth:+.1%}", file=sys.stderr)


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
