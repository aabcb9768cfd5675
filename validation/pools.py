"""Pools: one tree, measured many times; any measurement may stand for a point of a history."""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import hypot
from pathlib import Path
from statistics import fmean
from typing import TypeVar

from benchmarks.trackers.kinds import SUBJECT
from requirements.locked import ending
from tools.measure import MOST
from website.results import Estimate
from website.steps import SAMPLED_BY, share

from .project import ROOT, TIMED, History, Planting, Project, checkout

SECONDS_TO_START = 3  # asv writes what it knows of the machine then, in the home folder
# Points of a history are said to be of one session, so that they are compared: it is harder to tell
# those of several apart.
SESSION = "<session 2026-01-01T00:00:00Z lock=one boot=one suite=standard>"

T = TypeVar("T")
# A value, and the share by which it may be off.
Known = tuple[float, float]


@dataclass(frozen=True)
class Pool:
    """The files of asv's results, and by series the values in the same order.

    ``chances`` are the shares by which the values may be off, of what is timed.
    """

    files: list[Path]
    values: dict[str, list[float]]
    chances: dict[str, list[float]] = field(default_factory=dict)

    def known(self, series: str) -> list[Known]:
        """Return the values of a series, each with the share by which it may be off."""
        values = self.values[series]
        return list(zip(values, self.chances.get(series, [0.0] * len(values)), strict=True))


@dataclass(frozen=True)
class Point:
    """A measurement in a history, and those that follow of the same commit."""

    file: Path
    again: tuple[Path, ...] = ()


def measure(
    history: History,
    name: str,
    planting: Planting,
    number: int,
    benchmarks: Iterable[str],
    lanes: int = 1,
) -> Pool:
    """Measure a tree so often, each time as another commit; what was measured is used again.

    Several lanes measure at once, in checkouts of their own: for what depends on no clock.
    """
    commits = history.grow(name, number, history.slowed(planting))
    apart = (checkout(history.path.parent / f"lane {lane}") for lane in range(lanes))
    roots = list(apart) if lanes > 1 else [ROOT]
    projects = [
        Project(history, f"{name}-{lane}", commits[-1], root, {"TRACKERS": SUBJECT})
        for lane, root in enumerate(roots)
    ]
    print(f"{name}: {number} measurements", flush=True)

    def measure_share(lane: int) -> None:
        projects[lane].measure(commits[lane::lanes], *benchmarks)

    at_once(measure_share, range(lanes))
    return pool(projects, commits)


def at_once(do: Callable[[T], object], items: Sequence[T]) -> None:
    """Call a function with each item, all at once; raise the first error."""

    def start(number: int) -> None:
        time.sleep(number * SECONDS_TO_START)
        do(items[number])

    with ThreadPoolExecutor(len(items)) as threads:
        list(threads.map(start, range(len(items))))


def pool(projects: Sequence[Project], commits: list[str]) -> Pool:
    """Return what some projects have measured of commits."""
    files = {commit: file for project in projects for commit, file in project.files().items()}
    estimates: dict[str, dict[str, Estimate]] = {}
    for project in projects:
        for series, by_commit in project.estimates().items():
            estimates.setdefault(series, {}).update(by_commit)
    measured = {s: {c: found[c] for c in commits if c in found} for s, found in estimates.items()}
    chances = {}
    for series, found in measured.items():
        if series.startswith(TIMED):
            sampled = measured.get(sampled_by(series), {})
            chances[series] = [sampled.get(commit, one).chance for commit, one in found.items()]
    values = {series: [one.value for one in found.values()] for series, found in measured.items()}
    return Pool([files[commit] for commit in commits], values, chances)


def sampled_by(series: str) -> str:
    """Return the series that has the interval of a series, which may be itself."""
    name, parameters = series.split("(", 1)
    return f"{SAMPLED_BY.get(name, name)}({parameters}"


def worse(pairs: Iterable[tuple[Known, Known]], allowed: float) -> tuple[float, float]:
    """Return which shares of pairs are worse by more than a threshold, and than chance, too."""
    steps = [(share(old, new), hypot(off, other)) for (old, off), (new, other) in pairs]
    alone = fmean(step > allowed for step, _ in steps)
    return alone, fmean(step > max(allowed, chance) for step, chance in steps)


def times_again(files: int) -> int:
    """Return how often a point can be measured again where there are so many files for it."""
    return min(MOST, files) - 1


def publish(
    history: History, name: str, histories: dict[str, list[Point]]
) -> tuple[list[str], dict[str, dict]]:
    """Publish histories, each as a machine's results; return the commits, and reports by machine.

    All are of the same commits, as many as each has points.
    """
    commits = history.grow(name, max(map(len, histories.values())))
    project = Project(history, name, commits[-1])
    shutil.rmtree(project.results, ignore_errors=True)
    for machine, points in histories.items():
        folder = project.results / machine
        folder.mkdir(parents=True)
        first = points[0].file.parent
        _write(folder / "machine.json", _read(first / "machine.json") | {"machine": machine})
        for commit, point in zip(commits, points, strict=False):
            _copy(point.file, folder, commit)
            for number, file in enumerate(point.again, 1):
                _copy(file, folder, commit, ending(str(number)))
        shutil.copy(first.parent / "benchmarks.json", project.results)
    machines = project.publish()["machines"]
    return commits, {report["machine"]["machine"]: report for report in machines}


def _copy(file: Path, folder: Path, commit: str, ending: str = "") -> None:
    """Copy results as those of another commit and machine, in one session with all others."""
    result = _read(file)
    durations = {k: v for k, v in result["durations"].items() if not k.startswith("<session")}
    result |= {
        "commit_hash": commit,
        "env_name": result["env_name"] + ending,
        "params": result["params"] | {"machine": folder.name},
        "durations": durations | {SESSION: 1.0},
    }
    _write(folder / f"{commit[:8]}-{result['env_name']}.json", result)


def _read(file: Path) -> dict:
    return json.loads(file.read_text("utf-8"))


def _write(file: Path, content: dict) -> None:
    file.write_text(json.dumps(content), "utf-8")
