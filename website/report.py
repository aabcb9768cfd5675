"""The pages of each machine, the first of which tells what to choose; and the same as data."""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path

from asv.console import log
from asv.publishing import OutputPublisher
from asv.results import get_filename

from . import (
    badges,
    compare,
    decide,
    feed,
    flames,
    how,
    operations,
    pages,
    phrases,
    picture,
    releases,
    variation,
)
from .changes import History, histories
from .model import Document, as_json, build, of_machine
from .results import Measured, Series, load
from .tables import COSTS, CURVES, FEATURES, INPUTS, SAFETY

FORMAT = 5
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
# What a table of changes has, as compare.Difference has it.
CHANGES = ["series", "from", "to", "change", "noise", "change / noise", "controls", "verdict"]


class Report(OutputPublisher):
    """Write the pages of each machine and what follows from them.

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
        machines = pages.machines((_name(report), report.releases) for report in reports)
        entries = list(releases.entries(conf, repo, reports))
        documented = how.docstrings(Path(conf.benchmark_dir)) if reports else {}
        for report, of in zip(reports, measured, strict=True):
            log.dot()
            drawn = flames.files(Path(conf.results_dir), of)
            raw = _copy_raw(Path(conf.results_dir), site, of)
            own = of_machine(found, of)
            elsewhere = [other for other in reports if other is not report]
            pages_of = Pages(site, report, of, machines, entries, documented, drawn, raw, elsewhere)
            pages_of.write(own, variations)
        if reports:
            picture.write(site, min(reports, key=lambda r: _place(machines, r)))
            _write_compare(site, conf.project, machines, reports)
        else:
            pages.write(site, "decide.html", "nothing.html", "decide", project=conf.project)
        pages.redirect(site, "report.html", "decide.html", "Report")
        data = {"format": FORMAT, "machines": [as_json(report) for report in reports]}
        (site / "report.json").write_text(json.dumps(data, separators=(",", ":")), "utf-8")
        with (site / "report.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(row for report in reports for row in _rows(report))
        others = releases.others(conf, repo, revisions)
        releases.write(conf, entries, others, machines, _newest_pages(machines, reports))
        feed.extend(site / "regressions.xml", conf.project, reports)


def _name(report: Document) -> str:
    return report.machine["machine"]


def _place(machines: Sequence[pages.Machine], report: Document) -> int:
    return [machine.name for machine in machines].index(_name(report))


def _newest_pages(machines: Sequence[pages.Machine], reports: Sequence[Document]) -> dict[str, str]:
    """Return the page of each release by commit, of the first machine that has one."""
    found: dict[str, str] = {}
    for report in sorted(reports, key=lambda report: _place(machines, report)):
        machine = machines[_place(machines, report)]
        for gaps in report.gaps:
            found.setdefault(gaps.commit, decide.release_page(machine, gaps.release))
    return found


def _write_compare(
    site: Path, project: str, machines: Sequence[pages.Machine], reports: Sequence[Document]
) -> None:
    first = next(report for report in reports if _name(report) == machines[0].name)
    names = [gaps.release for gaps in reversed(first.gaps)]
    pages.write(
        site,
        "compare.html",
        "compare.html",
        "compare",
        machines[0],
        machines,
        project=project,
        columns=CHANGES,
        neighbours=[(name, decide.release_page(machines[0], name)) for name in names],
    )


def _copy_raw(results: Path, site: Path, measured: Measured) -> dict[str, str]:
    """Copy what asv wrote of each release to the site; return the addresses by commit."""
    machine, found = measured.machine["machine"], {}
    folder = site / "raw" / pages.slug(machine)
    folder.mkdir(parents=True)
    for release in measured.releases:
        source = results / get_filename(machine, release.commit, measured.environment)
        shutil.copyfile(source, folder / source.name)
        found[release.commit] = f"raw/{folder.name}/{source.name}"
    return found


class Pages:
    """All pages of one machine."""

    def __init__(
        self,
        site: Path,
        report: Document,
        measured: Measured,
        machines: Sequence[pages.Machine],
        entries: Sequence[releases.Entry],
        documented: Mapping[str, str],
        drawn: flames.Files,
        raw: Mapping[str, str],
        elsewhere: Sequence[Document],
    ) -> None:
        self.site, self.report, self.measured = site, report, measured
        self.machines, self.entries = machines, entries
        self.documented, self.drawn, self.raw = documented, drawn, raw
        self.elsewhere = elsewhere
        self.machine = machines[_place(machines, report)]

    def write(self, own: Mapping[Series, History], variations: Mapping[str, float]) -> None:
        site, report, machine, machines = self.site, self.report, self.machine, self.machines
        addresses = operations.addresses(machine)
        decide.write(site, report, machine, machines, self.entries, addresses, self.elsewhere)
        if not machine.suffix:
            own_name = f"machine-{pages.slug(machine.name)}.html"
            pages.redirect(site, own_name, "decide.html", f"{machine.name}: which tracker")
        operations.write(
            site, report, self.measured, machine, machines, self.documented, self.drawn
        )
        self._write_safety()
        self._write_method()
        self._write_releases(own, variations)
        badges.write(site, report, machine)

    def _write(self, name: str, template: str, **values: object) -> None:
        address = self.machine.page(name)
        current = name if name in pages.PAGES else "releases"
        known = {"report": self.report, "project": self.report.name(self.report.tracker)}
        pages.write(
            self.site, address, template, current, self.machine, self.machines, **known, **values
        )

    def _write_safety(self) -> None:
        report = self.report
        safe = operations.trackers_of([*report.safety, *report.inputs])
        alike = [claim for claim in report.inputs if len(set(claim.found.values())) == 1]
        names = [name for name in [*SAFETY, INPUTS] if name in self.measured.benchmarks]
        self._write(
            "safety",
            "safety.html",
            safe={tracker: report.versioned(tracker) for tracker in safe},
            differing=[claim for claim in report.inputs if claim not in alike],
            alike=alike,
            how=list(how.build(self.measured, self.documented, names)),
        )

    def _write_method(self) -> None:
        report = self.report
        packages = {tracker.package for tracker in report.trackers.values()} - {""}
        self._write(
            "method",
            "method.html",
            system=list(_system(report)),
            licences=_licences(packages),
            documents=[(path.stem, path.stem.capitalize()) for path in pages.documents()],
        )

    def _write_releases(
        self, own: Mapping[Series, History], variations: Mapping[str, float]
    ) -> None:
        report, machine = self.report, self.machine
        parts = {entry.commit: entry.parts for entry in self.entries}
        said = {
            commit: phrases.listing([f"{part.title} {part.change}" for part in found])
            for commit, found in parts.items()
        }
        slug = pages.slug(machine.name)
        stacks = flames.scripts(self.site, slug, self.drawn, report.tracker, self._operations())
        data = compare.data(self.measured, own, variations, said, stacks)
        (self.site / f"data-{slug}.js").write_text(compare.script(data, slug), "utf-8")
        for number, release in enumerate(self.measured.releases):
            before = self.measured.releases[number - 1].name if number else ""
            found = compare.compare(data, number - 1, number) if number else []
            shown = [one for one in found if one.kind in ("worse", "better")]
            told = [one for one in found if compare.is_told(one)]
            self._write(
                f"release-{pages.slug(release.name.removeprefix('v'))}",
                "release.html",
                release=release,
                before=before,
                parts_of=parts.get(release.commit, []),
                columns=CHANGES,
                status=compare.status(found),
                warning=compare.warning(data, number - 1, number) if number else "",
                differences=[self._difference(data, one) for one in shown],
                told=[self._difference(data, one) for one in told],
                compare=_comparing(machine, before, release.name),
                flames=self._flames(before, release.name),
                is_newest=release == self.measured.releases[-1],
                shifts=[shift for shift in report.shifts if shift.release == release.name],
                states=phrases.STATES,
                parity=phrases.PARITY,
                gaps=report.gaps[number],
                raw=self.raw[release.commit],
            )

    def _difference(self, data: Mapping, one: compare.Difference) -> tuple:
        series = data["series"][one.number]
        address = operations.graph(series["b"], self.measured, series["p"])
        return compare.title(data, one.number), one, address

    def _flames(self, before: str, after: str) -> list[flames.Flame]:
        drawn = partial(flames.difference, self.drawn, self.report, before, after)
        return [flame for flame in map(drawn, self._operations()) if flame]

    def _operations(self) -> list[str]:
        return list(dict.fromkeys(cost.operation for cost in self.report.costs))


def _comparing(machine: pages.Machine, before: str, after: str) -> str:
    """Return the address that compares two releases, any others a choice away."""
    names = f"a={before.removeprefix('v')}&b={after.removeprefix('v')}"
    return f"compare.html#{names}&m={pages.slug(machine.name)}"


def _licences(packages: Iterable[str]) -> dict[str, str]:
    """Return the licence that each package declares, of those that are installed here."""
    found = {}
    for package in packages:
        try:
            about = metadata.metadata(package)
        except metadata.PackageNotFoundError:
            continue
        classifiers = about.get_all("Classifier") or []
        named = [c.rpartition(":: ")[2] for c in classifiers if c.startswith("License")]
        licence = (
            _field(about, "License-Expression")
            or ", ".join(named)
            or _field(about, "License")
            or ""
        )
        found[package] = licence.partition("\n")[0] or "not declared"
    return found


def _field(about: metadata.PackageMetadata, name: str) -> str:
    return about[name] or "" if name in about else ""


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
    """Yield the rows of ``report.csv``: every value of every release, and the newest claims."""
    machine, newest = report.machine["machine"], report.release.name
    for cost in report.costs:
        what = ["cost", cost.title, cost.operation, report.tracker, cost.baseline, cost.unit]
        for point in cost.history:
            if found := point.cost:
                yield [machine, point.release, *what, found.value, found.low, found.high]
    names = [gaps.release for gaps in report.gaps]
    for series in report.history:
        if series.benchmark in (*COSTS, FEATURES, INPUTS):
            continue
        kind = "scale" if series.benchmark in CURVES else "figure"
        *case, tracker = series.params or ("",)
        what = [kind, series.title, ", ".join(case), tracker, "", series.unit]
        for release, found in zip(names, series.values, strict=True):
            if found:
                yield [machine, release, *what, found.value, found.low, found.high]
    for kind, claims in (("feature", report.features), ("input", report.inputs)):
        for claim in claims:
            for tracker, answer in claim.found.items():
                yield [machine, newest, kind, claim.title, "", tracker, "", "", answer, None, None]
