"""The report of one machine as plain data: what its pages show and ``report.json`` holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from . import curves, gaps, newest, phrases, shifts, sync_prices, variation
from .changes import Change, History, Pair, Step
from .curves import Curve
from .gaps import Gaps
from .newest import Newest
from .results import Estimate, Measured, Release, Series, iso_date
from .shifts import Shift
from .sync_prices import Priced
from .tables import (
    AGAINST_RELEASE,
    COSTS,
    CURVES,
    FEATURES,
    FIGURES,
    FOOTPRINT,
    INPUTS,
    INSTRUCTIONS,
    SAFETY,
    SERVERS,
    SETUP,
    SYNC_PRICE,
    TAIL,
    TRAINING,
    Row,
    headlines,
    rows,
)
from .trackers import BASELINE, PLUGIN, Tracker, display_name, of_kind


@dataclass(frozen=True)
class Point:
    """A release's cost in percent of the baseline's; None where it was not measured.

    ``within`` has the interval of the run alone.
    """

    release: str
    cost: Estimate | None
    within: Estimate | None


@dataclass(frozen=True)
class Mark:
    """A release that changed a series by more than the threshold, from one median to another.

    If it is the newest one, ``measurements`` are those of it and of the release before.
    """

    release: str
    commit: str
    kind: str
    before: float
    after: float
    measurements: tuple[Pair, ...]


@dataclass(frozen=True)
class Cost:
    """The subject's cost of one operation in percent of one baseline's, now and over the releases.

    ``benchmark``, ``title`` and ``unit`` say of what. ``state`` is measured, failed or missing.
    The interval of ``cost`` has the ``variation`` from run to run (a coefficient in percent, None
    if it is not known), that of ``within`` has not. ``steps`` name releases, not commits.
    ``address`` leads to asv's graph.
    """

    benchmark: str
    title: str
    unit: str
    operation: str
    baseline: str
    state: str
    cost: Estimate | None
    within: Estimate | None
    variation: float | None
    verdict: phrases.Verdict
    words: str
    history: list[Point]
    steps: list[Step]
    address: str


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
class Marked:
    """A series and the releases that changed it; ``series`` is asv's name for it."""

    series: str
    benchmark: str
    params: tuple[str, ...]
    marks: list[Mark]
    address: str


@dataclass(frozen=True)
class Values:
    """A series with its value of each release, in order; None where it has none."""

    benchmark: str
    params: tuple[str, ...]
    title: str
    unit: str
    values: list[Estimate | None]


@dataclass
class Document:
    """The report of one machine."""

    project: str
    machine: dict[str, str]
    tracker: str
    release: Release
    releases: int
    measured: str
    python: str
    requirements: dict[str, str]
    trackers: dict[str, Tracker]
    conclusions: list[str] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    sync_price: list[Row] = field(default_factory=list)
    sync_prices: list[Priced] = field(default_factory=list)
    watched: int = 0
    regressions: list[Marked] = field(default_factory=list)
    changes: list[Marked] = field(default_factory=list)
    newest: Newest | None = None
    shifts: list[Shift] = field(default_factory=list)
    against_release: list[Row] = field(default_factory=list)
    gaps: list[Gaps] = field(default_factory=list)
    figures: list[Row] = field(default_factory=list)
    tail: list[Row] = field(default_factory=list)
    training: list[Row] = field(default_factory=list)
    instructions: list[Row] = field(default_factory=list)
    scale: list[Curve] = field(default_factory=list)
    servers: list[Row] = field(default_factory=list)
    setup: list[Row] = field(default_factory=list)
    footprint: list[Row] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    safety: list[Row] = field(default_factory=list)
    inputs: list[Feature] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    history: list[Values] = field(default_factory=list)

    def name(self, tracker: str) -> str:
        """Return a tracker's name as people write it."""
        return display_name(self.trackers, tracker)

    def names(self, trackers: Iterable[str], before: str = "") -> list[str]:
        """Return the names of trackers, with something before each."""
        return [before + self.name(tracker) for tracker in trackers]

    def versioned(self, tracker: str) -> str:
        """Return a tracker's name with the version of its package, where that is known."""
        about = {name: tracker.package for name, tracker in self.trackers.items()}
        package = about.get(tracker, tracker)
        is_released = package in (self.tracker, about.get(self.tracker))
        version = self.release.name if is_released else self.requirements.get(package)
        return f"{self.name(tracker)} {version or ''}".strip()

    @property
    def subject(self) -> str:
        """The tracker under test with its release, as the sentences name it."""
        return f"{self.name(self.tracker)} {self.release.name}"

    @property
    def baselines(self) -> list[str]:
        """The trackers that the subject is compared with."""
        of_costs = (cost.baseline for cost in self.costs)
        return list(dict.fromkeys([*of_costs, *of_kind(self.trackers, BASELINE)]))

    @property
    def answers(self) -> dict[str, list[Cost]]:
        """The costs that the report begins with, by baseline."""
        answers: dict[str, list[Cost]] = {}
        for cost in self.costs:
            if cost.benchmark == self.costs[0].benchmark:
                answers.setdefault(cost.baseline, []).append(cost)
        return answers

    @property
    def validated(self) -> bool:
        """Whether the intervals of costs have the variation from run to run."""
        return any(cost.variation is not None for cost in self.costs)

    @property
    def unreachable(self) -> list[str]:
        """The trackers that plug into a baseline and have no figure through a server."""
        plugins = of_kind(self.trackers, PLUGIN)
        values = [(name, row.values.get(name)) for row in self.servers for name in plugins]
        measured = {name for name, value in values if value and value.value}
        return [name for name in plugins if self.servers and name not in measured]


def build(
    project: str,
    measured: Measured,
    histories: Iterable[History],
    variations: Mapping[str, float] | None = None,
) -> Document:
    """Derive the report of a machine from its results and asv's steps.

    ``variations`` are those of series from run to run: coefficients in percent, by asv's names.
    """
    own = of_machine(histories, measured)
    found = newest.judge(measured, own)
    for series, change in newest.confirmed(measured, found).items():
        own[series] = own[series].changed_by(change)
    document = Document(
        project,
        measured.machine,
        measured.subject,
        measured.releases[-1],
        len(measured.releases),
        iso_date(measured.started),
        measured.python,
        measured.requirements,
        measured.trackers,
        costs=list(_costs(measured, own, variations or {})),
        sync_price=list(rows(measured, SYNC_PRICE)),
        watched=sum(history.threshold is not None for history in own.values()),
        regressions=list(_marked(measured, {s: (h, h.regressions) for s, h in own.items()})),
        changes=list(_marked(measured, {s: (h, h.changes) for s, h in own.items()})),
        newest=found,
        shifts=list(shifts.build(measured)),
        against_release=list(rows(measured, AGAINST_RELEASE)),
        gaps=gaps.build(measured),
        figures=list(rows(measured, FIGURES)),
        tail=list(rows(measured, TAIL)),
        training=list(rows(measured, TRAINING)),
        instructions=list(rows(measured, INSTRUCTIONS)),
        servers=list(rows(measured, SERVERS)),
        setup=list(rows(measured, SETUP)),
        footprint=list(rows(measured, FOOTPRINT)),
        features=_features(measured, FEATURES),
        safety=list(rows(measured, SAFETY)),
        inputs=_features(measured, INPUTS),
        changed=_changed(measured),
        history=list(_values(measured)),
    )
    document.sync_prices = list(sync_prices.build(measured, document.subject))
    document.scale = list(curves.build(measured, CURVES, document.subject))
    document.conclusions = list(_conclusions(document))
    return document


def as_json(document: Document) -> dict:
    """Return a report as docs/report.schema.json describes it."""
    return asdict(document)


def of_machine(histories: Iterable[History], measured: Measured) -> dict[Series, History]:
    """Return a machine's histories by series, those of several environments one after the other.

    asv sees no step from one environment to the next.
    """
    order = {release.commit: number for number, release in enumerate(measured.releases)}
    own = [h for h in histories if h.machine == measured.machine.get("machine")]
    found: dict[Series, History] = {}
    for history in sorted(
        own, key=lambda h: max((order.get(s.last, 0) for s in h.steps), default=0)
    ):
        before = found.get(history.series)
        found[history.series] = before.followed_by(history) if before else history
    return found


def _costs(
    measured: Measured, histories: Mapping[Series, History], variations: Mapping[str, float]
) -> Iterator[Cost]:
    for benchmark in COSTS:
        for operation, baseline in measured.combinations(benchmark):
            series = (benchmark, (operation, baseline))
            about, history = measured.benchmarks[benchmark], histories.get(series)
            found = [measured.values[series].get(release.commit) for release in measured.releases]
            varies = variation.known(variations.get(history.name) if history else None, found)
            points = [
                Point(release.name, variation.combined(within, varies), within)
                for release, within in zip(measured.releases, found, strict=True)
            ]
            now = points[-1].cost
            yield Cost(
                benchmark,
                about.title,
                about.unit,
                operation,
                baseline,
                measured.state(benchmark, operation, baseline),
                now,
                points[-1].within,
                varies,
                phrases.verdict(now),
                phrases.compared(now, about.unit),
                points,
                _steps(measured, history) if history else [],
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
        Mark(names.get(c.commit, c.commit[:8]), c.commit, c.kind, c.before, c.after, c.measurements)
        for c in changes
    ]


def _marked(
    measured: Measured, histories: Mapping[Series, tuple[History, list[Change]]]
) -> Iterator[Marked]:
    for series, (history, changes) in histories.items():
        if changes:
            yield Marked(history.name, *series, _marks(measured, changes), history.address)


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
        for case, tracker in measured.combinations(INPUTS):
            changed = measured.values[INPUTS, (case, tracker)].get(release.commit)
            if changed is not None:
                inputs[tracker] = inputs.get(tracker, 0) + int(changed.value)
        if inputs:
            found.append(Changed(release.name, inputs))
    return found


def _values(measured: Measured) -> Iterator[Values]:
    for (name, params), found in measured.values.items():
        about = measured.benchmarks[name]
        values = [found.get(release.commit) for release in measured.releases]
        if any(values):
            yield Values(name, params, about.title, about.unit, values)


def _conclusions(document: Document) -> Iterator[str]:
    """The sentences at the head of the report."""
    if document.gaps and not document.gaps[-1].values:
        yield f"Nothing of {document.subject} could be measured."
    for baseline, costs in document.answers.items():
        known = {cost.operation: cost.cost for cost in costs if cost.cost}
        if known:
            names = document.subject, document.name(baseline)
            yield phrases.conclusion(*names, costs[0].title, costs[0].unit, known)
    for row in headlines([*document.figures, *document.footprint]):
        yield from _compared(document, row)
    for curve in document.scale:
        found = (crossover for crossover in curve.crossovers if crossover.size)
        yield from (f"{curve.title}: {crossover.words}." for crossover in found)
    for row in headlines(document.safety):
        yield from _lost(document, row)
    yield from _lacking(document)
    yield _regressed(document)


def _compared(document: Document, row: Row) -> Iterator[str]:
    """Say what the subject is next to each baseline."""
    found = [(baseline, row.values.get(baseline)) for baseline in document.baselines]
    compared = [
        f"{phrases.standing(value.words, row.unit)} next to {document.name(baseline)}"
        for baseline, value in found
        if value and value.value
    ]
    ours = row.values.get(document.tracker)
    if compared and ours and ours.value:
        yield f"{row.title}: {document.subject} {phrases.listing(compared)}."


def _lost(document: Document, row: Row) -> Iterator[str]:
    """Say what each tracker lost, unless none did."""
    lost = {tracker: found.value for tracker, found in row.values.items() if found.value}
    if any(found.value for found in lost.values()):
        counted = [
            f"{phrases.figure(found.value)} in "
            f"{document.subject if tracker == document.tracker else document.name(tracker)}"
            for tracker, found in lost.items()
        ]
        yield f"{row.title}: {phrases.listing(counted)}."


def _lacking(document: Document) -> Iterator[str]:
    """Say which of the features that could be tried the subject lacks."""
    answers = {claim.title: claim.found.get(document.tracker) for claim in document.features}
    tried = [title for title, answer in answers.items() if answer in ("yes", "no")]
    missing = [title for title in tried if answers[title] == "no"]
    if tried:
        counted, listed = phrases.plural(len(tried), "feature"), phrases.listing(missing)
        said = f"Of {counted} that were tried, {document.subject} lacks {len(missing)}"
        yield f"{said}: {listed}." if missing else f"{said}."


def _regressed(document: Document) -> str:
    if not document.newest:
        return f"{phrases.plural(document.releases, 'release')}: none can have regressed."
    number = len(document.regressions)
    series = [f"{r.benchmark} ({', '.join(r.params)})" for r in document.regressions[:3]]
    listed = f": {phrases.listing(series)}{' and others' if number > 3 else ''}" if number else ""
    are = "is" if number == 1 else "are"
    said = f"{phrases.plural(number, 'regression')} {are} open{listed}."
    return " ".join([said, *document.newest.words])
