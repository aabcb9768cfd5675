"""``decide.html``: which tracker to choose, for a reader with a minute."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path

from markupsafe import Markup

from . import badges, cases, charts, choices, operations, pages, phrases, units
from .changes import Pair
from .curves import Curve
from .model import Cost, Document, Feature, Mark, Marked
from .newest import Finding
from .releases import Entry
from .results import CONFIDENCE, Estimate

# What a case's table has, as cases.row returns it.
COLUMNS = ["tracker", "ruled out by", "waiting to log, all runs", "one query", "store", "files"]
FIRST = "a sweep with 4 workers"
# The least that the scale of all marks shows, in percent of parity.
LEAST_ENDS = 50.0, 200.0
NAMED = 3  # of the last release's changes, each time
OPPOSITE = {"faster", "slower"}  # verdicts


@dataclass(frozen=True)
class Score:
    """What the subject is in one operation against one baseline, and how that is drawn."""

    state: str
    cost: Estimate | None
    verdict: str
    words: str
    status: list[str]
    mark: Markup
    spark: Markup


def write(
    site: Path,
    report: Document,
    machine: pages.Machine,
    others: Sequence[pages.Machine],
    entries: Sequence[Entry],
    addresses: Mapping[str, str],
    elsewhere: Sequence[Document],
) -> None:
    """Write a machine's page.

    ``addresses`` are those of the pages of operations, ``elsewhere`` what other machines found.
    """
    ends = scale_ends(report)
    known = cases.figures(report)
    pages.write(
        site,
        machine.page("decide"),
        "decide.html",
        "decide",
        machine,
        others,
        report=report,
        title=title(report),
        subject=report.name(report.tracker),
        processor=phrases.processor(report.machine),
        gaps=report.gaps[-1],
        dangers=list(choices.knock_outs(report)),
        safe=report.names(choices.safe(report)),
        choices=choices.choices(report),
        address_of=lambda name: addresses.get(name) or _page(machine, name),
        case_columns=COLUMNS,
        fixed={name: cases.rows(report, case) for name, case in cases.FIXED.items()}
        if known
        else {},
        case_data={"trackers": known, "first": asdict(cases.FIXED[FIRST])},
        scores=scores(report, ends, elsewhere),
        work=work(report),
        ends=ends,
        confidence=CONFIDENCE,
        prices=list(_prices(report)),
        newest_page=release_page(machine, report.release.name),
        last=list(_last(report, entries)),
        crossings=list(crossings(report)),
        growing=[f"against {report.name(baseline)}" for baseline in report.baselines],
        differing=differing(report),
        tried=_versions(report),
        badge=lambda baseline: badges.address(machine, baseline),
    )


def _page(machine: pages.Machine, name: str) -> str:
    return machine.page(name if name in pages.PAGES else "operations")


def title(report: Document) -> str:
    """Return ``SynaDB 1.4.0 or MLflow 3.17.2?``: baselines of one package are one."""
    of_packages: dict[str, list[str]] = {}
    for baseline in report.baselines:
        package = report.trackers[baseline].package if baseline in report.trackers else baseline
        of_packages.setdefault(package, []).append(report.name(baseline))
    rivals = [
        f"{_common(names)} {report.requirements.get(package) or ''}".strip()
        for package, names in of_packages.items()
    ]
    ours = f"{report.name(report.tracker)} {report.release.name.removeprefix('v')}"
    return f"{phrases.listing([ours, *rivals]).replace(' and ', ' or ')}?"


def _common(names: Sequence[str]) -> str:
    """Return the words with which all names begin; all of the first if there are none."""
    words = [name.split() for name in names]
    shared = [word for word, *others in zip(*words, strict=False) if set(others) <= {word}]
    return " ".join(shared) or names[0]


def release_page(machine: pages.Machine, release: str) -> str:
    """Return the address of a release's page."""
    return machine.page(f"release-{pages.slug(release.removeprefix('v'))}")


def scale_ends(report: Document) -> tuple[float, float]:
    """Return the ends of the scale of all marks, which holds parity."""
    costs = [c.cost for costs in report.answers.values() for c in costs if c.cost and c.cost.value]
    known = [v for c in costs for v in (c.value, c.low, c.high) if v]
    return charts.domain([*known, *LEAST_ENDS])


def scores(
    report: Document, ends: tuple[float, float], elsewhere: Sequence[Document]
) -> dict[str, list[Score]]:
    """Return the scorecard: for each operation a score against each baseline."""
    found: dict[str, list[Score]] = {}
    for costs in report.answers.values():
        for cost in costs:
            found.setdefault(cost.operation, []).append(_score(report, cost, ends, elsewhere))
    return found


def work(report: Document) -> list[str]:
    """Return what is done in each operation whose costs are measured, where its time was, too."""
    titles = {row.benchmark: row.title for row in report.figures}
    timed = [operation.benchmarks[0][0] for operation in operations.OPERATIONS if operation.cost]
    return [titles[benchmark] for benchmark in timed if benchmark in titles]


def _score(
    report: Document, cost: Cost, ends: tuple[float, float], elsewhere: Sequence[Document]
) -> Score:
    name = f"{cost.operation}, {report.name(report.tracker)} against {report.name(cost.baseline)}"
    said = f"{name}: {cost.words}"
    values = [point.cost.value if point.cost else None for point in cost.history]
    return Score(
        cost.state,
        cost.cost,
        cost.verdict,
        cost.words,
        list(_status(report, cost, elsewhere)),
        charts.mark(cost.cost, ends, said) if cost.cost else Markup(""),
        charts.spark(values, f"{name}, over {phrases.plural(len(values), 'release')}"),
    )


def _status(report: Document, cost: Cost, elsewhere: Iterable[Document]) -> Iterator[str]:
    """Say if the last release changed the operation, and where it is the other way round."""
    marks = [m for one in report.changes if cost.operation in one.params for m in one.marks]
    if any(mark.release == report.release.name for mark in marks):
        yield f"changed in {report.release.name}"
    for other in elsewhere:
        for one in other.answers.get(cost.baseline, []):
            if one.operation == cost.operation and {one.verdict, cost.verdict} == OPPOSITE:
                yield f"{one.words} on {other.machine['machine']}"


def _prices(report: Document) -> Iterator[str]:
    for row in report.sync_price:
        shown = row.displayed()
        for when, found in shown.values.items():
            if found.value:
                yield f"{phrases.figure(found.value.value)} {shown.unit} {when}"


def _last(report: Document, entries: Sequence[Entry]) -> Iterator[str]:
    """Say what the last release changed in its files, and what was measured to change."""
    name = report.release.name
    if report.gaps and not report.gaps[-1].values:
        yield f"Nothing of {report.subject} could be measured."
    entry = next((e for e in entries if e.commit == report.release.commit), None)
    if entry and entry.parts:
        parts = phrases.listing([f"{part.title} {part.change}" for part in entry.parts])
        yield f"{name}: {parts}."
    if not report.newest:
        yield f"{phrases.plural(report.releases, 'release')}: none can have regressed."
        return
    changes = [
        (changed, mark)
        for changed in report.changes
        for mark in changed.marks
        if mark.release == name
    ]
    worse = sum(mark.kind == "regression" for _, mark in changes)
    if changes:
        of = f"{len(changes)} of {phrases.count(report.newest.watched)} watched series changed"
        yield f"{of}: {worse} worse, {len(changes) - worse} better."
        yield from _largest(report, changes)
    elif report.newest.together:
        watched = phrases.plural(report.newest.together, "series", "series")
        yield f"No change was confirmed in {watched} that were measured together."
    yield from report.newest.words
    unsure = [found for found in report.newest.findings if found.state == "not confirmed"]
    yield from _largest(report, [(found, found.measurements[0]) for found in unsure])


def _largest(
    report: Document, changes: Iterable[tuple[Marked | Finding, Mark | Pair]]
) -> Iterator[str]:
    """Name the largest changes of some series, and by how much they are."""
    titles = {series.benchmark: series.title for series in report.history}
    factors = [(of, by.after / by.before) for of, by in changes if by.before and by.after]
    factors.sort(key=lambda found: -abs(log(found[1])))
    for of, factor in factors[:NAMED]:
        said = ", ".join([titles.get(of.benchmark, of.benchmark), *of.params[:1]])
        yield f"{said}: {phrases.difference(100 * (factor - 1))}."


def crossings(report: Document) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what grows, the operation that shows it, and where each baseline is overtaken."""
    for curve in report.scale:
        words = units.comparison(curve.unit)
        found = {other: _standing(curve, report.tracker, other) for other in report.baselines}
        for crossover in curve.crossovers:
            if size := crossover.size:
                said = words.lower if crossover.below == report.tracker else words.higher
                found[crossover.baseline] = f"{said} up to {_about(size, curve.of)}"
        if any(crossover.size for crossover in curve.crossovers):
            page = choices.GROWTH_PAGES.get((curve.benchmark, *curve.params), "operations")
            yield curve.title, page, list(found.values())


def _standing(curve: Curve, subject: str, baseline: str) -> str:
    """Say who is better at all sizes, if one of both is."""
    ours, theirs = (
        {sample.size: sample.value.value for sample in curve.lines.get(name, []) if sample.value}
        for name in (subject, baseline)
    )
    lower = {ours[size] < theirs[size] for size in ours.keys() & theirs.keys()}
    words = units.comparison(curve.unit)
    if not lower:
        return "not measured"
    if len(lower) > 1:
        return "they change places more than once"
    return f"{words.lower if lower == {True} else words.higher} at all sizes"


def _about(size: Estimate, of: str) -> str:
    interval = f" ({phrases.spread(size.low, size.high, of)})" if size.has_interval else ""
    return f"{phrases.quantity(size.value, of)}{interval}"


def differing(report: Document) -> list[Feature]:
    """Return the features in which those that somebody chooses from differ."""
    among = choices.compared(report)
    return [
        Feature(claim.title, {t: claim.found[t] for t in among if t in claim.found})
        for claim in report.features
        if len({claim.found.get(t) for t in among} - {None}) > 1
    ]


def _versions(report: Document) -> dict[str, str]:
    return {tracker: report.versioned(tracker) for tracker in choices.compared(report)}
