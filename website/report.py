"""``report.html``: which tracker costs what, for a reader with a minute; and its twins as data."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType

from asv.console import log
from asv.publishing import OutputPublisher

from . import badges, curves, feed, pages, phrases, releases, variation
from .changes import histories
from .model import Cost, Document, Feature, as_json, build
from .results import CONFIDENCE, load
from .tables import Row

FORMAT = 5
OFFLINE = "works with the network cut off"
COLUMNS = [
    "machine",
    "release",
    "what",
    "title",
    "case",
    "tracker",
    "baseline",
    "unit",
    "value",
    "low",
    "high",
]


class Report(OutputPublisher):
    """Write the report of each machine and what follows from it.

    That is ``report.json``, ``report.csv``, the badges, the page of the releases, and what asv's
    feed of regressions lacks.
    """

    name = "report"
    order = 10

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        site = Path(conf.html_dir)
        measured = load(conf, repo, benchmarks)
        if not measured:
            log.warning("There is nothing to report: asv run measures the first release")
        found = list(histories(conf, repo, benchmarks, graphs, revisions))
        variations = variation.load()
        reports = [build(conf.project, m, found, variations) for m in measured]
        addresses = _addresses(reports)
        for report in reports:
            log.dot()
            _write_page(site, report, addresses, _longest(reports, report))
        if not reports:
            pages.write(site, "report.html", "nothing.html", project=conf.project)
        data = {"format": FORMAT, "machines": [as_json(report) for report in reports]}
        (site / "report.json").write_text(json.dumps(data, indent=1), "utf-8")
        with (site / "report.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(row for report in reports for row in _rows(report))
        for report in reports[:1]:
            badges.write(site, report)
        releases.write(conf, repo, reports)
        feed.extend(site / "regressions.xml", conf.project, reports)


def _addresses(reports: list[Document]) -> list[tuple[str, str]]:
    """Return each machine's name and page; that measured last has the page without its name."""
    names = [report.machine["machine"] for report in reports]
    first = ["report.html"]
    return list(
        zip(names, first + [f"report-{pages.slug(name)}.html" for name in names[1:]], strict=False)
    )


def _longest(reports: list[Document], report: Document) -> Document | None:
    """Return the machine with the longest history if that is longer than this one's."""
    longest = max(reports, key=lambda other: other.releases)
    return longest if longest.releases > report.releases else None


def _write_page(
    site: Path,
    report: Document,
    addresses: list[tuple[str, str]],
    longest: Document | None,
) -> None:
    charts = _charts()
    drawn = list(dict.fromkeys(tracker for curve in report.scale for tracker in curve.lines))
    figures = [row.displayed() for row in report.figures]
    scale = [curve.displayed() for curve in report.scale]
    pages.write(
        site,
        dict(addresses)[report.machine["machine"]],
        "report.html",
        report=report,
        machines=addresses,
        longest=longest,
        counted=phrases.plural,
        processor=phrases.processor,
        states=phrases.STATES,
        confidence=CONFIDENCE,
        parity=phrases.PARITY,
        least=curves.LEAST,
        answers={name: charts.answer(costs) for name, costs in report.answers.items()},
        histories=_histories(report),
        compared=charts.keys(list(report.answers)),
        figures=[(row, charts.figure(row, report.name, report.tracker)) for row in figures],
        columns=_trackers,
        curves=[(curve, charts.curve(curve, drawn)) for curve in scale],
        drawn=charts.keys(drawn),
        tried=_versioned(report, report.features),
        safe=_versioned(report, [*report.safety, *report.inputs]),
        offline=next((f for f in report.features if f.title == OFFLINE), None),
        system=list(_system(report)),
    )


def _histories(report: Document) -> dict[str, dict[str, tuple[str, list[Cost]]]]:
    """Return the chart of each operation and what it shows, by title and operation."""
    charts = _charts()
    groups: dict[str, dict[str, list[Cost]]] = {}
    for cost in report.costs:
        groups.setdefault(cost.title, {}).setdefault(cost.operation, []).append(cost)
    return {
        title: {name: (charts.history(costs), costs) for name, costs in operations.items()}
        for title, operations in groups.items()
    }


def _charts() -> ModuleType:
    """Import altair when it is needed: asv forks for every call of git, and a small process is
    sooner forked."""
    from . import charts

    return charts


def _trackers(rows: Iterable[Row | Feature]) -> list[str]:
    """Return the trackers that occur in rows, in their order."""
    found = (row.values if isinstance(row, Row) else row.found for row in rows)
    return list(dict.fromkeys(tracker for of_row in found for tracker in of_row))


def _versioned(report: Document, rows: Iterable[Row | Feature]) -> dict[str, str]:
    """Return the trackers that occur in rows, with their names and versions."""
    return {tracker: report.versioned(tracker) for tracker in _trackers(rows)}


def _system(report: Document) -> Iterator[tuple[str, str]]:
    machine = report.machine
    yield "Machine", machine.get("machine", "")
    yield "Processor", phrases.processor(machine)
    yield "Architecture", machine.get("arch", "")
    yield "Memory", _gibibytes(machine.get("ram", ""))
    yield "Operating system", machine.get("os", "")
    yield "File system of the stores on disk", machine.get("file_system", "")
    yield "File system of the stores in memory", machine.get("memory_file_system", "")
    yield "Python", report.python
    yield report.name(report.tracker), f"{report.release.name}, published on {report.release.date}"
    for package, version in report.requirements.items():
        yield package, version or ""
    yield "Measured on", report.measured


def _gibibytes(ram: str) -> str:
    return f"{int(ram) / 2**30:.1f} GiB" if ram.isdigit() else ram


def _rows(report: Document) -> Iterator[list]:
    """Yield the rows of ``report.csv``: every cost of every release, and the newest figures."""
    machine, newest = report.machine["machine"], report.release.name
    for cost in report.costs:
        what = ["cost", cost.title, cost.operation, report.tracker, cost.baseline, cost.unit]
        for point in cost.history:
            if found := point.cost:
                yield [machine, point.release, *what, found.value, found.low, found.high]
    tables = (
        report.figures,
        report.tail,
        report.training,
        report.instructions,
        report.servers,
        report.setup,
        report.footprint,
        report.safety,
    )
    for row in chain.from_iterable(tables):
        for tracker, value in row.values.items():
            if found := value.value:
                what = ["figure", row.title, "", tracker, "", row.unit]
                yield [machine, newest, *what, found.value, found.low, found.high]
    for curve in report.scale:
        for tracker, samples in curve.lines.items():
            for sample in samples:
                if found := sample.value:
                    case = f"{sample.size:.0f} {curve.of}"
                    what = ["scale", curve.title, case, tracker, "", curve.unit]
                    yield [machine, newest, *what, found.value, found.low, found.high]
    for priced in report.sync_prices:
        for at in priced.prices:
            for tracker, time in at.times.items():
                if found := time.measured:
                    case = f"{at.price:g} ms a sync"
                    what = ["sync price", priced.operation, case, tracker, "", "milliseconds"]
                    yield [machine, newest, *what, found.value, found.low, found.high]
    for kind, claims in (("feature", report.features), ("input", report.inputs)):
        for claim in claims:
            for tracker, answer in claim.found.items():
                yield [machine, newest, kind, claim.title, "", tracker, "", "", answer, None, None]
