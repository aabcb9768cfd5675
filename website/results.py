"""What asv has measured on one machine, as plain values."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from itertools import product
from pathlib import Path

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.repo import Repo
from asv.results import Results
from asv.util import UserError

# How many commits the report draws; asv's own graphs have all of them.
NEWEST = 100

# What asv's results tell of the machine; the rest of their parameters are the environment's.
MACHINE = ("machine", "os", "arch", "cpu", "num_cpu", "ram", "file_system", "memory_file_system")

# A benchmark's name and its parameters, without their quotes.
Series = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Estimate:
    """A value in the benchmark's unit, with asv's 99 % interval where there are samples."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Release:
    """A measured commit: its hash, its tag (or first digits), and its date (ISO 8601)."""

    commit: str
    name: str
    date: str


@dataclass
class Measured:
    """The results of a machine; ``started`` is when the newest was begun (milliseconds).

    ``values`` are estimates by series and commit; None is a benchmark that failed, and what was
    skipped or not run is not there. ``releases`` are in the order of the history.
    """

    machine: dict[str, str]
    python: str
    requirements: dict[str, str]
    started: int
    releases: list[Release] = field(default_factory=list)
    values: dict[Series, dict[str, Estimate | None]] = field(default_factory=dict)

    def newest(self, benchmark: str, *params: str) -> Estimate | None:
        """Return the newest release's estimate, None if there is none."""
        return self.values.get((benchmark, params), {}).get(self.releases[-1].commit)

    def state(self, benchmark: str, *params: str) -> str:
        """Return what became of a benchmark on the newest release: measured, failed or missing."""
        values = self.values.get((benchmark, params), {})
        if self.releases[-1].commit not in values:
            return "missing"
        return "measured" if values[self.releases[-1].commit] else "failed"

    def combinations(self, benchmark: str) -> list[tuple[str, ...]]:
        """Return the parameters with which a benchmark was run, on any release."""
        return [params for name, params in self.values if name == benchmark]


def load(conf: Config, repo: Repo, benchmarks: Benchmarks) -> list[Measured]:
    """Return the machines that have results for this branch, that measured last comes first."""
    commits = list(reversed(repo.get_branch_commits(conf.branches[0])))
    names = tags(repo)
    machines = []
    for directory in sorted(path for path in Path(conf.results_dir).iterdir() if path.is_dir()):
        measured = _machine(directory, commits, names, conf.hash_length, benchmarks)
        if measured is not None:
            machines.append(measured)
    return sorted(machines, key=lambda measured: measured.started, reverse=True)


@cache
def tags(repo: Repo) -> dict[str, str]:
    """Return the tag of each commit that has one; asv starts a process for each."""
    return {commit: tag for tag, commit in repo.get_tags().items()}


def _machine(
    directory: Path,
    commits: list[str],
    names: dict[str, str],
    hash_length: int,
    benchmarks: Benchmarks,
) -> Measured | None:
    found = _newest_results(directory, commits)
    if not found:
        return None
    last = max(found, key=_started)
    used = [results for results in found if results.env_name == last.env_name]
    machine = {name: value for name, value in last.params.items() if name in MACHINE and value}
    others = {name: value for name, value in last.params.items() if name not in MACHINE}
    measured = Measured(machine, others.pop("python", ""), others, _started(last))
    for results in used:
        commit = results.commit_hash
        name = names.get(commit, commit[:hash_length])
        measured.releases.append(Release(commit, name, iso_date(results.date)))
    for (benchmark, params), by_commit in values(used, benchmarks).items():
        measured.values[benchmark, tuple(map(unquoted, params))] = by_commit
    return measured


def _newest_results(directory: Path, commits: list[str]) -> list[Results]:
    """Return the results of the newest commits that have any, in the order of the history.

    asv has named every file that cannot be read by now.
    """
    files: dict[str, list[Path]] = {}
    for path in sorted(directory.glob("*-*.json")):
        files.setdefault(path.name.partition("-")[0], []).append(path)
    with_files = [commit for commit in commits if commit[:8] in files][-NEWEST:]
    found = []
    for commit in with_files:
        for path in files[commit[:8]]:
            try:
                results = Results.load(str(path), machine_name=directory.name)
            except UserError:
                continue
            if results.commit_hash == commit:
                found.append(results)
    return found


def _started(results: Results) -> int:
    """Return when the last benchmark was started, in milliseconds; else the commit's date."""
    return max((time for time in results.started_at.values() if time), default=results.date)


def values(
    found: Iterable[Results], benchmarks: Benchmarks | None = None
) -> dict[Series, dict[str, Estimate | None]]:
    """Return the estimates by series and commit, of all benchmarks or as these are now.

    None is one that failed; what was skipped is not there, although its series is.
    """
    by_series: dict[Series, dict[str, Estimate | None]] = {}
    for results in found:
        names = results.get_result_keys(benchmarks) if benchmarks else results.get_all_result_keys()
        for name in names:
            params = results.get_result_params(name)
            stats = results.get_result_stats(name, params)
            measured = results.get_result_value(name, params)
            for chosen, value, stat in zip(product(*params), measured, stats, strict=True):
                by_commit = by_series.setdefault((name, chosen), {})
                if value is None or value == value:  # NaN is asv's mark of what was skipped
                    by_commit[results.commit_hash] = _estimate(value, stat or {})
    return by_series


def _estimate(value: float | None, stat: dict[str, float]) -> Estimate | None:
    if value is None:
        return None
    low, high = stat.get("ci_99_a"), stat.get("ci_99_b")
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return Estimate(value)
    return Estimate(value, low, high)


def unquoted(param: str) -> str:
    """Return a parameter without the quotes that it has in asv's files."""
    return param[1:-1] if param[:1] in "'\"" and param[:1] == param[-1:] else param


def iso_date(milliseconds: int) -> str:
    """Return the day (UTC) of a time in milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).date().isoformat()
