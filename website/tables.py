"""The order of the tables: which benchmarks are their rows, and which are said in sentences.

What a row is called and in which unit it is, is said by its benchmark. A benchmark has a row for
each combination of its parameters but the last, which is the tracker or its package.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from . import phrases, units
from .results import Estimate, Measured
from .trackers import BASELINE, SUBJECT, of_kind

# The first that was measured is the answer.
COSTS = [
    "against_mlflow.OnDisk.track_cost",
    "against_mlflow.InMemory.track_cost",
    "against_mlflow.Instructions.track_cost",
]
# What a sync took while the first of them was measured; the parameter says when.
SYNC_PRICE = ["against_mlflow.SyncPrice.track_seconds"]
# Times by operation and price, an operation's syncs, and what a sync takes beyond its price.
AT_PRICES, SYNCS, OVERSHOOT = (
    "slow_syncs.Operations.track_seconds",
    "slow_syncs.Operations.track_syncs",
    "slow_syncs.Overshoot.track_seconds",
)
FIGURES = [
    "parameters.LogParameters.time_log_parameters",
    "parameters.LogParametersAtOnce.time_log_parameters",
    "metrics.LogMetrics.time_log_metrics",
    "metrics.LogMetricsInBatches.time_log_metrics",
    "metrics.LogSteps.time_log_steps",
    "artifacts.LogArtifact.time_log_artifact",
    "artifacts.LogFirstArtifact.time_log_artifact",
    "runs.StartAndEndRun.time_start_and_end_run",
    "runs.StartAndEndFirstRun.time_start_and_end_run",
    "queries.ListRunsLatency.track_p50",
    "queries.ListRunsLatency.track_p95",
    "queries.QueryRuns.time_query_runs",
    "storage.Storage.track_bytes",
    "storage.Storage.track_files",
    "long_metric.LongMetric.track_seconds",
    "against_mlflow.Client.track_cost",
]
TAIL = [
    "tail.LogMetric.track_p50",
    "tail.LogMetric.track_p99",
    "tail.LogMetric.track_p999",
    "tail.LogMetric.track_longest",
    "many_writers.Waits.track_slowest_call",
    "many_writers.Threads.track_slowest_call",
]
TRAINING = [
    "training.Loop.track_overhead",
    "training.Loop.track_stall",
    "training.Loop.track_drain",
    "training.Loop.track_helpers",
]
INSTRUCTIONS = ["instructions.Operations.track_instructions"]
# Next to an older release of the subject; the parameter is the operation.
AGAINST_RELEASE = [
    "against_release.InMemory.track_time",
    "against_release.InMemory.track_mean",
    "against_release.OnDisk.track_time",
]
SERVERS = [
    "servers.Operations.track_seconds",
    "servers.LogMetric.track_median",
    "servers.LogMetric.track_longest",
    "servers.ManyWriters.track_points_lost",
    "servers.ManyWriters.track_seconds_per_point",
    "mlflow_store.LogMetrics.time_log_metrics",
]
SETUP = [
    "quick_start.QuickStart.track_statements",
    "quick_start.QuickStart.track_files",
    "startup.Import.timeraw_import",
    "startup.FirstMetric.timeraw_first_metric",
]
FOOTPRINT = [
    "footprint.Footprint.track_bytes",
    "footprint.Footprint.track_distributions",
    "footprint.Running.track_threads",
    "footprint.Running.track_open_files",
    "memory.Memory.track_peak",
]
# Over the last parameter but the tracker, which is a size.
CURVES = [
    "scale.ReadRuns.track_seconds",
    "scale.ReadPoints.track_seconds",
    "scale.LogArtifact.track_seconds",
    "scale.LogMetric.track_seconds",
]
SAFETY = [
    "many_writers.Processes.track_unread_minimum",
    "many_writers.Processes.track_unread_median",
    "many_writers.Processes.track_unread_maximum",
    "many_writers.Processes.track_wrong_values",
    "many_writers.Processes.track_unlisted_runs",
    "many_writers.Processes.track_errors",
    "many_writers.Threads.track_unread_maximum",
    "many_writers.Layouts.track_unread_median",
    "many_writers.Remains.track_unread_by_key",
    "many_writers.Remains.track_torn_records",
    "crashes.Kills.track_unread_points",
    "crashes.Kills.track_unread_next_runs",
    "crashes.Kills.track_unlisted_runs",
    "crashes.Kills.track_failed_openings",
    "crashes.RandomKills.track_unread_points",
    "crashes.RandomKills.track_failed_openings",
    "crashes.FullDisk.track_points_lost",
    "crashes.FullDisk.track_silence",
    "crashes.PowerLoss.track_points_at_risk",
    "resume.Resume.track_points_lost",
    "resume.Resume.track_points_overwritten",
    "resume.Resume.track_wrong_status",
    "readers.Readers.track_points_unseen_by_open_reader",
    "readers.Readers.track_points_unseen_by_new_reader",
    "readers.Readers.track_errors_of_readers",
    "readers.Readers.track_errors_of_writer",
]
FEATURES = "features.Features.track_missing"
INPUTS = "hostile_input.HostileInput.track_changed"
# A benchmark, and parameters if not all of its rows; of several rows the last is said.
HEADLINES = [
    ("metrics.LogMetricsInBatches.time_log_metrics", "in batches"),
    ("storage.Storage.track_bytes", "runs"),
    ("footprint.Footprint.track_bytes",),
    ("many_writers.Processes.track_unread_median",),
    ("crashes.Kills.track_unread_points",),
    ("crashes.Kills.track_unread_next_runs",),
    ("crashes.FullDisk.track_points_lost",),
    ("crashes.PowerLoss.track_points_at_risk",),
]
# The name of a last parameter that stands for all trackers of a package.
PACKAGE = "package"


@dataclass(frozen=True)
class Value:
    """A tracker's value in the unit of its row; ``words`` compare the subject with it."""

    state: str
    value: Estimate | None
    words: str


@dataclass(frozen=True)
class Row:
    """What all trackers take for one thing; lower is better."""

    benchmark: str
    params: tuple[str, ...]
    title: str
    unit: str
    values: dict[str, Value]

    def displayed(self) -> "Row":
        """Return the row in the scale in which people read it."""
        known = [found.value.value for found in self.values.values() if found.value]
        scale = units.scale(self.unit, known)
        shown = {
            tracker: replace(found, value=found.value and found.value.over(scale.size))
            for tracker, found in self.values.items()
        }
        return replace(self, unit=scale.unit, values=shown)


def rows(measured: Measured, benchmarks: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a table that were measured on any release, with the newest values."""
    for benchmark in benchmarks:
        combinations = measured.combinations(benchmark)
        for params in dict.fromkeys(combination[:-1] for combination in combinations):
            yield _row(measured, benchmark, params)


def headlines(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows that are said in sentences."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        for headline in HEADLINES:
            if (row.benchmark, *row.params)[: len(headline)] == headline:
                found[headline] = row
    yield from found.values()


def _row(measured: Measured, benchmark: str, params: tuple[str, ...]) -> Row:
    unit = measured.benchmarks[benchmark].unit
    found = {
        tracker: combination
        for combination in measured.combinations(benchmark)
        if combination[:-1] == params
        for tracker in _trackers(measured, benchmark, combination[-1])
    }
    newest = {tracker: measured.newest(benchmark, *found[tracker]) for tracker in found}
    ours = newest.get(measured.subject)
    uncompared = [measured.subject] if measured.subject in found else found
    values = {
        tracker: Value(
            measured.state(benchmark, *combination),
            newest[tracker],
            "" if tracker in uncompared else _compared(ours, newest[tracker], unit),
        )
        for tracker, combination in found.items()
    }
    return Row(benchmark, params, measured.title(benchmark, *params), unit, values)


def _trackers(measured: Measured, benchmark: str, param: str) -> list[str]:
    """Return a tracker itself, or those of a package that have only to be installed."""
    if measured.benchmarks[benchmark].parameters[-1] != PACKAGE:
        return [param]
    installed = of_kind(measured.trackers, SUBJECT, BASELINE)
    return [name for name in installed if measured.trackers[name].package == param] or [param]


def _compared(ours: Estimate | None, other: Estimate | None, unit: str) -> str:
    """Return in words by how much the subject's value is better or worse than another one."""
    if ours is None or other is None:
        return phrases.MISSING
    if ours.value == other.value:
        return phrases.SAME
    if not ours.value or not other.value:  # no factor
        words = units.comparison(unit)
        return words.lower if ours.value < other.value else words.higher
    return phrases.compared(ours.percent_of(other), unit)
