"""Figures in words: the sentences of the report follow from the figures alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log2
from typing import Literal

from . import units
from .results import CONFIDENCE, Estimate

Verdict = Literal["faster", "slower", "equal", "missing"]

BINARY = ["bytes", "KiB", "MiB", "GiB"]
PARITY = 100.0
MISSING, SAME = "missing", "equal"
EQUAL = "no clear difference"
# What is said of a change by its state; one that is confirmed is among the regressions.
STATES = {
    "not confirmed": "not told from chance yet: measure again",
    "not seen again": "within the threshold when measured again",
    "moved with controls": "not its own: the baselines or the machine moved alike",
}
MOST_NAMED = 3


def figure(value: float | None) -> str:
    """Return a figure with three digits that count."""
    if value is None:
        return MISSING
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def count(number: float) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,.0f}"


def quantity(size: float, of: str) -> str:
    """Return a size with two digits that count, as ``1,200 runs`` or ``130 KiB``."""
    unit = of
    if of == "bytes":
        power = min(int(log2(max(size, 1)) / 10), len(BINARY) - 1)
        size, unit = size / 2 ** (10 * power), BINARY[power]
    return f"{float(f'{size:.2g}'):,.0f} {unit}"


def difference(percent: float) -> str:
    """Return by how much a value differs, as ``+1.5 %``."""
    return f"{percent:+.1f} %"


def spread(low: float | None, high: float | None, of: str) -> str:
    """Return the ends of an interval, as ``34 to 290 runs``; an end may be unknown."""
    ends = [quantity(end, of) if end else "" for end in (low, high)]
    known = {end.partition(" ")[2] for end in ends}
    if len(known) == 1:
        ends[0] = ends[0].partition(" ")[0]
    return f"{ends[0] or 'less'} to {ends[1] or 'more'}"


def crossover(size: Estimate, of: str, spanned: int, samples: Iterable[int | None]) -> str:
    """Return a size and how sure it is, as ``23 runs (99 %: 20 to 27 runs; n = 12)``.

    So many of the sizes that were measured are within its interval; ``samples`` are those of the
    sizes beside it.
    """
    said = ["no interval"]
    if size.has_interval:
        over = f", over {spanned} of the sizes measured" if spanned > 1 else ""
        said = [f"{CONFIDENCE} %: {spread(size.low, size.high, of)}{over}"]
    if counted := sorted({n for n in samples if n}):
        said.append(f"n = {' to '.join(map(str, counted))}")
    return f"{quantity(size.value, of)} ({'; '.join(said)})"


def interval(estimate: Estimate | None) -> str:
    """Return an estimate's interval, as ``7.9 to 8.8``; nothing if no end of it is known."""
    if estimate is None or not estimate.has_interval:
        return ""
    low, high = (end and figure(end) for end in (estimate.low, estimate.high))
    return f"{low or 'less'} to {high or 'more'}"


def verdict(cost: Estimate | None) -> Verdict:
    """Tell what a cost in percent means for the subject; an interval around 100 is no difference.

    Faster is what costs less, be it time or instructions.
    """
    if cost is None:
        return "missing"
    low, high = cost.bounds
    if low <= PARITY <= high or factor(cost) == "1.0":
        return "equal"
    return "faster" if cost.value < PARITY else "slower"


def factor(cost: Estimate) -> str:
    """Return how many times the cheaper side is cheaper, as ``12`` or ``1.3``."""
    times = _times(cost)
    return f"{times:.0f}" if times >= 9.95 else f"{times:.1f}"


def _times(cost: Estimate) -> float:
    return max(cost.value / PARITY, PARITY / cost.value) if cost.value > 0 else float("inf")


def compared(cost: Estimate | None, unit: str) -> str:
    """Return ``12x faster``, ``1.3x larger``, ``no clear difference`` or ``missing``."""
    words = units.comparison(unit)
    if (found := verdict(cost)) in ("faster", "slower") and cost:
        return f"{factor(cost)}x {words.lower if found == 'faster' else words.higher}"
    return EQUAL if found == "equal" else MISSING


def standing(words: str, unit: str) -> str:
    """Return what ``compared`` returned as a predicate, such as ``is 12x faster``."""
    return f"shows {EQUAL}" if words in (SAME, EQUAL) else f"{units.comparison(unit).verb} {words}"


def conclusion(
    subject: str, baseline: str, title: str, unit: str, costs: Mapping[str, Estimate]
) -> str:
    """Sum up the costs of all operations against one baseline in one sentence.

    ``title`` is of what they are costs, and ``costs`` are by operation, an infinitive such as
    ``log metrics``.
    """
    words = units.comparison(unit)
    groups: dict[str, list[str]] = {"faster": [], "equal": [], "slower": []}
    for operation, cost in sorted(costs.items(), key=lambda item: -_times(item[1])):
        groups[verdict(cost)].append(operation)
    said = {"faster": words.lower, "slower": words.higher, "equal": EQUAL}
    parts = []
    for kind, operations in sorted(groups.items(), key=lambda item: -len(item[1])):
        if operations:
            times = [f" ({factor(costs[o])}x)" if kind != "equal" else "" for o in operations]
            listed = listing([f"to {o}{t}" for o, t in zip(operations, times, strict=True)])
            share = f"{len(operations)} of {len(costs)} operations"
            parts.append(f"{standing(said[kind], unit)} in {share}: {listed}")
    return f"In {within(title)}, next to {baseline}, {subject} {'; it '.join(parts)}."


def comparison(
    release: str,
    before: str,
    watched: int,
    together: int,
    states: Sequence[str],
    others: Sequence[str] = (),
) -> Iterator[str]:
    """Say what the comparison of the newest release with the one before it is worth.

    So many series are watched, and so many of them were measured of both in one session; ``states``
    are those of the changes that were found, ``others`` what the newest was measured with alone.
    """
    if not watched:
        yield f"Of {release} nothing was measured in which a regression would be seen."
        return
    if not together:
        apart = f", but with {listing(others)}" if others else ""
        yield (
            f"The newest release was not measured together with the one before it{apart}: "
            "a regression in it would not be seen here."
        )
        return
    if together < watched:
        yield (
            f"{watched - together} of {watched} series were not measured of {release} and {before} "
            "in one session: a regression in them would not be seen here."
        )
    for state in ("not confirmed", "moved with controls"):
        if number := states.count(state):
            are = "is" if number == 1 else "are"
            yield f"{plural(number, 'change')} of {release} {are} {STATES[state]}."


def confirmed(measurements: int) -> str:
    """Say how often a change was measured, the first measurement included."""
    if measurements == 2:
        return "confirmed by a second measurement"
    return f"confirmed by the mean of {measurements - 1} further measurements"


def no_longer_measured(release: str, before: str, titles: Sequence[str]) -> str:
    return f"Measured of {before} and skipped of {release}: {'; '.join(titles)}."


def needing(title: str, tool: str) -> str:
    """Return a title with the program that is needed."""
    return f"{title} (needs {tool})" if tool else title


def shift(release: str, before: str, factor: float, series: int, others: Sequence[str] = ()) -> str:
    """Say that absolute times became others: a factor below 1 is a slower machine.

    ``others`` is what was measured with besides, and may be why.
    """
    times, word = (factor, "fast") if factor > 1 else (1 / factor, "slow")
    became = f"{figure(times)} times as {word}, by {count(series)} absolute times of what no"
    if others:
        return (
            f"From {before} to {release} all became {became} release changes, and it was measured "
            f"with {listing(others)}: absolute times that moved alike are not the release's."
        )
    return (
        f"From {before} to {release} the machine became {became} release changes: absolute times "
        "that moved alike are the machine's."
    )


def gap(title: str, params: Sequence[Sequence[str]], of: int, tool: str = "") -> str:
    """Name the series of a benchmark, or count them where they are many."""
    if len(params) == of:
        return needing(title, tool)
    named = "; ".join(", ".join(series) for series in params)
    return f"{title} ({named if len(params) <= MOST_NAMED else f'{len(params)} of {of}'})"


def within(title: str) -> str:
    """Return a title as it is written in the middle of a sentence."""
    return title[:1].lower() + title[1:]


def listing(items: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def plural(number: int, noun: str, many: str = "") -> str:
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def processor(machine: Mapping[str, str]) -> str:
    """Return a machine's processor, as ``2 cores of AMD EPYC``; nothing if asv does not know it."""
    cores, cpu = machine.get("num_cpu", ""), machine.get("cpu", "")
    counted = plural(int(cores), "core") if cores.isdigit() else ""
    return " of ".join(part for part in (counted, cpu) if part)
