"""What changed between two releases, and whether it can be told from noise, controls and sessions.

``static/compare.js`` compares any two in the same words, from ``data-<machine>.js``; here each
release is compared with the one before, so that its page needs no script. Changes are logarithms
of ratios: noise is, too, so that one can be compared with the other.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from . import phrases, units
from .changes import History
from .results import Estimate, Measured, Series
from .trackers import BASELINE, FLOOR, SERVER, SUBJECT, of_kind
from .variation import DEVIATIONS

Kind = Literal["worse", "better", "same", "identical"]

# Of so many changes between neighbours the noise is known: six releases have five of them.
FEWEST_CHANGES = 4
# Benchmarks whose values chance has a part in, though they are no times.
BY_CHANCE = (
    "against_mlflow.",
    "crashes.",
    "footprint.Running.",
    "instructions.",
    "many_writers.",
    "memory.",
    "servers.ManyWriters.",
)
# What is counted of accidents: how many are lost is luck, and the page of safety has it.
ACCIDENTS = ("crashes.", "many_writers.", "servers.ManyWriters.")
# The slowest few of many calls are the machine's.
EXTREMES = ("tail.LogMetric.track_p999", "tail.LogMetric.track_longest")
# Either side may have moved, or the disk; against_release and instructions have the subject's.
SHARED = "against_mlflow."
INSTRUCTIONS = "instructions."
ABSOLUTE = "seconds"
# What controls do is alike if it is in one direction and this part of a change; an absolute time
# has to differ from each of them by more than its noise.
ALIKE = 0.5
# Benchmarks that were started so much apart are of two sessions, where nobody has noted those.
PAUSE = 6 * 3_600_000  # ms
DIGITS = 5  # of a value in the data
KINDS: tuple[Kind, ...] = ("worse", "better", "same", "identical")
MOVED, NO_CHANGE, IDENTICAL = "moved with", "within noise", "identical"
UNKNOWN, APART, LUCK = "noise not known", "measured in another session", "chance"
ALL_MOVED, NOT_ALONE = "the controls moved, too", "not the release's alone"


@dataclass(frozen=True)
class Difference:
    """A series of two releases in words; ``number`` is its place in the data.

    ``ratio`` is the change in noises, and decides the order.
    """

    number: int
    kind: Kind
    before: str
    after: str
    change: str
    noise: str
    ratio: float | None
    controls: str
    verdict: str


def data(
    measured: Measured,
    histories: Mapping[Series, History],
    variations: Mapping[str, float],
    parts: Mapping[str, str],
    stacks: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Return what comparing needs of a machine, as JSON.

    ``parts`` says by commit how a release's files differ from those of the one before, ``stacks``
    by name of which operations its stacks are on the site.
    """
    shown = [series for series, found in measured.values.items() if any(found.values())]
    place = {series: number for number, series in enumerate(shown)}
    seen: dict[str, int] = {}
    return {
        "machine": measured.machine.get("machine", ""),
        "subject": next(iter(of_kind(measured.trackers, SUBJECT)), ""),
        "releases": [
            {
                "name": r.name,
                "date": r.date,
                "parts": parts.get(r.commit, ""),
                "stacks": list(stacks.get(r.name, ())),
            }
            for r in measured.releases
        ],
        "units": {
            unit: [*units.comparison(unit)[:2], units.SCALES.get(unit, [])]
            for unit in dict.fromkeys(about.unit for about in measured.benchmarks.values())
        },
        "benchmarks": {
            name: {
                "title": measured.benchmarks[name].title,
                "unit": measured.benchmarks[name].unit,
                "names": measured.benchmarks[name].parameters,
                "sessions": _sessions(measured, name, seen),
            }
            for name in dict.fromkeys(name for name, _ in shown)
        },
        "trackers": {name: about.display_name for name, about in measured.trackers.items()},
        "series": [
            _series(measured, series, histories.get(series), variations, place) for series in shown
        ],
    }


def _series(
    measured: Measured,
    series: Series,
    history: History | None,
    variations: Mapping[str, float],
    place: Mapping[Series, int],
) -> dict[str, Any]:
    name, params = series
    found = [measured.values[series].get(release.commit) for release in measured.releases]
    controls = measured.controls if params and not name.startswith("against_") else []
    is_control = bool(controls) and not _is_own(measured, params[-1])
    beside = [] if is_control else [place.get((name, (*params[:-1], c))) for c in controls]
    unit = measured.benchmarks[name].unit
    exact = not units.is_timed(unit) and not name.startswith(BY_CHANCE)
    of = {
        "b": name,
        "p": params,
        "v": [None if e is None else _rounded(e.value) for e in found],
        "floor": round(_floor(history, variations), 4),
        "exact": int(exact),
        "never": _never(measured, series),
        "c": [n for n in beside if n is not None],
        "control": int(is_control),
        "subject": int(name.startswith("against_") or _is_subject(measured, params)),
    }
    if units.is_timed(unit):
        of["w"] = [0 if e is None else round(min(_chance(e), 9.0), 3) for e in found]
    return of


def _never(measured: Measured, series: Series) -> str:
    """Return why a series never has a verdict; nothing if it may have one."""
    name, params = series
    if name.startswith(SHARED):
        return NOT_ALONE
    is_accident = name.startswith(ACCIDENTS) and not units.is_timed(measured.benchmarks[name].unit)
    # What others execute is chance: the C interface looks for a run in an order that is drawn.
    is_drawn = name.startswith(INSTRUCTIONS) and not _is_subject(measured, params)
    return LUCK if is_accident or is_drawn or name in EXTREMES else ""


def _is_subject(measured: Measured, params: tuple[str, ...]) -> bool:
    return bool(params) and params[-1] in of_kind(measured.trackers, SUBJECT)


def _is_own(measured: Measured, param: str) -> bool:
    """Whether a last parameter is no other system's: it may be no tracker at all."""
    others = of_kind(measured.trackers, BASELINE, FLOOR, SERVER)
    return param not in others and param not in measured.controls


def _rounded(value: float) -> float:
    return int(value) if value == int(value) else float(f"{value:.{DIGITS}g}")


def _chance(found: Estimate) -> float:
    return found.chance if found.value else 0.0


def _floor(history: History | None, variations: Mapping[str, float]) -> float:
    """Return the least change that counts: by validation, and by the threshold of the suite."""
    if history is None:
        return 0.0
    varies = DEVIATIONS * math.sqrt(2) * variations.get(history.name, 0.0) / 100
    return max(varies, math.log1p(history.threshold or 0.0))


def _sessions(measured: Measured, name: str, seen: dict[str, int]) -> list[int | None]:
    """Return the number of the session of each release; by when it was begun if it is not known."""
    noted, begun = measured.sessions.get(name, {}), measured.begun.get(name, {})
    found: list[int | None] = []
    for release in measured.releases:
        session, start = noted.get(release.commit), begun.get(release.commit)
        key = session.started if session else None
        if session is None and start is not None:
            same = [t for t in sorted(begun.values()) if t <= start]
            first = same[-1]
            for earlier in reversed(same):
                if first - earlier > PAUSE:
                    break
                first = earlier
            key = f"{name} {first}"
        found.append(None if key is None else seen.setdefault(key, len(seen)))
    return found


def compare(of: Mapping[str, Any], a: int, b: int) -> list[Difference]:
    """Return what was measured of both releases, by their numbers, but for the controls."""
    found = [
        difference(of, number, a, b)
        for number, series in enumerate(of["series"])
        if not series["control"] and series["v"][a] is not None and series["v"][b] is not None
    ]
    return sorted(found, key=lambda d: (KINDS.index(d.kind), -(d.ratio or 0), d.number))


def difference(of: Mapping[str, Any], number: int, a: int, b: int) -> Difference:
    series = of["series"][number]
    about = of["benchmarks"][series["b"]]
    before, after = series["v"][a], series["v"][b]
    lower, higher, _ = of["units"][about["unit"]]
    noise = noise_of(series, a, b)
    change = change_of(series["v"], a, b)
    controls = [(n, change_of(of["series"][n]["v"], a, b)) for n in series["c"]]
    moved = [(n, by) for n, by in controls if by is not None]
    ratio = abs(change) / noise if change is not None and noise else None
    kind, verdict = _verdict(of, series, change, noise, moved, (a, b))
    return Difference(
        number,
        kind,
        *_values(of, about["unit"], before, after),
        _said(change, lower, higher),
        "not known" if noise is None else factor(noise) if noise else "none",
        ratio,
        ", ".join(_control(of, n, by) for n, by in moved) or "-",
        verdict,
    )


def _said(change: float | None, lower: str, higher: str) -> str:
    if change is None:
        return "from or to nothing"
    return f"{factor(change)} {higher if change > 0 else lower}" if change else "-"


def _verdict(
    of: Mapping[str, Any],
    series: Mapping[str, Any],
    change: float | None,
    noise: float | None,
    moved: Sequence[tuple[int, float]],
    releases: tuple[int, int],
) -> tuple[Kind, str]:
    a, b = releases
    before, after = series["v"][a], series["v"][b]
    if before == after:
        return "identical", IDENTICAL
    kind: Kind = "worse" if after > before else "better"
    if series["never"]:
        return "same", series["never"]
    if change is None:
        return (kind, kind) if series["exact"] else ("same", "chance: from or to nothing")
    if noise is None:
        return "same", UNKNOWN
    if abs(change) <= noise:
        return "same", NO_CHANGE
    about = of["benchmarks"][series["b"]]
    is_absolute, sessions = about["unit"] == ABSOLUTE, about["sessions"]
    least = noise if is_absolute else (1 - ALIKE) * abs(change)
    alike = [n for n, by in moved if (change - by) * change <= 0 or abs(change - by) <= least]
    if alike and (is_absolute or len(alike) == len(moved)):
        return "same", f"{MOVED} {phrases.listing([_name(of, n) for n in alike])}"
    if is_absolute and moved and all(abs(by) > noise for _, by in moved):
        return "same", ALL_MOVED
    if is_absolute and sessions[a] != sessions[b]:
        return "same", APART
    return kind, kind


def change_of(values: Sequence[float | None], a: int, b: int) -> float | None:
    """Return the logarithm of the ratio of two values; None without both, or with 0 in it."""
    before, after = values[a], values[b]
    if before == after and before is not None:
        return 0.0
    return math.log(after / before) if before and after else None


def noise_of(series: Mapping[str, Any], a: int, b: int) -> float | None:
    """Return by how much a series changes without reason; None if nothing tells.

    That is by its own changes between neighbours but those of the two compared, by the largest of a
    time that was gone with the next release, by validation and the suite's threshold, and by the
    intervals of both values.
    """
    values, known = series["v"], [series["floor"]] if series["floor"] or series["exact"] else []
    pairs = [(n, n + 1) for n in range(len(values) - 1) if not {n, n + 1} & {a, b}]
    changes = sorted(abs(c) for c in (change_of(values, *pair) for pair in pairs) if c is not None)
    if len(changes) >= FEWEST_CHANGES and not series["exact"]:
        low, high = quartile(changes, 0.25), quartile(changes, 0.75)
        usual = high + 3 * (high - low)
        spikes = _spikes(values, a, b) if "w" in series else []
        known.append(usual + max((spike for spike in spikes if spike > usual), default=0.0))
    chances = [series["w"][n] for n in (a, b)] if "w" in series else []
    if chances and all(chances):
        known.append(math.log1p(math.hypot(*chances)))
    return max(known) if known else None


def _spikes(values: Sequence[float | None], a: int, b: int) -> Iterator[float]:
    """Yield by how much a release differed from both of its neighbours, the compared left out.

    What changed and changed back was the machine for as long as one release took: it can be again.
    """
    for n in range(1, len(values) - 1):
        if not {n - 1, n, n + 1} & {a, b}:
            up, down = change_of(values, n - 1, n), change_of(values, n, n + 1)
            if up and down and up * down < 0:
                yield min(abs(up), abs(down))


def quartile(values: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, on the line between the two that are next to it."""
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def factor(change: float) -> str:
    """Return a change as a factor, such as ``1.3x``; small ones have more digits."""
    times = math.exp(abs(change))
    if times >= 9.95:
        return f"{phrases.count(times)}x"
    return f"{times:.1f}x" if times >= 1.095 else f"{times:.3f}x"


def _control(of: Mapping[str, Any], number: int, by: float) -> str:
    lower, higher, _ = of["units"][of["benchmarks"][of["series"][number]["b"]]["unit"]]
    return f"{_name(of, number)} {_said(by, lower, higher) if by else 'the same'}"


def _name(of: Mapping[str, Any], number: int) -> str:
    tracker = of["series"][number]["p"][-1]
    return of["trackers"].get(tracker, tracker)


def _values(of: Mapping[str, Any], unit: str, before: float, after: float) -> tuple[str, str]:
    scales, positive = of["units"][unit][2], [v for v in (before, after) if v > 0]
    name, size = unit, 1.0
    if scales and positive:
        middle = median(positive)
        name, size = next((s for s in scales if middle >= s[1]), scales[-1])
    return f"{phrases.figure(before / size)} {name}", f"{phrases.figure(after / size)} {name}"


def title(of: Mapping[str, Any], number: int) -> str:
    """Return a series' name as people read it."""
    series = of["series"][number]
    named = [of["trackers"].get(param, param) for param in series["p"]]
    about = of["benchmarks"][series["b"]]["title"]
    return f"{about} ({', '.join(named)})" if named else about


def is_told(one: Difference) -> bool:
    """Whether a change is shown although it is not the release's: what it is instead is told."""
    return one.verdict in (APART, ALL_MOVED) or one.verdict.startswith(MOVED)


def counts(found: Iterable[Difference]) -> dict[Kind, int]:
    """Return how many series are worse, better, the same and identical."""
    kinds = [one.kind for one in found]
    return {kind: kinds.count(kind) for kind in KINDS}


def status(found: Sequence[Difference]) -> str:
    """Sum up a comparison in one line."""
    by = counts(found)
    return (
        f"{phrases.plural(len(found), 'series', 'series')}: {by['worse']} worse, "
        f"{by['better']} better, {by['same']} within noise or moved with the controls, "
        f"{by['identical']} identical"
    )


def warning(of: Mapping[str, Any], a: int, b: int) -> str:
    """Say how many benchmarks of two releases were measured in different sessions."""
    known = [s["sessions"] for s in of["benchmarks"].values()]
    both = [s for s in known if s[a] is not None and s[b] is not None]
    apart = sum(s[a] != s[b] for s in both)
    if not apart:
        return ""
    return (
        f"{apart} of {phrases.plural(len(both), 'benchmark')} were measured in different sessions: "
        "of them there is no verdict on absolute times."
    )


def script(of: Mapping[str, Any], slug: str) -> str:
    """Return the data as a classic script, which a page can load from a file, too."""
    text = json.dumps(of, separators=(",", ":"), ensure_ascii=False)
    return f"(window.measured = window.measured || {{}})[{json.dumps(slug)}] = {text};\n"
