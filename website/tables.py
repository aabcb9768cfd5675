"""The notebook's tables: which benchmark each figure comes from, and in which unit it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import phrases
from .results import Estimate, Measured

SUBJECT = "synadb"

# What one sample of the benchmarks logs (benchmarks/workload.py; a test compares).
POINTS = 500
ARTIFACT_MB = 2**20 / 1e6

FASTER, SMALLER = ("faster", "slower"), ("smaller", "larger")
FEWER, LESS = ("fewer", "more"), ("less", "more")


@dataclass(frozen=True)
class Figure:
    """A line of a table.

    The benchmark's last parameter is the tracker or its package; ``params`` come before it. A
    value is shown as ``amount`` times it, or as ``amount`` divided by it if it is a ``rate``. A
    headline is said in a sentence, too.
    """

    title: str
    unit: str
    benchmark: str
    params: tuple[str, ...] = ()
    amount: float = 1.0
    rate: bool = False
    terms: tuple[str, str] = FASTER
    is_headline: bool = False

    @property
    def better(self) -> str:
        return "higher" if self.rate else "lower"

    def series(self, measured: Measured) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each tracker with the benchmark's name and parameters that are its figure."""
        for params in measured.combinations(self.benchmark):
            if params[:-1] == self.params:
                for tracker in _trackers(measured, params[-1]):
                    yield tracker, (self.benchmark, *params)

    def convert(self, estimate: Estimate | None) -> Estimate | None:
        """Return an estimate in the unit of this figure."""
        if estimate is None or (self.rate and not estimate.value):
            return None
        if not self.rate:
            ends = (estimate.low, estimate.high)
            return Estimate(
                self.amount * estimate.value, *(e if e is None else self.amount * e for e in ends)
            )
        ends = (estimate.high, estimate.low)
        return Estimate(
            self.amount / estimate.value, *(self.amount / e if e else None for e in ends)
        )

    def compare(self, subject: Estimate | None, other: Estimate | None) -> str:
        """Return in words by how much SynaDB's figure is better or worse than another one."""
        if subject is None or other is None:
            return "missing"
        if subject.value == other.value:
            return "equal"
        if not subject.value or not other.value:
            return "not comparable"
        ours, theirs = (other, subject) if self.rate else (subject, other)
        cost = Estimate(
            _percent(ours.value, theirs.value),
            _percent(ours.low, theirs.high),
            _percent(ours.high, theirs.low),
        )
        return phrases.compared(cost, *self.terms)


@dataclass(frozen=True)
class Scale:
    """A figure that depends on a size, which is the benchmark's last parameter but the tracker.

    The benchmark gives seconds. They are shown as ``amount`` times them, or, where there is none,
    as millions of the size in a second; ``of`` is what the size counts.
    """

    title: str
    unit: str
    of: str
    benchmark: str
    params: tuple[str, ...] = ()
    amount: float | None = 1e3

    @property
    def better(self) -> str:
        return "higher" if self.amount is None else "lower"

    def convert(self, size: float, seconds: Estimate | None) -> Estimate | None:
        """Return an estimate of seconds in the unit of this figure."""
        if self.amount is None:
            figure = Figure("", self.unit, "", amount=size / 1e6, rate=True)
        else:
            figure = Figure("", self.unit, "", amount=self.amount)
        return figure.convert(seconds)


def _percent(ours: float | None, theirs: float | None) -> float | None:
    return 100 * ours / theirs if ours is not None and theirs else None


def _trackers(measured: Measured, param: str) -> list[str]:
    """Return a tracker itself, or for ``mlflow`` those that have only to be installed."""
    trackers = [params[-1] for params in measured.combinations(PARAMETERS)]
    of_package = [tracker for tracker in trackers if tracker.startswith(f"{param}-")]
    return [param] if param in trackers or not of_package else of_package


PARAMETERS = "parameters.LogParameters.time_log_parameters"
BATCHES = "metrics.LogMetricsInBatches.time_log_metrics"
BYTES, FILES = "storage.Storage.track_bytes", "storage.Storage.track_files"

FIGURES = [
    Figure("Logging the 20 parameters of a run", "ms", PARAMETERS, amount=1e3),
    Figure(
        "Logging the 500 metric points of a run",
        "points/s",
        "metrics.LogMetrics.time_log_metrics",
        amount=POINTS,
        rate=True,
    ),
    Figure(
        "Logging 500 metric points in batches",
        "points/s",
        BATCHES,
        ("in batches",),
        amount=POINTS,
        rate=True,
        is_headline=True,
    ),
    Figure(
        "Logging 500 metric points in the background",
        "points/s",
        BATCHES,
        ("in the background",),
        amount=POINTS,
        rate=True,
    ),
    Figure(
        "Logging an artifact of 1 MiB",
        "MB/s",
        "artifacts.LogArtifact.time_log_artifact",
        amount=ARTIFACT_MB,
        rate=True,
    ),
    Figure(
        "Starting and ending a run", "ms", "runs.StartAndEndRun.time_start_and_end_run", amount=1e3
    ),
    Figure("Listing ten runs, mean", "ms", "queries.ListRunsLatency.track_mean", amount=1e3),
    Figure(
        "Listing ten runs, 95th percentile", "ms", "queries.ListRunsLatency.track_p95", amount=1e3
    ),
    Figure(
        "Querying ten runs with parameters", "ms", "queries.QueryRuns.time_query_runs", amount=1e3
    ),
    Figure("Size of ten runs", "kB", BYTES, ("runs",), 1e-3, terms=SMALLER),
    Figure("Files of ten runs", "files", FILES, ("runs",), terms=FEWER),
    Figure("Size of ten artifacts", "kB", BYTES, ("artifacts",), 1e-3, terms=SMALLER),
    Figure("Files of ten artifacts", "files", FILES, ("artifacts",), terms=FEWER),
]
SETUP = [
    Figure(
        "Statements of the quick start",
        "statements",
        "quick_start.QuickStart.track_statements",
        terms=FEWER,
    ),
    Figure("Files that it leaves", "files", "quick_start.QuickStart.track_files", terms=FEWER),
    Figure("Import", "ms", "startup.Import.timeraw_import", amount=1e3),
    Figure(
        "Import and first metric in a new store",
        "ms",
        "startup.FirstMetric.timeraw_first_metric",
        amount=1e3,
    ),
]
FOOTPRINT = [
    Figure(
        "Installed size",
        "MB",
        "footprint.Footprint.track_bytes",
        amount=1e-6,
        terms=SMALLER,
        is_headline=True,
    ),
    Figure(
        "Distributions that are installed",
        "distributions",
        "footprint.Footprint.track_distributions",
        terms=FEWER,
    ),
    Figure("Threads after a first run", "threads", "footprint.Running.track_threads", terms=FEWER),
    Figure("Open files then", "files", "footprint.Running.track_open_files", terms=FEWER),
    *(
        Figure(title, "MB", "memory.Memory.track_peak", (work,), 1e-6, terms=LESS)
        for title, work in (
            ("Memory to log 10,000 points", "log 10,000 points"),
            ("Memory to read 10,000 points", "read 10,000 points"),
            ("Memory to open a store of 1,000 runs", "open 1,000 runs"),
        )
    ),
]
SERVERS = [
    *(
        Figure(title, "ms", "servers.Operations.track_seconds", (operation,), 1e3)
        for title, operation in (
            ("Log a parameter", "log parameters"),
            ("Log a metric point", "log metrics"),
            ("Log an artifact of 1 MiB", "log artifact"),
            ("Start and end a run", "start and end a run"),
            ("List ten runs", "list runs"),
            ("Query ten runs with parameters", "query runs"),
        )
    ),
    Figure(
        "Acknowledged points lost by 4 processes at once (of 2,000)",
        "points",
        "servers.ManyWriters.track_points_lost",
        terms=FEWER,
    ),
    Figure("A point of theirs", "ms", "servers.ManyWriters.track_seconds_per_point", amount=1e3),
    Figure(
        "Log a metric point to SynaDB's store for MLflow",
        "ms",
        "mlflow_store.LogMetrics.time_log_metrics",
        amount=1e3 / POINTS,
    ),
]
READ = "scale.ReadRuns.track_seconds"
SCALES = [
    Scale("Querying runs with parameters", "ms", "runs", READ, ("query",)),
    Scale("Listing runs", "ms", "runs", READ, ("list",)),
    Scale("Opening a store", "ms", "runs", READ, ("open",)),
    Scale("Logging artifacts", "MB/s", "bytes", "scale.LogArtifact.track_seconds", amount=None),
    Scale(
        "Logging a point to a run that has points",
        "µs",
        "points",
        "scale.LogMetric.track_seconds",
        amount=1e6,
    ),
]
SAFETY = [
    *(
        Figure(
            f"Acknowledged points lost by {writers} {kind} at once (of {writers * POINTS:,})",
            "points",
            f"many_writers.{kind.capitalize()}.track_points_lost",
            (str(writers),),
            is_headline=(kind, writers) == ("processes", 4),
        )
        for kind in ("processes", "threads")
        for writers in (2, 4, 8)
    ),
    Figure(
        "Runs lost by 8 processes at once (of 8)",
        "runs",
        "many_writers.Processes.track_runs_lost",
        ("8",),
    ),
    Figure("Errors that they raised", "errors", "many_writers.Processes.track_errors", ("8",)),
    Figure(
        "Acknowledged points lost in 20 kills of the writer",
        "points",
        "crashes.Kills.track_points_lost",
        is_headline=True,
    ),
    Figure(
        "Stores that did not open after a kill (of 20)",
        "openings",
        "crashes.Kills.track_failed_openings",
    ),
    Figure(
        "Acknowledged points lost when the disk is full",
        "points",
        "crashes.FullDisk.track_points_lost",
        is_headline=True,
    ),
    Figure(
        "Full disks that no error told of (of 1)",
        "disks",
        "crashes.FullDisk.track_silence",
    ),
    Figure(
        "Acknowledged points that a loss of power takes (of 50)",
        "points",
        "crashes.PowerLoss.track_points_at_risk",
        is_headline=True,
    ),
]
