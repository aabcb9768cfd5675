"""``op-*.html``: all that was measured of an operation, under which conditions, and how."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from markupsafe import Markup

from . import charts, flames, how, pages, phrases, sessions
from .model import Cost, Document
from .results import CONFIDENCE, Estimate, Measured
from .tables import Row, Value, rows


@dataclass(frozen=True)
class Operation:
    """What a page is about; a benchmark has its name, and parameters if not all of its rows.

    ``cost`` is its name among the costs, nothing if it has none.
    """

    name: str
    benchmarks: tuple[tuple[str, ...], ...]
    cost: str = ""

    def page(self, machine: pages.Machine) -> str:
        return machine.page(f"op-{pages.slug(self.name)}")


INSTRUCTIONS = "instructions.Operations.track_instructions"
SERVERS = "servers.Operations.track_seconds"
SYNCS, WRITTEN = "counts.Syncs.track_syncs", "counts.Writes.track_bytes"
METRICS = "metrics.LogMetrics.time_log_metrics"
BATCHES = "metrics.LogMetricsInBatches.time_log_metrics"


def _costly(name: str, *benchmarks: tuple[str, ...]) -> Operation:
    """An operation whose costs are measured, and with them what it executes and writes."""
    of_all = (INSTRUCTIONS, SERVERS, SYNCS, WRITTEN)
    return Operation(name, (*benchmarks, *((benchmark, name) for benchmark in of_all)), name)


OPERATIONS = [
    _costly(
        "log parameters",
        ("parameters.LogParameters.time_log_parameters",),
        ("parameters.LogParametersAtOnce.time_log_parameters",),
    ),
    _costly(
        "log metrics",
        (METRICS,),
        ("tail.LogMetric.track_p50",),
        ("tail.LogMetric.track_p99",),
        ("tail.LogMetric.track_p999",),
        ("tail.LogMetric.track_longest",),
        ("metrics.LogSteps.time_log_steps",),
        ("servers.LogMetric.track_median",),
        ("training.Loop.track_overhead",),
        ("scale.LogMetric.track_seconds",),
    ),
    _costly(
        "log artifact",
        ("artifacts.LogArtifact.time_log_artifact",),
        ("artifacts.LogFirstArtifact.time_log_artifact",),
        ("scale.LogArtifact.track_seconds",),
    ),
    _costly(
        "start and end a run",
        ("runs.StartAndEndRun.time_start_and_end_run",),
        ("runs.StartAndEndFirstRun.time_start_and_end_run",),
    ),
    _costly(
        "list runs",
        ("queries.ListRuns.time_list_runs",),
        ("queries.ListRunsLatency.track_p50",),
        ("queries.ListRunsLatency.track_p95",),
        ("scale.ReadRuns.track_seconds", "list"),
        ("scale.ReadPoints.track_seconds", "list"),
    ),
    _costly(
        "query runs",
        ("queries.QueryRuns.time_query_runs",),
        ("scale.ReadRuns.track_seconds", "query"),
        ("scale.ReadPoints.track_seconds", "query"),
    ),
    Operation("batches", ((BATCHES,),)),
    Operation(
        "open a store",
        (
            ("scale.ReadRuns.track_seconds", "open"),
            ("scale.ReadPoints.track_seconds", "open"),
            ("scale.ReadRuns.track_seconds", "open in a new process"),
            ("scale.ReadPoints.track_seconds", "open in a new process"),
            ("long_metric.LongMetric.track_seconds",),
            ("startup.FirstMetric.timeraw_first_metric",),
        ),
    ),
    Operation(
        "memory",
        (
            ("memory.Memory.track_peak",),
            ("footprint.Running.track_threads",),
            ("footprint.Running.track_open_files",),
        ),
    ),
    Operation(
        "install",
        (
            ("footprint.Footprint.track_bytes",),
            ("footprint.Footprint.track_distributions",),
            ("startup.Import.timeraw_import",),
            ("quick_start.QuickStart.track_statements",),
            ("quick_start.QuickStart.track_files",),
        ),
    ),
    Operation("size", (("storage.Storage.track_bytes",), ("storage.Storage.track_files",))),
]


@dataclass(frozen=True)
class Line:
    """A tracker's value in a row, with how many samples it is of, and its history."""

    tracker: str
    state: str
    value: Estimate | None
    samples: int
    spark: Markup
    address: str


@dataclass(frozen=True)
class Shown:
    """A row of a page: title, unit, and a line for each tracker."""

    title: str
    unit: str
    benchmark: str
    lines: list[Line]


def addresses(machine: pages.Machine) -> dict[str, str]:
    """Return the pages of operations by name."""
    return {operation.name: operation.page(machine) for operation in OPERATIONS}


def write(
    site: Path,
    report: Document,
    measured: Measured,
    machine: pages.Machine,
    others: Sequence[pages.Machine],
    documented: Mapping[str, str],
    drawn: Mapping[str, Mapping[str, Path]],
) -> None:
    """Write the pages of a machine; ``documented`` are the docstrings of benchmarks.

    ``drawn`` are the files of stacks by release and tracker.
    """
    looks = charts.looks([*report.trackers, *_undeclared(report, measured)])
    for operation in OPERATIONS:
        shown = list(_rows(report, measured, operation))
        curves = [
            (curve.displayed(), charts.growth(curve.displayed(), report.name, looks, curve.title))
            for curve in report.scale
            if _is_of(operation, curve.benchmark, curve.params)
        ]
        costs = [cost for cost in report.costs if cost.operation == operation.cost]
        names = [cost.benchmark for cost in costs] + [row.benchmark for row in shown]
        names += [curve.benchmark for curve, _ in curves]
        pages.write(
            site,
            operation.page(machine),
            "operation.html",
            "operations",
            machine,
            others,
            report=report,
            operation=operation,
            subject=report.name(report.tracker),
            parity=phrases.PARITY,
            confidence=CONFIDENCE,
            costs=costs,
            now=[cost for cost in costs if cost.benchmark == report.costs[0].benchmark],
            histories=_histories(report, measured, costs, looks),
            rows=shown,
            curves=curves,
            how=list(how.build(measured, documented, names)),
            flames=list(flames.of_operation(drawn, report, operation.cost)),
        )
    pages.write(
        site,
        machine.page("operations"),
        "operations.html",
        "operations",
        machine,
        others,
        report=report,
        subject=report.name(report.tracker),
        operations=[(operation.name, operation.page(machine)) for operation in OPERATIONS],
        columns=trackers_of,
        tried={t: report.versioned(t) for t in trackers_of(report.features)},
        crossings=[
            f"{curve.title}: {crossover.words}"
            for curve in report.scale
            for crossover in curve.crossovers
        ],
    )


def trackers_of(found: Iterable) -> list[str]:
    """Return the trackers that occur in rows or claims, in their order."""
    each = (row.values if isinstance(row, Row) else row.found for row in found)
    return list(dict.fromkeys(tracker for of_row in each for tracker in of_row))


def _undeclared(report: Document, measured: Measured) -> list[str]:
    found = [params[-1] for _, params in measured.values if params] + report.baselines
    return [name for name in dict.fromkeys(found) if name not in report.trackers]


def _is_of(operation: Operation, benchmark: str, params: Sequence[str]) -> bool:
    return any((benchmark, *params)[: len(of)] == of for of in operation.benchmarks)


def _rows(report: Document, measured: Measured, operation: Operation) -> Iterator[Shown]:
    """Yield the rows that were measured, but those that are a curve."""
    curves = {curve.benchmark for curve in report.scale}
    for benchmark, *params in operation.benchmarks:
        if benchmark in measured.benchmarks and benchmark not in curves:
            for row in rows(measured, [benchmark]):
                if row.params[: len(params)] == tuple(params):
                    yield _shown(measured, row)


def _shown(measured: Measured, row: Row) -> Shown:
    shown = row.displayed()
    return Shown(
        shown.title,
        shown.unit,
        row.benchmark,
        [_line(measured, row, tracker, value) for tracker, value in shown.values.items()],
    )


def _line(measured: Measured, row: Row, tracker: str, value: Value) -> Line:
    package = measured.trackers[tracker].package if tracker in measured.trackers else ""
    own = (row.benchmark, (*row.params, tracker))
    series = own if own in measured.values else (row.benchmark, (*row.params, package))
    by_commit = measured.values.get(series, {})
    found = [by_commit.get(release.commit) for release in measured.releases]
    over = phrases.plural(len(found), "release")
    return Line(
        tracker,
        value.state,
        value.value,
        measured.samples.get(series, 0),
        charts.spark([e and e.value for e in found], f"{row.title}, {tracker}, over {over}")
        if any(e and e.value for e in found)
        else Markup(""),
        graph(row.benchmark, measured, series[1]),
    )


def graph(benchmark: str, measured: Measured, params: Sequence[str]) -> str:
    """Return the address of asv's graph of a series."""
    names = measured.benchmarks[benchmark].parameters
    quoted = {
        f"p-{key}": param if param.isdigit() else f"'{param}'"
        for key, param in zip(names, params, strict=False)
    }
    return f"index.html#{benchmark}{'?' + urlencode(quoted) if quoted else ''}"


def _histories(
    report: Document, measured: Measured, costs: Sequence[Cost], looks: Mapping[str, charts.Look]
) -> dict[str, tuple[Markup, list[Cost]]]:
    """Return a chart for each kind of cost, with the costs that are in it."""
    groups: dict[str, list[Cost]] = {}
    commits = [release.commit for release in measured.releases]
    for cost in costs:
        groups.setdefault(cost.title, []).append(cost)
    return {
        title: (
            charts.history(
                {cost.baseline: [point.cost for point in cost.history] for cost in of_title},
                [point.release for point in of_title[0].history],
                of_title[0].unit,
                report.name,
                looks,
                f"{title}, {of_title[0].operation}",
                phrases.PARITY,
                sessions.borders(measured.sessions.get(of_title[0].benchmark, {}), commits),
            ),
            of_title,
        )
        for title, of_title in groups.items()
    }
