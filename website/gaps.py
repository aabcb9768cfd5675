"""What a release has no values of: what failed, and what was not measured."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .results import Measured, Series

# What a benchmark is skipped without, by how its name begins.
TOOLS = {
    "against_mlflow.Instructions.": "valgrind",
    "counts.Syncs.": "strace",
    "crashes.Kills.": "strace",
    "crashes.PowerLoss.": "strace",
    "instructions.": "valgrind",
    "slow_syncs.": "cc",
}


@dataclass(frozen=True)
class Gap:
    """The series of a benchmark that have no value; ``of`` is how many series it has.

    ``tool`` is the program that it needs, if it needs one.
    """

    benchmark: str
    title: str
    params: list[tuple[str, ...]]
    of: int
    tool: str = ""


@dataclass(frozen=True)
class Gaps:
    """What a release has no value of; ``values`` is how many it has.

    A benchmark failed if it raised an error, or could not even be imported. It was not measured if
    it was skipped: it belongs to a larger suite, a tool is not installed, or there is no such call.
    """

    release: str
    commit: str
    values: int
    failed: list[Gap]
    not_measured: list[Gap]


def build(measured: Measured) -> list[Gaps]:
    """Return what each release has no value of, of all series that were run on any of them."""
    known, skipped = measured.values.items(), measured.skipped.items()
    return [
        Gaps(
            release.name,
            release.commit,
            sum(found.get(release.commit) is not None for _, found in known),
            _gaps(measured, (s for s, found in known if found.get(release.commit, 0) is None)),
            _gaps(measured, (s for s, commits in skipped if release.commit in commits)),
        )
        for release in measured.releases
    ]


def _gaps(measured: Measured, without: Iterable[Series]) -> list[Gap]:
    params: dict[str, list[tuple[str, ...]]] = {}
    for benchmark, chosen in without:
        params.setdefault(benchmark, []).append(chosen)
    number = Counter(benchmark for benchmark, _ in measured.values)
    return [
        Gap(name, measured.benchmarks[name].title, found, number[name], tool(name))
        for name, found in params.items()
    ]


def tool(benchmark: str) -> str:
    """Return the program that a benchmark needs; nothing if it needs none."""
    return next((tool for begins, tool in TOOLS.items() if benchmark.startswith(begins)), "")
