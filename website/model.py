"""The report of one machine as plain data: what ``report.html`` shows and ``report.json`` holds."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field

from . import curves, phrases
from .changes import Change, History, Step
from .curves import Curve
from .results import Estimate, Measured, Release, Series, iso_date
from .tables import FIGURES, FOOTPRINT, SAFETY, SCALES, SERVERS, SETUP, SUBJECT, Figure

COST = "against_mlflow.{}.track_cost"
FEATURE = "features.Features.track_missing"
INPUT = "hostile_input.HostileInput.track_changed"
QUICK_START = "quick_start.QuickStart.track_statements"
# Classes of the costs, and how the report speaks of them; the first that is there is the answer.
MEASURES = {
    "OnDisk": "time on disk",
    "InMemory": "time in memory",
    "Instructions": "instructions",
}


@dataclass(frozen=True)
class Point:
    """A release's cost in percent of the baseline's; None where it was not measured."""

    release: str
    cost: Estimate | None


@dataclass(frozen=True)
class Mark:
    """A release that changed a series by more than the threshold, from one median to another."""

    release: str
    commit: str
    kind: str
    before: float
    after: float


@dataclass(frozen=True)
class Cost:
    """SynaDB's cost of one operation in percent of one baseline's, now and over the releases.

    ``state`` is measured, failed or missing; ``steps`` name releases, not commits. ``address``
    leads to asv's graph.
    """

    measure: str
    operation: str
    baseline: str
    state: str
    cost: Estimate | None
    verdict: phrases.Verdict
    words: str
    history: list[Point]
    steps: list[Step]
    changes: list[Mark]
    address: str


@dataclass(frozen=True)
class Value:
    """A tracker's figure in the unit of its row; ``words`` compare SynaDB with it."""

    state: str
    value: Estimate | None
    words: str


@dataclass(frozen=True)
class Row:
    """One figure of all trackers; ``better`` is lower or higher."""

    title: str
    unit: str
    better: str
    values: dict[str, Value]


@dataclass(frozen=True)
class Feature:
    """A claim, and by tracker what its check found: yes, no, failed or missing."""

    title: str
    found: dict[str, str]


@dataclass(frozen=True)
class Changed:
    """How many of the unusual inputs a release changed in silence, by tracker."""

    release: str
    inputs: dict[str, int]


@dataclass(frozen=True)
class Regression:
    """A series that ends worse than it was at its best, and the releases that did it."""

    benchmark: str
    params: tuple[str, ...]
    marks: list[Mark]
    address: str


@dataclass
class Document:
    """The report of one machine."""

    project: str
    machine: dict[str, str]
    release: Release
    measured: str
    python: str
    requirements: dict[str, str]
    conclusions: list[str] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    regressions: list[Regression] = field(default_factory=list)
    figures: list[Row] = field(default_factory=list)
    scale: list[Curve] = field(default_factory=list)
    servers: list[Row] = field(default_factory=list)
    setup: list[Row] = field(default_factory=list)
    footprint: list[Row] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    safety: list[Row] = field(default_factory=list)
    inputs: list[Feature] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    quick_starts: str = ""

    @property
    def subject(self) -> str:
        """SynaDB with its release, as the sentences name it."""
        return f"{phrases.name(SUBJECT)} {self.release.name}"

    @property
    def measures(self) -> list[str]:
        return list(dict.fromkeys(cost.measure for cost in self.costs))

    @property
    def baselines(self) -> list[str]:
        return list(dict.fromkeys(cost.baseline for cost in self.costs))

    @property
    def answers(self) -> dict[str, list[Cost]]:
        """The costs that the report begins with, by baseline."""
        first = self.measures[:1]
        return {
            baseline: [c for c in self.costs if c.baseline == baseline and [c.measure] == first]
            for baseline in self.baselines
        }


def build(
    project: str, measured: Measured, histories: Iterable[History], quick_starts: str
) -> Document:
    """Derive the report of a machine from its results and asv's steps."""
    of_machine = {h.series: h for h in histories if h.machine == measured.machine.get("machine")}
    document = Document(
        project,
        measured.machine,
        measured.releases[-1],
        iso_date(measured.started),
        measured.python,
        measured.requirements,
        costs=list(_costs(measured, of_machine)),
        regressions=[
            Regression(*history.series, _marks(measured, history.regressions), history.address)
            for history in of_machine.values()
            if history.regressions
        ],
        figures=list(_rows(measured, FIGURES)),
        servers=list(_rows(measured, SERVERS)),
        setup=list(_rows(measured, SETUP)),
        footprint=list(_rows(measured, FOOTPRINT)),
        features=_features(measured, FEATURE),
        safety=list(_rows(measured, SAFETY)),
        inputs=_features(measured, INPUT),
        changed=_changed(measured),
        quick_starts=quick_starts,
    )
    document.scale = list(curves.build(measured, SCALES, document.subject))
    document.conclusions = list(_conclusions(document))
    return document


def as_json(document: Document) -> dict:
    """Return a report as docs/report.schema.json describes it."""
    return asdict(document)


def _costs(measured: Measured, histories: dict[Series, History]) -> Iterator[Cost]:
    for measure in MEASURES:
        benchmark = COST.format(measure)
        for operation, baseline in measured.combinations(benchmark):
            series = (benchmark, (operation, baseline))
            now = measured.newest(benchmark, operation, baseline)
            history = histories.get(series)
            values = measured.values[series]
            yield Cost(
                measure,
                operation,
                baseline,
                measured.state(benchmark, operation, baseline),
                now,
                phrases.verdict(now),
                phrases.compared(now),
                [Point(r.name, values.get(r.commit)) for r in measured.releases],
                _steps(measured, history) if history else [],
                _marks(measured, history.changes) if history else [],
                history.address if history else f"index.html#{benchmark}",
            )


def _steps(measured: Measured, history: History) -> list[Step]:
    """Return the steps among the releases that are drawn; the first may begin before them."""
    drawn = {release.commit: release.name for release in measured.releases}
    return [
        Step(drawn.get(step.first, measured.releases[0].name), drawn[step.last], step.value)
        for step in history.steps
        if step.last in drawn
    ]


def _marks(measured: Measured, changes: Iterable[Change]) -> list[Mark]:
    names = {release.commit: release.name for release in measured.releases}
    return [
        Mark(names.get(c.commit, c.commit[:8]), c.commit, c.kind, c.before, c.after)
        for c in changes
    ]


def _rows(measured: Measured, figures: Iterable[Figure]) -> Iterator[Row]:
    for figure in figures:
        found = dict(figure.series(measured))
        values = {
            tracker: figure.convert(measured.newest(*series)) for tracker, series in found.items()
        }
        if values:
            yield Row(
                figure.title,
                figure.unit,
                figure.better,
                {
                    tracker: Value(
                        measured.state(*found[tracker]),
                        value,
                        figure.compare(values.get(SUBJECT), value) if tracker != SUBJECT else "",
                    )
                    for tracker, value in values.items()
                },
            )


def _features(measured: Measured, benchmark: str) -> list[Feature]:
    """Return the claims of a benchmark that is 0 where they hold."""
    found: dict[str, dict[str, str]] = {}
    for feature, tracker in measured.combinations(benchmark):
        missing = measured.newest(benchmark, feature, tracker)
        state = measured.state(benchmark, feature, tracker)
        answer = state if missing is None else "no" if missing.value else "yes"
        found.setdefault(feature, {})[tracker] = answer
    return [Feature(title, trackers) for title, trackers in found.items()]


def _changed(measured: Measured) -> list[Changed]:
    """Count the unusual inputs that each release changed; one that failed is not counted."""
    found = []
    for release in measured.releases:
        inputs: dict[str, int] = {}
        for case, tracker in measured.combinations(INPUT):
            changed = measured.values[INPUT, (case, tracker)].get(release.commit)
            if changed is not None:
                inputs[tracker] = inputs.get(tracker, 0) + int(changed.value)
        if inputs:
            found.append(Changed(release.name, inputs))
    return found


def _conclusions(document: Document) -> Iterator[str]:
    """The sentences at the head of the report."""
    for baseline, costs in document.answers.items():
        known = {cost.operation: cost.cost for cost in costs if cost.cost}
        if known:
            condition = f"In {MEASURES[costs[0].measure]}"
            yield phrases.conclusion(document.subject, baseline, condition, known)
    headlines = {figure.title for figure in (*FIGURES, *FOOTPRINT, *SAFETY) if figure.is_headline}
    for row in (*document.figures, *document.footprint):
        if row.title in headlines:
            yield from _compared(document, row)
        if row.title == "Size of ten runs":
            yield from _size(document, row)
    for curve in document.scale:
        yield from (crossover.words for crossover in curve.crossovers if crossover.size)
    for row in document.safety:
        lost = any(found.value and found.value.value for found in row.values.values())
        if row.title in headlines and lost:
            counted = [
                f"{phrases.figure(value.value.value)} in {_versioned(document, tracker)}"
                for tracker, value in row.values.items()
                if value.value
            ]
            yield f"{row.title}: {phrases.listing(counted)}."
    missing = [f.title for f in document.features if f.found.get(SUBJECT) == "no"]
    if document.features:
        tried = phrases.plural(len(document.features), "feature")
        yield f"Of {tried} that were tried, {document.subject} lacks {len(missing)}" + (
            f": {phrases.listing(missing)}." if missing else "."
        )
    number = len(document.regressions)
    series = [f"{r.benchmark} ({', '.join(r.params)})" for r in document.regressions[:3]]
    listed = f": {phrases.listing(series)}{' and others' if number > 3 else ''}" if number else ""
    yield f"{phrases.plural(number, 'regression')} {'is' if number == 1 else 'are'} open{listed}."


def _compared(document: Document, row: Row) -> Iterator[str]:
    compared = []
    for tracker, value in row.values.items():
        if tracker in document.baselines and value.value:
            said = phrases.NO_DIFFERENCE if _is_alike(value) else f"is {value.words}"
            compared.append(f"{said} next to {phrases.name(tracker)}")
    if compared and _has_subject(row):
        yield f"{row.title}: {document.subject} {phrases.listing(compared)}."


def _is_alike(value: Value) -> bool:
    return value.words in ("equal", phrases.EQUAL)


def _has_subject(row: Row) -> bool:
    return SUBJECT in row.values and row.values[SUBJECT].value is not None


def _versioned(document: Document, tracker: str) -> str:
    return document.subject if tracker == SUBJECT else phrases.name(tracker)


def _size(document: Document, row: Row) -> Iterator[str]:
    compared = []
    for tracker, value in row.values.items():
        if tracker in document.baselines and value.value:
            size = "as large as" if _is_alike(value) else f"{value.words} than"
            compared.append(f"{size} in {phrases.name(tracker)}")
    if compared and _has_subject(row):
        yield f"Ten runs in {document.subject} are {phrases.listing(compared)}."
