"""When to choose which tracker: rules over the figures, as plain data, and what rules one out.

A rule that does not fire writes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import phrases, units
from .curves import Curve
from .model import Cost, Document
from .results import Estimate
from .tables import Row

# Factors of footprints below this are no reason to choose.
LEAST_FOOTPRINT = 3.0
MOST_REASONS = 4


@dataclass(frozen=True)
class Danger:
    """What may take acknowledged points: a benchmark, and parameters if not all of its rows.

    ``when`` says what happens, ``kept`` is the reason to choose who loses nothing, and ``accepted``
    what must not matter to whoever chooses one that loses; ``told`` is the benchmark that counts
    the errors that writers were told.
    """

    benchmark: str
    params: tuple[str, ...]
    name: str
    when: str
    kept: str
    accepted: str
    told: str = ""


DANGERS = [
    Danger(
        "many_writers.Processes.track_unread_median",
        ("4",),
        "{} processes",
        "With {} processes at once",
        "several processes write",
        "one process at a time writes to a store",
        "many_writers.Processes.track_errors",
    ),
    Danger(
        "crashes.PowerLoss.track_points_at_risk",
        (),
        "power loss",
        "In a power cut",
        "power may fail",
        "a power cut may take what was logged last",
    ),
    Danger(
        "crashes.FullDisk.track_points_lost",
        (),
        "full disk",
        "On a full disk",
        "the disk may be full",
        "",
    ),
    Danger(
        "crashes.Kills.track_unread_points",
        (),
        "kill",
        "When the writer is killed",
        "writers may be killed",
        "",
    ),
]
# What somebody does who does an operation often.
HABITS = {
    "log parameters": "you log many parameters",
    "log metrics": "you log point by point",
    "log artifact": "you log artifacts",
    "start and end a run": "you start and end many runs",
    "list runs": "you list runs",
    "query runs": "you query runs",
}
BATCHES = "metrics.LogMetricsInBatches.time_log_metrics", ("in batches",)
IN_BATCHES = "you log in batches"
# By a curve's benchmark and parameters: who wins below a size, and above it.
GROWTH = {
    ("scale.ReadRuns.track_seconds", "query"): ("you query at most {}", "you query {} or more"),
    ("scale.LogArtifact.track_seconds",): ("artifacts are at most {}", "artifacts are {} or more"),
    ("scale.ReadRuns.track_seconds", "list"): ("you list at most {}", "you list {} or more"),
    ("scale.ReadRuns.track_seconds", "open"): (
        "you open stores of at most {}",
        "you open stores of {} or more",
    ),
    ("scale.LogMetric.track_seconds",): ("runs hold at most {}", "runs hold {} or more"),
}
# A benchmark, parameters, and what matters to whom it is a reason for.
FOOTPRINTS = [
    ("footprint.Footprint.track_bytes", (), "a {}x smaller installation matters"),
    ("storage.Storage.track_bytes", ("runs",), "{}x smaller stores of runs matter"),
]


@dataclass(frozen=True)
class Loss:
    """What trackers lost in one danger; ``of`` is how many points there were, where it is said."""

    danger: Danger
    row: Row
    lost: dict[str, float]
    of: float | None
    is_silent: bool


@dataclass(frozen=True)
class Choice:
    """A tracker and the reasons to choose it, each with the page that shows it."""

    tracker: str
    reasons: list[tuple[str, str]]


def compared(document: Document) -> list[str]:
    """Return the trackers among which somebody chooses: the subject, then its baselines."""
    return [document.tracker, *document.baselines]


def losses(document: Document) -> list[Loss]:
    """Return the dangers in which one tracker loses acknowledged points and another one none."""
    found = []
    for danger in DANGERS:
        row = row_of(document, danger)
        if row is None:
            continue
        lost = {
            tracker: value.value.value
            for tracker in compared(document)
            if (value := row.values.get(tracker)) and value.value
        }
        if any(lost.values()) and not all(lost.values()):
            told = find(document.safety, danger.told, danger.params)
            losers = [tracker for tracker, number in lost.items() if number]
            errors = [told.values.get(tracker) for tracker in losers] if told else [None]
            is_silent = all(e and e.value and not e.value.value for e in errors)
            found.append(Loss(danger, row, lost, _of(row), is_silent))
    return found


def row_of(document: Document, danger: Danger) -> Row | None:
    """Return the row of a danger."""
    return find(document.safety, danger.benchmark, danger.params)


def find(rows: Sequence[Row], benchmark: str, params: tuple[str, ...]) -> Row | None:
    """Return the row of a benchmark with these parameters, else its last one."""
    own = [row for row in rows if row.benchmark == benchmark]
    return next((row for row in own if row.params == params), own[-1] if own else None)


def number(title: str) -> float | None:
    """Return the first number in a title: benchmarks put their own constants there."""
    found = re.search(r"\d[\d,]*", title)
    return float(found[0].replace(",", "")) if found else None


def _of(row: Row) -> float | None:
    """Return how many points could be lost: of each writer, or of all."""
    title = row.title.partition(" (")[0]
    points = re.search(r"\bof (?:the )?(\d[\d,]*)(?= that each|$| at most)", title)
    if points is None:
        return None
    writers = float(row.params[0]) if "that each" in row.title and row.params else 1.0
    return float(points[1].replace(",", "")) * writers


def knock_outs(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what may happen, and of whom how much of what was acknowledged cannot be read back."""
    for loss in losses(document):
        when = loss.danger.when.format(*loss.row.params)
        of = f" of {phrases.count(loss.of)}" if loss.of else ""
        parts = [
            f"{phrases.count(lost)}{of} points of {document.name(tracker)}"
            for tracker, lost in loss.lost.items()
            if lost
        ]
        unsaid = ", without an error" if loss.is_silent else ""
        yield when, f"{phrases.listing(parts)}{unsaid}"


def safe(document: Document) -> list[str]:
    """Return the trackers that lost nothing wherever another one did."""
    found = losses(document)
    kept = [t for t in compared(document) if not any(loss.lost.get(t, 1) for loss in found)]
    return kept if found else []


def choices(document: Document) -> list[Choice]:
    """Return the trackers that there is a reason to choose, with at most four of them."""
    found = []
    for tracker in compared(document):
        safety, speed = list(_safety(document, tracker)), list(_speed(document, tracker))
        growth, footprint = list(_growth(document, tracker)), list(_footprint(document, tracker))
        first = [*safety[:1], *speed[:1], *growth[:1], *footprint[:1]]
        reasons = [*first, *growth[1:], *safety[1:]][:MOST_REASONS]
        if reasons:
            found.append(Choice(tracker, reasons))
    return found


def _safety(document: Document, tracker: str) -> Iterator[tuple[str, str]]:
    found = losses(document)
    kept = [loss.danger.kept for loss in found if loss.lost.get(tracker) == 0]
    accepted = [loss for loss in found if loss.lost.get(tracker) and loss.danger.accepted]
    if kept and not any(loss.lost.get(tracker) for loss in found):
        yield f"{_or(kept)}: every point is kept", "safety"
    for loss in accepted:
        of = f" of {phrases.count(loss.of)}" if loss.of else ""
        yield (
            f"{loss.danger.accepted} ({phrases.count(loss.lost[tracker])}{of} unreadable)",
            "safety",
        )


def _or(words: Sequence[str]) -> str:
    return phrases.listing(words).replace(" and ", " or ")


def _speed(document: Document, tracker: str) -> Iterator[tuple[str, str]]:
    """Say what the tracker is clearly faster in, by the largest factor against its nearest rival.

    That is the best of the baselines, for a baseline the subject.
    """
    found: list[tuple[float, str, str]] = []
    of_operations: dict[str, list[Cost]] = {}
    for cost in (cost for costs in document.answers.values() for cost in costs):
        of_operations.setdefault(cost.operation, []).append(cost)
    for operation, costs in of_operations.items():
        pairs = [(cost.baseline, cost.cost) for cost in costs]
        habit = HABITS.get(operation, f"you {operation}")
        found += _wins(document, tracker, habit, pairs, operation)
    row = next((r for r in document.figures if (r.benchmark, r.params) == BATCHES), None)
    if row:
        pairs = [(baseline, percent(document, row, baseline)) for baseline in document.baselines]
        found += _wins(document, tracker, IN_BATCHES, pairs, "batches")
    for _, words, operation in sorted(found, key=lambda one: -one[0]):
        yield words, operation


def _wins(
    document: Document,
    tracker: str,
    habit: str,
    costs: Sequence[tuple[str, Estimate | None]],
    operation: str,
) -> Iterator[tuple[float, str, str]]:
    is_subject = tracker == document.tracker
    known = [(b, cost) for b, cost in costs if cost and (is_subject or b == tracker)]
    wins = "faster" if is_subject else "slower"
    if known and all(phrases.verdict(cost) == wins for _, cost in known):
        rival, cost = min(known, key=lambda one: _times(one[1]))
        name = document.name(rival if is_subject else document.tracker)
        yield _times(cost), f"{habit} ({phrases.factor(cost)}x faster than {name})", operation


def _times(cost: Estimate) -> float:
    return max(cost.value / phrases.PARITY, phrases.PARITY / cost.value) if cost.value else 1.0


def percent(document: Document, row: Row, baseline: str) -> Estimate | None:
    """Return the subject's value of a row in percent of a baseline's."""
    ours, theirs = row.values.get(document.tracker), row.values.get(baseline)
    if not (ours and theirs and ours.value and theirs.value):
        return None
    return ours.value.percent_of(theirs.value)


def _growth(document: Document, tracker: str) -> Iterator[tuple[str, str]]:
    """Say up to which size the tracker wins, and from which on: by the safe end of the interval."""
    for (benchmark, *params), (below, above) in GROWTH.items():
        for curve in document.scale:
            if (curve.benchmark, *curve.params) != (benchmark, *params):
                continue
            crossed = [c for c in curve.crossovers if c.size]
            if tracker != document.tracker:
                crossed = [c for c in crossed if c.baseline == tracker]
            elif len(crossed) < len(curve.crossovers):
                continue  # one rival is better or worse at all sizes: the curve shows it
            lows = [c.size.low for c in crossed if c.size and c.size.low and c.below == tracker]
            highs = [c.size.high for c in crossed if c.size and c.size.high and c.below != tracker]
            page = GROWTH_PAGES[(benchmark, *params)]
            if lows and len(lows) == len(crossed):
                yield below.format(phrases.quantity(min(lows), curve.of)) + _each(curve), page
            elif highs and len(highs) == len(crossed):
                yield above.format(phrases.quantity(max(highs), curve.of)) + _each(curve), page


def _each(curve: Curve) -> str:
    """Return what each of the counted has, if a curve's title says it behind a comma."""
    _, _, each = curve.title.partition(" (")[0].partition(", ")
    return f" ({each})" if each else ""


# Where a curve is shown.
GROWTH_PAGES = {
    ("scale.LogArtifact.track_seconds",): "log artifact",
    ("scale.LogMetric.track_seconds",): "log metrics",
    **{
        (f"scale.{read}.track_seconds", operation): page
        for read in ("ReadRuns", "ReadPoints")
        for operation, page in {
            "query": "query runs",
            "list": "list runs",
            "open": "open a store",
            "open in a new process": "open a store",
        }.items()
    },
}


def _footprint(document: Document, tracker: str) -> Iterator[tuple[str, str]]:
    """Say in which size the tracker is smaller by a factor that matters."""
    rows = [*document.footprint, *document.figures]
    for benchmark, params, words in FOOTPRINTS:
        row = next((r for r in rows if (r.benchmark, r.params) == (benchmark, params)), None)
        if row is None:
            continue
        is_subject = tracker == document.tracker
        rivals = document.baselines if is_subject else [tracker]
        costs = [percent(document, row, baseline) for baseline in rivals]
        wins = [c for c in costs if c and (c.value < phrases.PARITY) == is_subject]
        if costs and len(wins) == len(costs) and min(map(_times, wins)) >= LEAST_FOOTPRINT:
            nearest = min(wins, key=_times)
            found = row.values[tracker].value
            assert found
            scale = units.scale(row.unit, [found.value])
            size = f"{phrases.figure(found.value / scale.size)} {scale.unit}"
            page = "install" if benchmark.startswith("footprint") else "size"
            yield f"{words.format(phrases.factor(nearest))} ({size})", page
