"""Where a series steps: asv's own steps do not know from which share on a change counts."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise, product
from math import inf
from statistics import fmean, median

from asv.config import Config
from asv.graph import Graph
from asv.publishing import OutputPublisher
from asv.util import is_na

from .thresholds import named, threshold

# What asv's graphs have of a step: its first revision and the one after its last, its median, its
# minimum, and the mean deviation from the median.
GraphStep = tuple[int, int, float, float, float]


def share(before: float, after: float) -> float:
    """Return by which share of the lower one two values differ, negative if they fall."""
    if before == after:
        return 0.0
    low, high = sorted((before, after))
    size = high / low - 1 if low else inf
    return size if after > before else -size


def begin(values: Sequence[float], threshold: float) -> list[int]:
    """Return the indices of the values with which steps begin, the first one included.

    A step begins where two values in a row are off the median of the step before, both of them in
    one direction and by more than the threshold. So a value alone begins none: it is an outlier, or
    the newest one, which is measured again.
    """
    begins = [0]
    for index in range(1, len(values) - 1):
        level = median(values[begins[-1] : index])
        shares = [share(level, value) for value in values[index : index + 2]]
        if min(shares) > threshold or max(shares) < -threshold:
            begins.append(index)
    return begins


class Steps(OutputPublisher):
    """Let asv's pages have the steps of this file where changes are looked for."""

    name = "steps"
    order = 0  # before asv's own publishers

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        for _, graph in graphs:
            if benchmark := benchmarks.get(graph.benchmark_name):
                graph.get_steps = partial(steps, conf, benchmark, graph, graph.get_steps)


def steps(
    conf: Config, benchmark: dict, graph: Graph, get_asv_s: Callable[[], list]
) -> list[GraphStep] | list[list[GraphStep]]:
    """Return the steps of a graph: of its only series, or a list of those of each.

    Where nobody looks for changes they are asv's.
    """
    found, branch = get_asv_s(), graph.params.get("branch")
    if not benchmark["params"]:
        allowed = threshold(conf, benchmark["name"], branch)
        return found if allowed is None else list(_steps(graph, None, allowed))
    names = (named(benchmark["name"], params) for params in product(*benchmark["params"]))
    allowed = [threshold(conf, name, branch) for name in names]
    return [
        asv_s if least is None else list(_steps(graph, number, least))
        for number, (asv_s, least) in enumerate(zip(found, allowed, strict=False))
    ]


def _steps(graph: Graph, number: int | None, threshold: float) -> Iterator[GraphStep]:
    data = [(x, y if number is None else y[number]) for x, y, _ in graph.get_data()]
    known = [(revision, value) for revision, value in data if not is_na(value)]
    values = [value for _, value in known]
    begins = begin(values, threshold) if values else []
    for first, end in pairwise([*begins, len(values)]):
        middle = median(values[first:end])
        deviation = fmean(abs(value - middle) for value in values[first:end])
        revisions = known[first][0], known[end - 1][0] + 1
        yield *revisions, middle, min(values[first:end]), deviation
