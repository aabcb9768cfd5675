"""Which releases changed a series, by asv's own steps and thresholds."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from urllib.parse import urlencode

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.graph import GraphSet

# There is no public call that applies the thresholds in asv.conf.json.
from asv.plugins.regressions import _GraphDataFilter
from asv.repo import Repo
from asv.step_detect import detect_regressions

from .results import Series, unquoted


@dataclass(frozen=True)
class Step:
    """A piece of a series: its first and last commit that were measured, and its median."""

    first: str
    last: str
    value: float


@dataclass(frozen=True)
class Change:
    """A difference between two steps above the threshold; ``commit`` is the first to show it."""

    commit: str
    before: float
    after: float

    @property
    def kind(self) -> str:
        return "regression" if self.after > self.before else "improvement"


@dataclass(frozen=True)
class History:
    """A series on a machine, as asv sees it.

    ``changes`` are all of its steps above the threshold; ``regressions`` are those that explain
    why it ends worse than it was at its best (asv's regressions). ``address`` is asv's graph.
    """

    machine: str
    series: Series
    steps: list[Step]
    changes: list[Change]
    regressions: list[Change]
    address: str


def histories(
    conf: Config, repo: Repo, benchmarks: Benchmarks, graphs: GraphSet, revisions: dict[str, int]
) -> Iterator[History]:
    """Yield each series for which asv looks for regressions; asv has detected the steps."""
    watched = _GraphDataFilter(conf, repo, revisions)
    commits = {revision: commit for commit, revision in revisions.items()}
    several = {name for name, values in graphs.get_params().items() if len(values) > 1}
    for _, graph in graphs:
        benchmark = benchmarks.get(graph.benchmark_name)
        if not benchmark or "machine" not in graph.params:
            continue
        chosen = {name: value for name, value in graph.params.items() if name in several}
        combinations = list(product(*benchmark["params"]))
        for index, _, steps, threshold in watched.get_graph_data(graph, benchmark):
            params = combinations[index or 0]
            named = {f"p-{k}": v for k, v in zip(benchmark["param_names"], params, strict=False)}
            yield History(
                graph.params["machine"],
                (benchmark["name"], tuple(map(unquoted, params))),
                [Step(commits[first], commits[end - 1], value) for first, end, value, *_ in steps],
                list(_changes(steps, threshold, commits)),
                _regressions(steps, threshold, commits),
                f"index.html#{benchmark['name']}?{urlencode(chosen | named)}",
            )


def _changes(steps: list[tuple], threshold: float, commits: dict[int, str]) -> Iterator[Change]:
    """Yield the changes between steps; a single commit before the last one is an outlier."""
    steps = [step for step in steps[:-1] if step[1] - step[0] > 1] + steps[-1:]
    for (_, _, before, *_), (first, _, after, *_) in pairwise(steps):
        if abs(after - before) > threshold * min(before, after):
            yield Change(commits[first], before, after)


def _regressions(steps: list[tuple], threshold: float, commits: dict[int, str]) -> list[Change]:
    _, _, jumps = detect_regressions(steps, threshold)
    return [Change(commits[jump[1]], jump[2], jump[3]) for jump in jumps or []]
