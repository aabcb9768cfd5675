"""How figures grow with a size, and the size at which SynaDB and a baseline change places."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from . import phrases
from .results import Estimate, Measured
from .tables import SUBJECT, Scale

# A cost of 1 is parity here, and nothing can be drawn at 0 on a logarithmic axis.
PARITY, LEAST = 1.0, 1.0
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Sample:
    """A figure at one size; None where the benchmark failed, and what was skipped is not there."""

    size: float
    value: Estimate | None


@dataclass(frozen=True)
class Crossover:
    """The size at which SynaDB stops being faster than a baseline, or begins to be.

    ``size`` has an interval; it is None where one of them is faster at all sizes. ``words`` say it.
    """

    baseline: str
    size: Estimate | None
    words: str


@dataclass(frozen=True)
class Curve:
    """A figure over a size, a line for each tracker; ``of`` is what the size counts."""

    title: str
    unit: str
    better: str
    of: str
    lines: dict[str, list[Sample]]
    crossovers: list[Crossover] = field(default_factory=list)


def build(measured: Measured, scales: Sequence[Scale], subject: str) -> Iterator[Curve]:
    """Yield the curves of the newest release that have been measured."""
    for scale in scales:
        seconds = _seconds(measured, scale)
        if seconds:
            lines = {
                tracker: [Sample(s.size, scale.convert(s.size, s.value)) for s in samples]
                for tracker, samples in seconds.items()
            }
            found = _crossovers(seconds, scale, subject)
            yield Curve(scale.title, scale.unit, scale.better, scale.of, lines, list(found))


def _seconds(measured: Measured, scale: Scale) -> dict[str, list[Sample]]:
    lines: dict[str, list[Sample]] = {}
    for params in measured.combinations(scale.benchmark):
        *first, size, tracker = params
        if tuple(first) == scale.params and measured.state(scale.benchmark, *params) != "missing":
            value = _positive(measured.newest(scale.benchmark, *params))
            lines.setdefault(tracker, []).append(Sample(float(size), value))
    return {tracker: sorted(samples, key=lambda s: s.size) for tracker, samples in lines.items()}


def _positive(seconds: Estimate | None) -> Estimate | None:
    """Return an estimate that a logarithmic axis can show: few samples' interval may reach 0."""
    if seconds is None or seconds.low is None or seconds.low > 0:
        return seconds
    return replace(seconds, low=LEAST_SHARE * seconds.value)


def _crossovers(
    seconds: dict[str, list[Sample]], scale: Scale, subject: str
) -> Iterator[Crossover]:
    for tracker, samples in seconds.items():
        if tracker.startswith(SUBJECT):
            continue
        ours = {s.size: s.value for s in seconds.get(SUBJECT, []) if s.value}
        costs = [
            (s.size, _ratio(ours[s.size], s.value)) for s in samples if s.value and s.size in ours
        ]
        if len(costs) > 1:
            yield _crossover(tracker, costs, scale, subject)


def _ratio(ours: Estimate, theirs: Estimate) -> Estimate:
    low = (ours.low or ours.value) / (theirs.high or theirs.value)
    high = (ours.high or ours.value) / (theirs.low or theirs.value)
    return Estimate(ours.value / theirs.value, low, high)


def _crossover(
    tracker: str, costs: list[tuple[float, Estimate]], scale: Scale, subject: str
) -> Crossover:
    other, sizes = phrases.name(tracker), crossings([(size, cost.value) for size, cost in costs])
    before = "faster" if costs[0][1].value < PARITY else "slower"
    after = "slower" if before == "faster" else "faster"
    ends = [phrases.quantity(costs[end][0], scale.of) for end in (0, -1)]
    size = None
    if not sizes:
        said = f"is {before} than {other} at all sizes from {ends[0]} to {ends[1]}"
    elif len(sizes) > 1:
        said = f"and {other} change places {len(sizes)} times from {ends[0]} to {ends[1]}"
    else:
        size = Estimate(sizes[0], *_interval(costs, before))
        about = phrases.quantity(size.value, scale.of)
        about = f"{about} ({phrases.spread(size.low, size.high, scale.of)})"
        said = f"is {before} than {other} up to about {about}, and {after} beyond"
    return Crossover(tracker, size, f"{scale.title}: {subject} {said}.")


def _interval(
    costs: list[tuple[float, Estimate]], before: str
) -> tuple[float | None, float | None]:
    """Return the sizes at which the ends of the costs' intervals first go through 1.

    None where they do not within the sizes that were measured.
    """
    lows, highs = (
        crossings([(size, getattr(c, end)) for size, c in costs]) for end in ("low", "high")
    )
    first, last = (highs, lows) if before == "faster" else (lows, highs)
    return (first[0] if first else None), (last[0] if last else None)


def crossings(costs: Sequence[tuple[float, float]]) -> list[float]:
    """Return the sizes at which a cost goes through 1, on straight lines between logarithms."""
    found = []
    for (size, cost), (next_size, next_cost) in pairwise(costs):
        if (cost < PARITY) != (next_cost < PARITY):
            share = math.log(PARITY / cost) / math.log(next_cost / cost)
            start = max(size, LEAST)
            found.append(start * (next_size / start) ** share)
    return found
