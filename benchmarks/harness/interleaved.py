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

from . import sizes
from .clock import note
from .runner import Runner

Clock = Callable[[], float]


@dataclass
class Pair:
    """A subject and a baseline with the same operation, and what was found.

    ``rounds`` are lists of the subject's cost in percent of the baseline's; ``error`` is why there
    are none.
    """

    subject: Runner
    baseline: Runner
    rounds: list[list[float]] = field(default_factory=list)
    error: str = ""

    def samples(self) -> list[float]:
        """Return an odd number of samples, so that their median is one of them."""
        costs = [float(f"{cost:.4g}") for cost in chain(*self.rounds)]
        return costs[: len(costs) - 1 + len(costs) % 2]


def sample(
    pairs: list[Pair],
    directory: Path,
    clock: Clock,
    rounds: int,
    after_round: Callable[[], object] = lambda: None,
) -> None:
    """Sample all pairs in turns, some rounds of each, until its 99 % interval is within 1 %.

    Rounds of a pair are far from each other, because a neighbour on the machine that stays for
    some seconds would be in all samples of a single one and the interval would not tell. So half
    of them are taken at least. A store that does not keep what was written ends its pair.
    """
    with _no_garbage_collection():
        for number in range(rounds):
            for pair in pairs:
                if not pair.error and not (2 * number >= rounds and _is_precise(pair)):
                    _add_round(pair, directory, clock)
                    after_round()
    for pair in pairs:
        report_drift(pair)


def _add_round(pair: Pair, directory: Path, clock: Clock) -> None:
    end = perf_counter() + sizes.SECONDS_PER_ROUND
    costs: list[float] = []
    try:
        while len(costs) < sizes.MIN_SAMPLES or perf_counter() < end:
            costs += _on_new_stores(pair.subject, pair.baseline, directory, clock)
        pair.rounds.append(costs)
    except Exception:  # whatever it is, the other pairs go on
        pair.rounds.clear()
        pair.error = traceback.format_exc()
        for runner in (pair.subject, pair.baseline):
            with suppress(Exception):
                runner.tracker.close()


def _on_new_stores(subject: Runner, baseline: Runner, directory: Path, clock: Clock) -> list[float]:
    """Return costs over some pairs each, in alternating order (ABBA ABBA).

    Who comes second finds the caches cold, and the first iteration of a run costs more. The first
    pairs warm the stores up and are dropped.
    """
    runners = (subject, baseline)
    operation = subject.operation
    iterations = min(operation.ITERATIONS, operation.ITERATIONS_PER_STORE)
    costs = []
    with TemporaryDirectory(dir=directory) as aside:
        for name, runner in zip(("subject", "baseline"), runners, strict=True):
            runner.open(Path(aside, name))
        for _ in range(operation.ITERATIONS_PER_STORE // iterations):
            for runner in runners:
                runner.setup()
            for first in range(0, iterations, sizes.PAIRS_PER_SAMPLE):
                some = range(first, first + sizes.PAIRS_PER_SAMPLE)
                costs.append(_cost(subject, baseline, some, clock))
            for runner in runners:
                runner.teardown(iterations)
        for runner in runners:
            runner.close()
    gc.collect()
    gc.freeze()  # what is left was imported just now: it need not be looked at again
    return costs[1:]


def _cost(subject: Runner, baseline: Runner, iterations: range, clock: Clock) -> float:
    ours = theirs = 0.0
    for iteration in iterations:
        if iteration % 2 == 0:
            ours += _timed(subject, iteration, clock)
            theirs += _timed(baseline, iteration, clock)
        else:
            theirs += _timed(baseline, iteration, clock)
            ours += _timed(subject, iteration, clock)
    note(ours * subject.number + theirs * baseline.number)
    return 100 * ours / theirs


def _timed(runner: Runner, iteration: int, clock: Clock) -> float:
    """Return what the iteration took for one operation."""
    start = clock()
    runner.run(iteration)
    return (clock() - start) / runner.number


def _is_precise(pair: Pair) -> bool:
    middle, stats = compute_stats(pair.samples(), 1)
    assert stats is not None  # there are samples
    assert middle is not None
    return (stats["ci_99_b"] - stats["ci_99_a"]) / 2 <= sizes.PRECISION * middle


def drift(rounds: list[list[float]]) -> float:
    """Return by how much the cost grew from the first half of a round to the second.

    As a share of its median; 0.0 if the order of the samples tells nothing (Kendall's tau, 0.1 %).
    """
    places, costs = [], []
    for round_ in rounds:
        middle = median(round_)
        places += [(number + 0.5) / len(round_) for number in range(len(round_))]
        costs += [cost / middle for cost in round_]
    order = kendalltau(places, costs)
    if order.pvalue > 0.001:  # pyright: ignore[reportAttributeAccessIssue]  # scipy has no types
        return 0.0
    first, second = (
        median(cost for place, cost in zip(places, costs, strict=True) if (place > 0.5) == late)
        for late in (False, True)
    )
    return second - first


def report_drift(pair: Pair) -> None:
    """Say by how much a pair's cost changed within its rounds, if it did."""
    growth = 0.0 if pair.error else drift(pair.rounds)
    if abs(growth) > sizes.PRECISION:
        operation = pair.subject.operation.__name__
        against = pair.baseline.tracker.display_name
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
