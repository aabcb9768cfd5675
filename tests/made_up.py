"""Trackers and results that nobody measured, as asv and the benchmarks would describe them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from textwrap import indent

from website.model import Document, build
from website.results import Benchmark, Estimate, Measured, Release, Series
from website.trackers import Tracker, declared

TWO = ("v1.0.0", "v1.1.0")
DECLARATIONS = """\
[synadb]
display_name = "SynaDB"
package = "synadb"
kind = "subject"
durability = "each call returns after fdatasync"
quick_start = '''
from synadb import Experiment

with Experiment("benchmark").start_run() as run:
    run.log_metric("accuracy", 0.95)
'''

[synadb-native]
display_name = "SynaDB C interface"
package = "synadb"
kind = "library"
durability = "metrics once, parameters twice"

[synadb-mlflow]
display_name = "SynaDB below MLflow"
package = "synadb"
kind = "plugin"
durability = "each call returns after fdatasync"

[mlflow-file]
display_name = "MLflow files"
package = "mlflow"
kind = "baseline"
durability = "nothing is synced"
quick_start = "import mlflow"

[mlflow-sqlite]
display_name = "MLflow SQLite"
package = "mlflow"
kind = "baseline"
durability = "SQLite syncs in each commit"
quick_start = "import mlflow"

[floor]
display_name = "plain file (floor)"
package = ""
kind = "floor"
durability = "each record is on the disk"
"""
# A seventh one, of which nothing but this is known.
SEVENTH = """
[papyrus]
display_name = "Papyrus"
package = "papyrus-tracker"
kind = "baseline"
durability = "ink is dry"
"""


def code(declarations: str) -> str:
    """Return declarations as asv keeps them, in the code of a benchmark."""
    return "class QuickStart:\n" + indent(declarations, "    ", lambda line: True)


TRACKERS = declared(code(DECLARATIONS))
WITH_SEVENTH = declared(code(DECLARATIONS + SEVENTH))
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
    "many_writers.Processes.track_points_lost": (
        "Points lost of the 500 that each process logs",
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
) -> Measured:
    """Return what is measured of made-up releases; each value has an interval of 5 % around it."""
    releases = [Release(f"{n:040x}", name, "2025-01-01") for n, name in enumerate(versions)]
    found: dict[Series, dict[str, Estimate | None]] = {}
    for name, (_, _, params) in benchmarks.items():
        for chosen in product(*params.values()):
            by_commit = found.setdefault((name, chosen), {})
            for number, release in enumerate(releases):
                value = values(number, name, chosen)
                if value is None:
                    by_commit[release.commit] = None
                elif value == value:
                    by_commit[release.commit] = Estimate(value, 0.95 * value, 1.05 * value)
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
    )


def report(values: Values, **keywords) -> Document:
    """Return the report of made-up results in which asv sees no step."""
    return build("synadb", measured(values, **keywords), [])
