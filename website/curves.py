"""How figures grow with a size, and the size at which the subject and a baseline change places."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from . import phrases, units
from .phrases import PARITY
from .results import Estimate, Measured
from .trackers import BASELINE, display_name, of_kind

# Costs by the size that they are of.
Costs = list[tuple[float, Estimate]]
# Nothing can be drawn at 0 on a logarithmic axis.
LEAST = 1.0


@dataclass(frozen=True)
class Sample:
    """A figure at one size; None where the benchmark failed, and what was skipped is not there."""

    size: float
    value: Estimate | None


@dataclass(frozen=True)
class Crossover:
    """The size at which the subject stops being better than a baseline, or begins to be.

    ``size`` has an interval, unless the cost of a size beside it has none, as that of one sample;
    it is None where one of them is better at all sizes. ``words`` say it, and ``below`` tells which
    of both is better up to that size, nobody without one.
    """

    baseline: str
    size: Estimate | None
    words: str
    below: str = ""


@dataclass(frozen=True)
class Curve:
    """A figure over a size, a line for each tracker; ``of`` is what the size counts.

    ``params`` are those of the benchmark before the size.
    """

    title: str
    unit: str
    of: str
    lines: dict[str, list[Sample]]
    crossovers: list[Crossover] = field(default_factory=list)
    benchmark: str = ""
    params: tuple[str, ...] = ()

    def displayed(self) -> "Curve":
        """Return the curve in the scale in which people read it."""
        known = [s.value.value for line in self.lines.values() for s in line if s.value]
        scale = units.scale(self.unit, known)
        shown = {
            tracker: [replace(s, value=s.value and s.value.over(scale.size)) for s in line]
            for tracker, line in self.lines.items()
        }
        return replace(self, unit=scale.unit, lines=shown)


def build(measured: Measured, benchmarks: Iterable[str], subject: str) -> Iterator[Curve]:
    """Yield the curves of the newest release that have been measured.

    ``subject`` is how sentences name it. The size is the last parameter but the tracker.
    """
    for benchmark in benchmarks:
        for params, lines in _lines(measured, benchmark).items():
            about, title = measured.benchmarks[benchmark], measured.title(benchmark, *params)
            of = about.parameters[-2]
            curve = Curve(title, about.unit, of, lines, benchmark=benchmark, params=params)
            yield replace(curve, crossovers=list(_crossovers(measured, curve, subject)))


def _lines(measured: Measured, benchmark: str) -> dict[tuple[str, ...], dict[str, list[Sample]]]:
    """Return each tracker's samples by the parameters before the size."""
    curves: dict[tuple[str, ...], dict[str, list[Sample]]] = {}
    for params in measured.combinations(benchmark):
        *first, size, tracker = params
        if measured.state(benchmark, *params) != "missing":
            lines = curves.setdefault(tuple(first), {})
            sample = Sample(float(size), measured.newest(benchmark, *params))
            lines.setdefault(tracker, []).append(sample)
    for lines in curves.values():
        for samples in lines.values():
            samples.sort(key=lambda sample: sample.size)
    return curves


def _crossovers(measured: Measured, curve: Curve, subject: str) -> Iterator[Crossover]:
    ours = {s.size: s.value for s in curve.lines.get(measured.subject, [])}
    for baseline in of_kind(measured.trackers, BASELINE):
        costs: Costs = []
        for sample in curve.lines.get(baseline, []):
            mine, theirs = ours.get(sample.size), sample.value
            cost = mine.percent_of(theirs) if mine and theirs else None
            if cost and cost.value:
                costs.append((sample.size, cost))
        if len(costs) > 1:
            other = display_name(measured.trackers, baseline)
            size, said = _crossover(costs, other, curve)
            first = measured.subject if costs[0][1].value < PARITY else baseline
            yield Crossover(baseline, size, f"{subject} {said}", first if size else "")


def _crossover(costs: Costs, other: str, curve: Curve) -> tuple[Estimate | None, str]:
    """Return the size at which costs go through parity if it is one, and what is said of it."""
    words = units.comparison(curve.unit)
    is_lower = costs[0][1].value < PARITY
    before, after = (words.lower, words.higher) if is_lower else (words.higher, words.lower)
    sizes = crossings([(size, cost.value) for size, cost in costs])
    all_sizes = " to ".join(phrases.quantity(costs[end][0], curve.of) for end in (0, -1))
    if not sizes:
        return None, f"{words.verb} {before} than {other} at all sizes from {all_sizes}"
    if len(sizes) > 1:
        return None, f"and {other} change places {len(sizes)} times from {all_sizes}"
    pair = next(pair for pair in pairwise(costs) if (pair[1][1].value < PARITY) != is_lower)
    beside = [cost for _, cost in pair]
    ends = _interval(costs, is_lower) if all(cost.has_interval for cost in beside) else (None, None)
    size = Estimate(sizes[0], *ends)
    spanned = sum((size.low or 0) < at < (size.high or math.inf) for at, _ in costs)
    about = phrases.crossover(size, curve.of, spanned, [cost.n for cost in beside])
    return size, f"{words.verb} {before} than {other} up to about {about}, and {after} beyond"


def _interval(costs: Costs, is_lower: bool) -> tuple[float | None, float | None]:
    """Return the sizes at which the ends of the costs' intervals go through parity.

    None where they do not within the sizes of which there are intervals.
    """
    bounds = [(size, cost.bounds) for size, cost in costs if cost.has_interval]
    lows, highs = (crossings([(size, ends[end]) for size, ends in bounds]) for end in (0, 1))
    first, last = (highs, lows) if is_lower else (lows, highs)
    return (first[0] if first else None), (last[-1] if last else None)


def crossings(costs: Sequence[tuple[float, float]]) -> list[float]:
    """Return the sizes at which a cost goes through parity, on lines between logarithms."""
    found = []
    for (size, cost), (next_size, next_cost) in pairwise(costs):
        if (cost < PARITY) != (next_cost < PARITY):
            share = math.log(PARITY / cost) / math.log(next_cost / cost)
            start, end = max(size, LEAST), max(next_size, LEAST)
            found.append(start * (end / start) ** share)
    return found
