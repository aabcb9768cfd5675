"""What somebody's own case takes with each tracker: straight lines between what was measured.

``static/site.js`` does the same in the page, in the same words: a test compares them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import choices, phrases
from .choices import DANGERS, find, number, row_of
from .model import Document
from .results import Estimate

MIB = 2**20
# A value with the ends of its interval, and a size with such a value.
Spread = tuple[float, float, float]
Sample = tuple[float, float, float, float]
LOG_ARTIFACT = "scale.LogArtifact.track_seconds"
# A query of so many runs, and of runs that have so many points.
READ_RUNS, READ_POINTS = "scale.ReadRuns.track_seconds", "scale.ReadPoints.track_seconds"
# By the way in which points are logged.
POINTS = {
    "one": ("metrics.LogMetrics.time_log_metrics", ()),
    "batch": choices.BATCHES,
}
PARAMETERS = "parameters.LogParameters.time_log_parameters"
RUN = "runs.StartAndEndRun.time_start_and_end_run"
BYTES, FILES = "storage.Storage.track_bytes", "storage.Storage.track_files"
PROCESSES, POWER = DANGERS[0], DANGERS[1]
BEYOND = "beyond what was measured"


@dataclass(frozen=True)
class Case:
    """Runs, points of each, processes that write at once, and MiB of each run's artifact.

    ``dur`` says whether a power loss may lose data, ``how`` points are logged: one or batch.
    """

    runs: float
    points: float
    writers: float
    art: float
    dur: str = "no"
    how: str = "one"


# What is shown without scripts; the page begins with the second one.
FIXED = {
    "one notebook": Case(20, 500, 1, 1),
    "a sweep with 4 workers": Case(200, 500, 4, 1),
    "5,000 runs": Case(5000, 500, 1, 1),
}


def figures(document: Document) -> list[dict[str, Any]]:
    """Return what the model knows of each tracker that somebody chooses from, as JSON."""
    found = (_figures(document, tracker) for tracker in choices.compared(document))
    return [known for known in found if known]


def _figures(document: Document, tracker: str) -> dict[str, Any] | None:
    rows = document.figures

    def of(benchmark: str, params: tuple[str, ...] = ()) -> Spread | None:
        row = next((r for r in rows if (r.benchmark, r.params) == (benchmark, params)), None)
        value = row.values.get(tracker) if row else None
        return _spread(value.value) if value and value.value else None

    def per(benchmark: str, params: tuple[str, ...] = ()) -> Spread | None:
        row = next((r for r in rows if (r.benchmark, r.params) == (benchmark, params)), None)
        found, size = of(benchmark, params), number(row.title) if row else None
        return _scaled(found, 1 / size) if found and size else None

    run, parameters, one = of(RUN), of(PARAMETERS), per(*POINTS["one"])
    if not (run and parameters and one):
        return None
    row = find(rows, POINTS["one"][0], ())
    of_runs, of_artifacts = per(BYTES, ("runs",)), per(BYTES, ("artifacts",))
    files, artifact_files = of(FILES, ("runs",)), per(FILES, ("artifacts",))
    files_of_one = per(FILES, ("runs",))
    return {
        "name": document.name(tracker),
        "run": _sum(run, parameters),
        "one": one,
        "batch": per(*POINTS["batch"]),
        "art": _samples(document, tracker, LOG_ARTIFACT, ()),
        "query": _samples(document, tracker, READ_RUNS, ("query",)),
        "queryPoints": _samples(document, tracker, READ_POINTS, ("query",)),
        "pointsOfQuery": _points_of_query(document),
        "points": (number(row.title) if row else None) or 1,
        "bytes": of_runs and of_runs[0],
        "artifact": of_artifacts and of_artifacts[0] / MIB,
        "files": files and files_of_one and (files_of_one[0] if files[0] > 1 else 0),
        "fileOfArtifact": int(bool(artifact_files) and artifact_files[0] >= 1),
        "lost": _lost(document, tracker),
        "power": _power(document, tracker),
    }


def _spread(found: Estimate) -> Spread:
    return (found.value, *found.bounds)


def _scaled(spread: Spread, by: float) -> Spread:
    value, low, high = spread
    return value * by, low * by, high * by


def _sum(one: Spread, other: Spread) -> Spread:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _samples(
    document: Document, tracker: str, benchmark: str, params: tuple[str, ...]
) -> list[Sample]:
    """Return a curve's sizes with their values; nothing at all has no logarithm."""
    return [
        (sample.size, *_spread(sample.value))
        for curve in document.scale
        if (curve.benchmark, curve.params) == (benchmark, params)
        for sample in curve.lines.get(tracker, [])
        if sample.value and sample.value.value and sample.size
    ]


def _points_of_query(document: Document) -> float | None:
    """Return how many points each run has of those that are queried in numbers."""
    titles = (c.title for c in document.scale if (c.benchmark, c.params) == (READ_RUNS, ("query",)))
    return next(map(number, titles), None)


def _lost(document: Document, tracker: str) -> list[tuple[float, float, float]]:
    """Return how many points so many processes lose, of how many."""
    found, of_processes = [], row_of(document, PROCESSES)
    for row in document.safety:
        value = row.values.get(tracker)
        if of_processes and row.benchmark == of_processes.benchmark and value and value.value:
            writers = float(row.params[0])
            found.append((writers, value.value.value, (number(row.title) or 0) * writers))
    return sorted(found)


def _power(document: Document, tracker: str) -> tuple[float, float] | None:
    """Return how many points a loss of power takes, of how many; None if that is not known."""
    row = row_of(document, POWER)
    value = row.values.get(tracker) if row else None
    return (value.value.value, number(row.title) or 0) if row and value and value.value else None


def at(samples: Sequence[Sample], size: float) -> Spread | None:
    """Return a value at a size, on straight lines between logarithms, and beyond the last ones."""
    if not samples:
        return None
    if len(samples) == 1:
        return samples[0][1:]
    place = next((n for n, s in enumerate(samples[1:-1], 1) if size <= s[0]), len(samples) - 1)
    first, second = samples[place - 1], samples[place]
    share = math.log(size / first[0]) / math.log(second[0] / first[0])
    low, middle, high = (first[n] * (second[n] / first[n]) ** share for n in (2, 1, 3))
    return middle, low, high


def is_beyond(samples: Sequence[Sample], size: float) -> bool:
    return bool(samples) and not samples[0][0] <= size <= samples[-1][0]


def waiting(known: Mapping[str, Any], case: Case) -> Spread | None:
    """Return the seconds that somebody waits for all runs, one after the other."""
    point = known[case.how]
    artifact = at(known["art"], case.art * MIB) if case.art else (0.0, 0.0, 0.0)
    if point is None or artifact is None:
        return None
    of_one = _sum(_sum(known["run"], _scaled(point, case.points)), artifact)
    return _scaled(of_one, case.runs)


def querying(known: Mapping[str, Any], case: Case) -> Spread | None:
    """Return the seconds of a query: what so many runs take, and by what factor their points count.

    Without the latter it is of runs that have as many points as those that were measured.
    """
    of_runs, points = at(known["query"], case.runs), known["queryPoints"]
    if of_runs is None or not (points and known["pointsOfQuery"]):
        return of_runs
    now, then = (at(points, max(size, 1)) for size in (case.points, known["pointsOfQuery"]))
    return _scaled(of_runs, now[0] / then[0]) if now and then else of_runs


def ruled_out(known: Mapping[str, Any], case: Case) -> str:
    """Return what rules a tracker out, nothing if nothing does."""
    reasons = []
    if case.writers > 1 and known["lost"]:
        lost = next((of for of in known["lost"] if of[0] >= case.writers), known["lost"][-1])
        if lost[1]:
            gone = f"{_of(lost[1], lost[2])} points cannot be read back"
            reasons.append(f"{phrases.count(lost[0])} processes: {gone}")
    if case.dur == "no" and known["power"] and known["power"][0]:
        reasons.append(f"power loss: {_of(*known['power'])} points cannot be read back")
    return "; ".join(reasons)


def untested(known: Mapping[str, Any], case: Case) -> str:
    """Return what might rule a tracker out and was not measured, nothing if all was."""
    asked = [
        ("several processes", case.writers > 1 and not known["lost"]),
        ("power loss", case.dur == "no" and not known["power"]),
    ]
    missing = phrases.listing([danger for danger, is_missing in asked if is_missing])
    return f"not measured: {missing}" if missing else ""


def _of(lost: float, of: float) -> str:
    return f"{phrases.count(lost)} of {phrases.count(of)}" if of else phrases.count(lost)


def row(known: Mapping[str, Any], case: Case) -> list[str]:
    """Return a tracker's row in words: name, waiting, a query, store, files, what rules it out."""
    wait, query = waiting(known, case), querying(known, case)
    size = files = None
    if known["bytes"] is not None and known["artifact"] is not None:
        of_runs = known["bytes"] * case.points / known["points"]
        size = case.runs * (of_runs + case.art * MIB * known["artifact"])
    if known["files"] is not None:
        of_one = known["files"] + (known["fileOfArtifact"] if case.art else 0)
        files = case.runs * of_one + (not known["files"])  # the store itself, where it is one
    is_far = case.art > 0 and is_beyond(known["art"], case.art * MIB)
    is_many = is_beyond(known["query"], case.runs) or is_beyond(known["queryPoints"], case.points)
    each = known["pointsOfQuery"]
    is_other = bool(each) and each != case.points and not known["queryPoints"]
    out, open_question = ruled_out(known, case), untested(known, case)
    return [
        f"{'✗' if out else '?' if open_question else '✓'} {known['name']}",
        out or open_question or "nothing",
        said(wait, seconds) + (f", {BEYOND}" if is_far and wait else ""),
        said(query, seconds)
        + (f", {BEYOND}" if is_many and query else "")
        + (f", of runs with {phrases.count(each)} points" if is_other else ""),
        "not measured" if size is None else size_in_bytes(size),
        "not measured" if files is None else phrases.count(files),
    ]


def rows(document: Document, case: Case) -> list[list[str]]:
    """Return a case as a table: first those that nothing rules out, the fastest first."""
    found = figures(document)
    order = sorted(found, key=lambda known: (bool(ruled_out(known, case)), _seconds(known, case)))
    return [row(known, case) for known in order]


def _seconds(known: Mapping[str, Any], case: Case) -> float:
    wait = waiting(known, case)
    return wait[0] if wait else math.inf


def said(spread: Spread | None, words: Any) -> str:
    """Return a value with its interval in words."""
    if spread is None:
        return "not measured"
    value, low, high = map(words, spread)
    return value if low == high else f"{value} ({low} to {high})"


def digits(value: float) -> str:
    """Return a value with two digits that count, or all before the point."""
    return phrases.count(value) if value >= 10 else f"{float(f'{value:.2g}'):g}"


def seconds(value: float) -> str:
    for size, unit in ((3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms")):
        if value >= 1.5 * size or (size == 1e-3 and value >= size):
            return f"{digits(value / size)} {unit}"
    return f"{digits(value * 1e6)} µs"


def size_in_bytes(value: float) -> str:
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= size:
            return f"{digits(value / size)} {unit}"
    return f"{digits(value)} bytes"
