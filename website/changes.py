"""Which releases changed a series, by its steps and thresholds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any
from urllib.parse import urlencode

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.graph import Graph, GraphSet
from asv.repo import Repo
from asv.step_detect import detect_regressions

from .results import Series, Session, unquoted
from .steps import GraphStep, share
from .thresholds import first_commits, named, threshold


@dataclass(frozen=True)
class Step:
    """A piece of a series: its first and last commit that were measured, and its median."""

    first: str
    last: str
    value: float


@dataclass(frozen=True)
class Pair:
    """What was measured of two releases in one session.

    ``chance`` is the share by which they may differ without reason, by the intervals of both.
    """

    before: float
    after: float
    session: Session
    chance: float = 0.0

    @property
    def share(self) -> float:
        return share(self.before, self.after)


@dataclass(frozen=True)
class Change:
    """A difference above the threshold; ``commit`` is the first to show it.

    It is one between two steps, or between two releases: then it has ``measurements``.
    """

    commit: str
    before: float
    after: float
    measurements: tuple[Pair, ...] = ()

    @property
    def kind(self) -> str:
        return "regression" if self.after > self.before else "improvement"


@dataclass(frozen=True)
class History:
    """A series on a machine, as asv sees it.

    ``name`` is asv's for the series. ``threshold`` is None if nobody looks for changes of it; then
    the steps are asv's own.
    ``changes`` are all of its steps above the threshold; ``regressions`` are those that explain
    why it ends worse than it was at its best (asv's regressions). ``address`` is asv's graph.
    """

    machine: str
    series: Series
    name: str
    threshold: float | None
    steps: list[Step]
    changes: list[Change]
    regressions: list[Change]
    address: str

    def followed_by(self, later: "History") -> "History":
        """Return both in a row, with the address of the later one."""
        return replace(
            later,
            steps=self.steps + later.steps,
            changes=self.changes + later.changes,
            regressions=self.regressions + later.regressions,
        )

    def changed_by(self, change: Change) -> "History":
        """Return the history with a change of its newest commit."""
        is_worse = change.kind == "regression"
        return replace(
            self,
            changes=[*self.changes, change],
            regressions=[*self.regressions, change] if is_worse else self.regressions,
        )


def histories(
    conf: Config, repo: Repo, benchmarks: Benchmarks, graphs: GraphSet, revisions: dict[str, int]
) -> Iterator[History]:
    """Yield each series of the releases, with what asv sees in the steps of its graph."""
    commits = {revision: commit for commit, revision in revisions.items()}
    several = {name for name, values in graphs.get_params().items() if len(values) > 1}
    for _, graph in graphs:
        benchmark = benchmarks.get(graph.benchmark_name)
        branch = graph.params.get("branch")
        if not benchmark or "machine" not in graph.params or branch in conf.branches[1:]:
            continue
        names = benchmark["param_names"]
        chosen = {name: value for name, value in graph.params.items() if name in several}
        for params, steps in _steps(graph, benchmark):
            series = named(benchmark["name"], params)
            allowed = threshold(conf, series, branch)
            start = _start(repo, revisions, first_commits(conf, series, branch))
            steps = [step for step in steps if step[1] >= start]
            watched = steps if allowed is not None else []
            of_params = {f"p-{key}": param for key, param in zip(names, params, strict=True)}
            yield History(
                graph.params["machine"],
                (benchmark["name"], tuple(map(unquoted, params))),
                series,
                allowed,
                [Step(commits[first], commits[end - 1], value) for first, end, value, *_ in steps],
                list(_changes(watched, allowed or 0, commits)),
                _regressions(watched, allowed or 0, commits),
                f"index.html#{benchmark['name']}?{urlencode(chosen | of_params)}",
            )


def _steps(graph: Graph, benchmark: dict) -> Iterator[tuple[tuple[str, ...], list[GraphStep]]]:
    """Yield the parameters of each series of a graph, and its steps."""
    steps: Any = graph.get_steps()  # of the only series, or a list of those of each
    if benchmark["params"]:
        yield from zip(product(*benchmark["params"]), steps, strict=False)
    else:
        yield (), steps


def _start(repo: Repo, revisions: dict[str, int], first: list[str]) -> int:
    """Return the revision from which on steps count: the one after all the first commits."""
    known = [revisions.get(repo.get_hash_from_name(name), -1) for name in first]
    return max(known, default=-1) + 1


def _changes(steps: list[GraphStep], threshold: float, commits: dict[int, str]) -> Iterator[Change]:
    for (_, _, before, *_), (first, _, after, *_) in pairwise(steps):
        if abs(share(before, after)) > threshold:
            yield Change(commits[first], before, after)


def _regressions(steps: list[GraphStep], threshold: float, commits: dict[int, str]) -> list[Change]:
    # asv's default is an int, so that its type seems to be one.
    *_, jumps = detect_regressions(steps, threshold)  # pyright: ignore[reportArgumentType]
    return [Change(commits[jump[1]], jump[2], jump[3]) for jump in jumps or []]
