"""What asv has measured, as plain values: the only reader of asv's results."""

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from itertools import filterfalse, product
from pathlib import Path
from typing import TypeVar

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.repo import Repo
from asv.results import Results

from .trackers import BASELINE, FLOOR, SUBJECT, Tracker, declared, of_kind

# How many commits the report draws; asv's own graphs have all of them.
NEWEST = 100

# What asv's results tell of the machine; the rest of their parameters are the environment's.
MACHINE = ("machine", "os", "arch", "cpu", "num_cpu", "ram", "file_system", "memory_file_system")

# How sure asv is of its intervals, in percent.
CONFIDENCE = 99
# They are of the samples of one run. From run to run values differ by more, and who looks several
# times errs more often: so chance is so many times as wide, which validation has tried.
WIDER = 1.4

# How the name of an environment ends in the files of a second measurement of the same release, and
# of those that follow.
AGAIN = re.compile(r"-again(?:-([0-9]+))?$")
SESSION = re.compile(r"<session (\S+) lock=(\S+) boot=(\S+) suite=([^\s>]+)(?: cpu=(\S+))?>")

# A benchmark's name and its parameters: as asv writes them in ``values``, unquoted in Measured.
Series = tuple[str, tuple[str, ...]]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Estimate:
    """A value in the benchmark's unit, with asv's interval where there are samples.

    An end of the interval that cannot be is unknown, which is None: one below or at 0, and one on
    the wrong side of the value. So low <= value <= high, and nothing is negative. ``n`` is how many
    samples it is of, where that is known; of a ratio, those of the side that has fewer.
    """

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.value < math.inf:
            raise ValueError(f"{self.value} cannot have been measured")
        if self.low is not None and not 0 < self.low <= self.value:
            object.__setattr__(self, "low", None)
        if self.high is not None and not (0 < self.high < math.inf and self.value <= self.high):
            object.__setattr__(self, "high", None)

    @property
    def has_interval(self) -> bool:
        """Whether an end of the interval is known, at least."""
        return self.low is not None or self.high is not None

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval to judge by; the value where neither end is known.

        One unknown end is taken to be off by the same factor as the other: of few samples asv's
        interval often reaches below 0, which no time does.
        """
        low, high = self.low, self.high
        if low and not high:
            return low, self.value * (self.value / low)
        if high and not low:
            return self.value * (self.value / high), high
        return low or self.value, high or self.value

    @property
    def chance(self) -> float:
        """The share by which the value may be off: half of the interval, made wider."""
        low, high = self.bounds
        return WIDER * (math.sqrt(high / low) - 1) if low else 0.0

    def over(self, size: float) -> "Estimate":
        """Return the estimate in a unit of another size."""
        ends = (end if end is None else end / size for end in (self.low, self.high))
        return Estimate(self.value / size, *ends, n=self.n)

    def percent_of(self, other: "Estimate") -> "Estimate | None":
        """Return this in percent of another estimate, None if that is nothing."""
        ends = ((self.low, other.high), (self.high, other.low))
        percent = (100 * a / b if a and b else None for a, b in ends)
        n = min(filter(None, (self.n, other.n)), default=None)
        return estimate(100 * self.value / other.value, *percent, n=n) if other.value else None


def estimate(
    value: float | None, low: float | None = None, high: float | None = None, n: int | None = None
) -> Estimate | None:
    """Return an estimate, None if there is no value or one that cannot have been measured."""
    if value is None or not 0 <= value < math.inf:
        return None
    return Estimate(value, low, high, n)


@dataclass(frozen=True)
class Session:
    """One sitting of one machine, environment and suite; ``started`` is ISO 8601, in UTC.

    asv's files have it as a key of their durations. ``cpu`` tells processors apart by what they can
    do; older files do not have it.
    """

    started: str
    lock: str
    boot: str
    suite: str
    cpu: str = ""

    @property
    def milliseconds(self) -> float:
        """When it began, since the epoch."""
        return 1000 * datetime.fromisoformat(self.started.replace("Z", "+00:00")).timestamp()


# By benchmark and commit.
Sessions = dict[str, dict[str, Session]]


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark says of itself: its title, its unit, and its parameters' names."""

    title: str
    unit: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Release:
    """A measured commit: its hash, its tag (or first digits), and its date (ISO 8601)."""

    commit: str
    name: str
    date: str


@dataclass(frozen=True)
class Again:
    """What was measured once more: the estimates and the sessions as in ``Measured``."""

    values: dict[Series, dict[str, Estimate | None]]
    sessions: Sessions


@dataclass
class Measured:
    """The results of a machine; ``started`` is when the newest was begun (milliseconds).

    ``values`` are estimates by series and commit; None is a benchmark that failed, and what was
    skipped or not run is not there. ``skipped`` has the commits on which a series was skipped, and
    ``sessions`` by benchmark and commit in which session it was measured, where that is known.
    ``again`` has the second measurement and those that followed. ``releases`` are in the order of
    the history, series in that of their parameters; ``subject`` is the tracker that is released.
    ``samples`` are how many the newest value of a series is of, where there are some, and ``begun``
    is when a benchmark was started, by commit, in milliseconds. ``seconds`` are how long benchmarks
    took of the newest release, with what they set up once; ``environment`` is asv's name of it.
    """

    machine: dict[str, str]
    python: str
    requirements: dict[str, str]
    started: int
    subject: str
    benchmarks: dict[str, Benchmark] = field(default_factory=dict)
    trackers: dict[str, Tracker] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    values: dict[Series, dict[str, Estimate | None]] = field(default_factory=dict)
    skipped: dict[Series, set[str]] = field(default_factory=dict)
    sessions: Sessions = field(default_factory=dict)
    again: list[Again] = field(default_factory=list)
    samples: dict[Series, int] = field(default_factory=dict)
    begun: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    environment: str = ""

    @property
    def controls(self) -> list[str]:
        """The last parameters of what cannot change with the subject: trackers and packages."""
        names = of_kind(self.trackers, BASELINE, FLOOR)
        return list(dict.fromkeys([*names, *(self.trackers[name].package for name in names)]))

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
        """Return the parameters with which a benchmark was run on any release.

        Where one tracker has a value, or failed, the others that were skipped belong to the row.
        """
        own = [params for name, params in self.values if name == benchmark]
        run = {params[:-1] for params in own if self.values[benchmark, params]}
        return [params for params in own if params[:-1] in run]

    def title(self, benchmark: str, *params: str) -> str:
        """Return a benchmark's title, with the parameters by which its rows differ."""
        about = self.benchmarks[benchmark]
        named = [f"{name}: {param}" for name, param in zip(about.parameters, params, strict=False)]
        return f"{about.title} ({', '.join(named)})" if named else about.title


def load(conf: Config, repo: Repo, benchmarks: Benchmarks) -> list[Measured]:
    """Return the machines that have results for this branch, that measured last comes first."""
    commits, tagged = reversed(repo.get_branch_commits(conf.branches[0])), tags(repo)
    names = {commit: tagged.get(commit) or commit[: conf.hash_length] for commit in commits}
    directories = sorted(path for path in Path(conf.results_dir).iterdir() if path.is_dir())
    found = (of_machine(directory, names, benchmarks, conf.project) for directory in directories)
    return sorted(filter(None, found), key=lambda measured: measured.started, reverse=True)


def of_machine(
    directory: Path, names: dict[str, str], benchmarks: Benchmarks, project: str
) -> Measured | None:
    """Return a machine's results, None if it has none of these commits, which are in order."""
    found = _newest_results(directory, list(names))
    return _measured(found, names, benchmarks, project) if found else None


@cache
def tags(repo: Repo) -> dict[str, str]:
    """Return the tag of each commit that has one; asv starts a process for each."""
    return {commit: tag for tag, commit in repo.get_tags().items()}


def _measured(
    found: list[Results], names: dict[str, str], benchmarks: Benchmarks, project: str
) -> Measured:
    """Return the results of the environment that was used last, of one machine."""
    last = max(filterfalse(_is_again, found), key=_started)
    used = [results for results in found if results.env_name == last.env_name]
    again = _again(found, last.env_name)
    trackers = declared(benchmarks)
    others = {name: value for name, value in last.params.items() if name not in MACHINE}
    return Measured(
        {name: value for name, value in last.params.items() if name in MACHINE and value},
        others.pop("python", ""),
        others,
        _started(last),
        next(iter(of_kind(trackers, SUBJECT)), project),
        {name: _benchmark(benchmark) for name, benchmark in benchmarks.items()},
        trackers,
        [Release(r.commit_hash, names[r.commit_hash], iso_date(r.date)) for r in used],
        _in_order(values(used, benchmarks), benchmarks),
        _in_order(_skipped(used, benchmarks), benchmarks),
        _sessions(used),
        [Again(_in_order(values(of, benchmarks), benchmarks), _sessions(of)) for of in again],
        _in_order(_numbers(used, benchmarks), benchmarks),
        _begun(used),
        _seconds(used[-1], benchmarks),
        last.env_name,
    )


def _again(found: Iterable[Results], environment: str) -> list[list[Results]]:
    """Return an environment's results of the second measurement, of the third one and so on."""
    by_number: dict[int, list[Results]] = {}
    for results in found:
        match = AGAIN.search(results.env_name)
        if match and results.env_name == environment + match[0]:
            by_number.setdefault(int(match[1] or 1), []).append(results)
    return [of for _, of in sorted(by_number.items())]


def _in_order(found: dict[Series, Found], benchmarks: Benchmarks) -> dict[Series, Found]:
    """Return what was found of series in the order of their parameters, which become unquoted."""
    current = (
        (name, params)
        for name, benchmark in benchmarks.items()
        for params in product(*benchmark["params"])
    )
    return {
        (name, tuple(map(unquoted, params))): found[name, params]
        for name, params in current
        if (name, params) in found
    }


def _benchmark(described: dict) -> Benchmark:
    title = described.get("pretty_name") or described["name"]
    return Benchmark(title, described.get("unit") or "", tuple(described["param_names"]))


def _newest_results(directory: Path, commits: list[str]) -> list[Results]:
    """Return the results of the newest commits that have any, in the order of the history."""
    files: dict[str, list[Path]] = {}
    for path in sorted(directory.glob("*-*.json")):
        files.setdefault(path.name.partition("-")[0], []).append(path)
    with_files = [commit for commit in commits if commit[:8] in files][-NEWEST:]
    found = []
    for commit in with_files:
        for path in files[commit[:8]]:
            results = Results.load(str(path), machine_name=directory.name)
            if results.commit_hash == commit:
                found.append(results)
    return [] if all(map(_is_again, found)) else found


def _is_again(results: Results) -> bool:
    """Whether these are of a second measurement or a later one, which stand beside the first."""
    return bool(AGAIN.search(results.env_name))


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
        for series, value, stat in _samples(results, benchmarks):
            by_commit = by_series.setdefault(series, {})
            if not _is_skipped(value):
                ends = (stat.get(f"ci_{CONFIDENCE}_{end}") for end in "ab")
                by_commit[results.commit_hash] = estimate(value, *ends, n=stat.get("repeat"))
    return by_series


def _skipped(found: Iterable[Results], benchmarks: Benchmarks) -> dict[Series, set[str]]:
    """Return the commits on which series were skipped, and no other series."""
    commits: dict[Series, set[str]] = {}
    for results in found:
        for series, value, _ in _samples(results, benchmarks):
            if _is_skipped(value):
                commits.setdefault(series, set()).add(results.commit_hash)
    return commits


def _numbers(found: Iterable[Results], benchmarks: Benchmarks) -> dict[Series, int]:
    """Return of how many samples the newest value of each series is, where asv kept that."""
    return {
        series: int(stat["repeat"])
        for results in found
        for series, value, stat in _samples(results, benchmarks)
        if value is not None and not _is_skipped(value) and stat.get("repeat")
    }


def _begun(found: Iterable[Results]) -> dict[str, dict[str, int]]:
    begun: dict[str, dict[str, int]] = {}
    for results in found:
        for name, started in results.started_at.items():
            if started:
                begun.setdefault(name, {})[results.commit_hash] = int(started)
    return begun


def _seconds(found: Results, benchmarks: Benchmarks) -> dict[str, float]:
    """Return how long benchmarks took, where asv noted it."""
    taken = found.duration
    parts = {
        name: (taken.get(name), taken.get(f"<setup_cache {benchmark.get('setup_cache_key')}>"))
        for name, benchmark in benchmarks.items()
    }
    return {name: sum(filter(None, of)) for name, of in parts.items() if any(of)}


def _is_skipped(value: float | None) -> bool:
    return value is not None and value != value  # asv has NaN for it


def _samples(
    results: Results, benchmarks: Benchmarks | None
) -> Iterator[tuple[Series, float | None, dict]]:
    """Yield the series, the value and the statistics of what was run."""
    names = results.get_result_keys(benchmarks) if benchmarks else results.get_all_result_keys()
    for name in names:
        params = results.get_result_params(name)
        found = results.get_result_value(name, params), results.get_result_stats(name, params)
        for chosen, value, stat in zip(product(*params), *found, strict=True):
            yield (name, chosen), value, stat or {}


def _sessions(found: Iterable[Results]) -> Sessions:
    """Return in which session each benchmark was measured: the newest that had begun by then."""
    sessions: Sessions = {}
    for results in found:
        known = sorted(_declared(results), key=lambda session: session.milliseconds)
        for name, started in results.started_at.items():
            begun = [session for session in known if session.milliseconds <= (started or 0)]
            if begun:
                sessions.setdefault(name, {})[results.commit_hash] = begun[-1]
    return sessions


def _declared(results: Results) -> Iterator[Session]:
    """Yield the sessions of a file."""
    for key in results.duration:
        if match := SESSION.fullmatch(key):
            with suppress(ValueError):  # an impossible time
                session = Session(*match.groups(default=""))
                if session.milliseconds >= 0:
                    yield session


def unquoted(param: str) -> str:
    """Return a parameter without the quotes that it has in asv's files."""
    return param[1:-1] if param[:1] in "'\"" and param[:1] == param[-1:] else param


def iso_date(milliseconds: int) -> str:
    """Return the day (UTC) of a time in milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).date().isoformat()
