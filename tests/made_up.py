"""Trackers and results that nobody measured, as asv and the benchmarks would describe them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from asv.config import Config
from helpers import ROOT

from website.changes import History
from website.model import Document, build
from website.results import Again, Benchmark, Estimate, Measured, Release, Series, Session
from website.thresholds import named, threshold
from website.trackers import DECLARED_BY, Tracker, declared

TWO = ("v1.0.0", "v1.1.0")
QUICK_START = """\
from synadb import Experiment

with Experiment("benchmark").start_run() as run:
    run.log_metric("accuracy", 0.95)
"""


def about(name: str, display_name: str, package: str, kind: str, durability: str, code: str = ""):
    """Return what a tracker declares, as asv keeps it."""
    return {
        "name": name,
        "display_name": display_name,
        "package": package,
        "kind": kind,
        "durability": durability,
        "quick_start": code,
    }


DECLARATIONS = [
    about("synadb", "SynaDB", "synadb", "subject", "each call is synced", QUICK_START),
    about("synadb-native", "SynaDB C interface", "synadb", "library", "metrics are synced once"),
    about("synadb-mlflow", "SynaDB below MLflow", "synadb", "plugin", "each call is synced"),
    about("mlflow-file", "MLflow files", "mlflow", "baseline", "nothing is", "import mlflow"),
    about("mlflow-sqlite", "MLflow SQLite", "mlflow", "baseline", "commits are", "import mlflow"),
    about("floor", "plain file (floor)", "", "floor", "each record is on the disk"),
]
# A seventh one, of which nothing but this is known.
SEVENTH = about("papyrus", "Papyrus", "papyrus-tracker", "baseline", "ink is dry")


def declaring(declarations: list[dict]) -> dict[str, dict]:
    """Return a benchmark that declares trackers, as asv lists benchmarks."""
    return {DECLARED_BY: {"trackers": declarations}}


TRACKERS = declared(declaring(DECLARATIONS))
WITH_SEVENTH = declared(declaring([*DECLARATIONS, SEVENTH]))
OPERATIONS = ["log parameters", "log metrics", "log artifact", "list runs"]
SYSTEMS, BASELINES = ["synadb", "mlflow-file", "mlflow-sqlite"], ["mlflow-file", "mlflow-sqlite"]
EMBEDDED = ["synadb", "synadb-native", "mlflow-file", "mlflow-sqlite"]
# By name: title, unit, and the parameters with their values.
Described = Mapping[str, tuple[str, str, Mapping[str, Sequence[str]]]]
BENCHMARKS: Described = {
    "against_mlflow.OnDisk.track_cost": (
        "Time on disk",
        "% of MLflow's time",
        {"operation": OPERATIONS, "baseline": BASELINES},
    ),
    "against_mlflow.Instructions.track_cost": (
        "Instructions",
        "% of MLflow's instructions",
        {"operation": OPERATIONS, "baseline": BASELINES},
    ),
    "against_mlflow.SyncPrice.track_seconds": (
        "A bare sync",
        "seconds",
        {"when": ["idle", "in between"]},
    ),
    "tail.LogMetric.track_p50": (
        "Log a point, median of 9 calls",
        "seconds",
        {"tracker": [*EMBEDDED, "floor"]},
    ),
    "parameters.LogParameters.time_log_parameters": (
        "Log the 20 parameters of a run",
        "seconds",
        {"tracker": [*EMBEDDED, "floor"]},
    ),
    "metrics.LogMetricsInBatches.time_log_metrics": (
        "Log 500 metric points",
        "seconds",
        {"way": ["one by one", "in batches"], "tracker": SYSTEMS},
    ),
    "storage.Storage.track_bytes": (
        "Size of ten of them",
        "bytes",
        {"content": ["runs", "artifacts"], "tracker": EMBEDDED},
    ),
    "footprint.Footprint.track_bytes": (
        "Installed size",
        "bytes",
        {"package": ["synadb", "mlflow"]},
    ),
    "footprint.Footprint.track_distributions": (
        "Distributions that are installed",
        "distributions",
        {"package": ["synadb", "mlflow"]},
    ),
    "many_writers.Processes.track_unread_median": (
        "Points that cannot be read back, of the 500 that each process logs, median",
        "points",
        {"writers": ["2", "8"], "tracker": EMBEDDED},
    ),
    "mlflow_store.LogMetrics.time_log_metrics": (
        "Log 500 metric points to the store for MLflow",
        "seconds",
        {"tracker": ["synadb-mlflow"]},
    ),
    "scale.ReadRuns.track_seconds": (
        "Read runs",
        "seconds",
        {
            "operation": ["query", "open"],
            "runs": ["10", "100", "1000", "5000"],
            "tracker": SYSTEMS,
        },
    ),
    "features.Features.track_missing": (
        "Features",
        "missing",
        {
            "feature": ["keeps all in one file", "logs over HTTP", "deletes runs"],
            "tracker": SYSTEMS,
        },
    ),
    "hostile_input.HostileInput.track_changed": (
        "Unusual input",
        "changed",
        {"input": ["a slash", "a pickle", "nothing"], "tracker": SYSTEMS},
    ),
}
# What moves only with SynaDB, and a time, which does not.
SIGNALS: Described = {
    "instructions.Operations.track_instructions": (
        "Instructions of an operation",
        "instructions",
        {"operation": OPERATIONS, "tracker": [*EMBEDDED, "floor"]},
    ),
    "against_release.InMemory.track_time": (
        "Time in memory",
        "% of the reference release's time",
        {"operation": OPERATIONS},
    ),
    "counts.Syncs.track_syncs": (
        "Syncs",
        "syncs",
        {"operation": OPERATIONS, "tracker": [*EMBEDDED, "floor"]},
    ),
    "metrics.LogMetrics.time_log_metrics": ("Log metrics", "seconds", {"tracker": SYSTEMS}),
}
# The same with the seventh tracker, in all that is measured of systems.
ADDED = {"tracker": "papyrus", "baseline": "papyrus", "package": "papyrus-tracker"}
BENCHMARKS_WITH_SEVENTH: Described = {
    name: (
        title,
        unit,
        {p: [*found, *([ADDED[p]] if p in ADDED else [])] for p, found in params.items()},
    )
    for name, (title, unit, params) in BENCHMARKS.items()
}
# A benchmark's value by the number of the release, name and parameters: NaN is skipped, None is one
# that failed.
Values = Callable[[int, str, tuple[str, ...]], float | None]


def constant(value: float) -> Values:
    """Return values that do not change: this one everywhere, and every feature is there."""
    return lambda number, name, params: 0.0 if name.startswith("features") else value


def measured(
    values: Values,
    versions: Sequence[str] = TWO,
    trackers: Mapping[str, Tracker] = TRACKERS,
    benchmarks: Described = BENCHMARKS,
    sessions: Sequence[Session | None] = (),
    again: Sequence[tuple[Values, Sequence[Session | None]]] = (),
) -> Measured:
    """Return what is measured of made-up releases; each value has an interval of 5 % around it.

    ``again`` has the values and sessions of later measurements. Sessions are those of the releases.
    """
    releases = [Release(f"{n:040x}", name, "2025-01-01") for n, name in enumerate(versions)]
    found, skipped = _values(values, releases, benchmarks)
    return Measured(
        {"machine": "local", "cpu": "a processor", "num_cpu": "2", "ram": str(8 * 2**30)},
        "3.11",
        {"mlflow": "3.17.2"},
        1_700_000_000_000,
        "synadb",
        {name: Benchmark(title, unit, tuple(p)) for name, (title, unit, p) in benchmarks.items()},
        dict(trackers),
        releases,
        found,
        skipped,
        _sessions(sessions, releases, benchmarks),
        [
            Again(_values(of, releases, benchmarks)[0], _sessions(later, releases, benchmarks))
            for of, later in again
        ],
    )


def _values(
    values: Values, releases: Sequence[Release], benchmarks: Described
) -> tuple[dict[Series, dict[str, Estimate | None]], dict[Series, set[str]]]:
    """Return the estimates, and on which commits a series was skipped."""
    found: dict[Series, dict[str, Estimate | None]] = {}
    skipped: dict[Series, set[str]] = {}
    for name, (_, _, params) in benchmarks.items():
        for chosen in product(*params.values()):
            by_commit = found.setdefault((name, chosen), {})
            for number, release in enumerate(releases):
                value = values(number, name, chosen)
                if value is None:
                    by_commit[release.commit] = None
                elif value == value:
                    by_commit[release.commit] = Estimate(value, 0.95 * value, 1.05 * value)
                else:
                    skipped.setdefault((name, chosen), set()).add(release.commit)
    return found, skipped


def _sessions(
    sessions: Sequence[Session | None], releases: Sequence[Release], benchmarks: Described
) -> dict[str, dict[str, Session]]:
    known = zip(releases, sessions, strict=False)
    of_all = {release.commit: session for release, session in known if session}
    return dict.fromkeys(benchmarks, of_all)


def histories(found: Measured) -> list[History]:
    """Return the series as asv sees them where there is no step, with the suite's thresholds."""
    conf = Config.load(str(ROOT / "asv.conf.json"))
    names = {series: named(series[0], list(map(repr, series[1]))) for series in found.values}
    return [
        History(
            "local", s, name, threshold(conf, name, "releases"), [], [], [], f"index.html#{s[0]}?a"
        )
        for s, name in names.items()
    ]


def report(values: Values, **keywords) -> Document:
    """Return the report of made-up results in which asv sees no step."""
    return build("synadb", measured(values, **keywords), [])
