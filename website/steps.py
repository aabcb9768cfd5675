"""Where a series steps: asv's own steps do not know from which share on a change counts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain, pairwise, product, repeat
from math import hypot, inf, sqrt
from statistics import fmean, median, median_high, median_low

from asv.config import Config
from asv.graph import Graph
from asv.publishing import OutputPublisher
from asv.util import is_na

from .results import WIDER
from .thresholds import named, threshold
from .units import is_timed

# What has no interval of its own, and what has one and is of the same samples.
SAMPLED_BY = {"against_release.InMemory.track_mean": "against_release.InMemory.track_time"}

# What asv's graphs have of a step: its first revision and the one after its last, its median, its
# minimum, and the mean deviation from the median.
GraphStep = tuple[int, int, float, float, float]
# What they have of a measurement: its revision, its value, and a weight.
Point = tuple[int, float | None, float | None]


def share(before: float, after: float) -> float:
    """Return by which share of the lower one two values differ, negative if they fall."""
    if before == after:
        return 0.0
    low, high = sorted((before, after))
    size = high / low - 1 if low else inf
    return size if after > before else -size


def begin(
    values: Sequence[float], threshold: float, chances: Sequence[float] | None = None
) -> list[int]:
    """Return the indices of the values with which steps begin, the first one included.

    A step begins where two values in a row are off the level of the step before, both of them in
    one direction by more than the threshold, and their mean by more than chance: ``chances`` are
    the shares by which values may be off, none if they are not given. The level is the median; of
    two in the middle, the one that is nearer. So a value alone begins none: it is an outlier, or
    the newest one, which is measured again. Nor does one begin at the second value.
    """
    begins, chances = [0], chances or [0.0] * len(values)
    for index in range(2, len(values) - 1):
        before, now = slice(begins[-1], index), slice(index, index + 2)
        known = median(chances[before]) / sqrt(index - begins[-1])
        chance = hypot(hypot(*chances[now]) / 2, known)
        for level, sign in ((median_high(values[before]), 1), (median_low(values[before]), -1)):
            off = [sign * share(level, value) for value in values[now]]
            if min(off) > threshold and fmean(off) > chance:
                begins.append(index)
                break
    return begins


class Steps(OutputPublisher):
    """Let asv's pages have the steps of this file where changes are looked for."""

    name = "steps"
    order = 0  # before asv's own publishers

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        found = {_name(graph): graph for _, graph in graphs}
        for graph in found.values():
            if benchmark := benchmarks.get(graph.benchmark_name):
                sampled = found.get(_name(graph, SAMPLED_BY), graph)
                asv_s = graph.get_steps
                graph.get_steps = cache(partial(steps, conf, benchmark, graph, sampled, asv_s))


def _name(graph: Graph, others: Mapping[str, str] | None = None) -> tuple[str, frozenset]:
    """Return by what a graph is known, or another one of the same environment."""
    name = graph.benchmark_name or ""
    return (others or {}).get(name, name), frozenset(graph.params.items())


def steps(
    conf: Config, benchmark: dict, graph: Graph, sampled: Graph, get_asv_s: Callable[[], list]
) -> list[GraphStep] | list[list[GraphStep]]:
    """Return the steps of a graph: of its only series, or a list of those of each.

    Where nobody looks for changes they are asv's. ``sampled`` is the graph that has the intervals.
    """
    found, branch = get_asv_s(), graph.params.get("branch")
    names = (named(benchmark["name"], params) for params in product(*benchmark["params"]))
    least = [threshold(conf, name, branch) for name in names]
    known = _series(sampled) if is_timed(benchmark["unit"]) else []
    by_asv = found if benchmark["params"] else [found]
    ours = [
        steps if allowed is None else list(_steps(points, allowed, of_same))
        for steps, allowed, points, of_same in zip(
            by_asv, least, _series(graph), chain(known, repeat([])), strict=False
        )
    ]
    return ours if benchmark["params"] else ours[0]


def _series(graph: Graph) -> list[list[Point]]:
    """Return the points of each series of a graph, which puts all of them together each time."""
    data = graph.get_data()
    if graph.scalar_series:
        return [data]
    numbers = range(graph.n_series or 0)
    return [[(at, values[n], weights[n]) for at, values, weights in data] for n in numbers]


def _steps(points: list[Point], threshold: float, sampled: list[Point]) -> Iterator[GraphStep]:
    revisions, values = [], []
    for revision, value, _ in points:
        if value is not None and not is_na(value):
            revisions.append(revision)
            values.append(value)
    known = {revision: _chance(value, weight) for revision, value, weight in sampled}
    begins = begin(values, threshold, [known.get(at, 0.0) for at in revisions]) if values else []
    for first, end in pairwise([*begins, len(values)]):
        middle = median(values[first:end])
        deviation = fmean(abs(value - middle) for value in values[first:end])
        yield revisions[first], revisions[end - 1] + 1, middle, min(values[first:end]), deviation


def _chance(value: float | None, weight: float | None) -> float:
    """Return by which share a value may be off: asv's weight is of the interval around it."""
    return WIDER / (weight * value) if value and weight else 0.0
