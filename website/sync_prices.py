"""What an operation takes by the price of a sync: its software, and its syncs at their price.

All times and prices are in milliseconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import phrases
from .results import Estimate, Measured, estimate
from .tables import AT_PRICES, OVERSHOOT, SYNCS
from .trackers import BASELINE, display_name, of_kind

FREE = "0"
MILLISECOND = 1e-3  # of the benchmarks' seconds


@dataclass(frozen=True)
class Line:
    """The model of an operation: ``software`` is what it takes where a sync costs nothing."""

    software: Estimate
    syncs: float

    def at(self, price: float) -> Estimate:
        """Return what it takes at a price of a sync."""
        paid, software = self.syncs * price, self.software
        low, high = (end and end + paid for end in (software.low, software.high))
        return Estimate(software.value + paid, low, high, software.n)

    def meets(self, other: "Line") -> Estimate | None:
        """Return the price at which both take as long, None if there is none from 0 on.

        Its interval follows from the ends of both at price 0.
        """
        more = self.syncs - other.syncs
        if not more:
            return None
        ours, theirs = self.software, other.software
        pairs = [(theirs.low, ours.high), (theirs.high, ours.low)]
        in_order = pairs if more > 0 else pairs[::-1]
        low, high = ((a - b) / more if a and b else None for a, b in in_order)
        return estimate((theirs.value - ours.value) / more, low, high)


@dataclass(frozen=True)
class Time:
    """What a tracker takes at a price, measured and modelled.

    ``difference`` is by how many percent of the model more was measured.
    """

    state: str
    measured: Estimate | None
    modelled: Estimate | None
    difference: float | None


@dataclass(frozen=True)
class AtPrice:
    """What each tracker takes at a price of a sync; ``sync`` is what one really took."""

    price: float
    sync: float
    times: dict[str, Time]


@dataclass(frozen=True)
class Parity:
    """The price of a sync at which the subject and a baseline take as long.

    None where one of them is faster at every price. ``words`` say it.
    """

    baseline: str
    price: Estimate | None
    words: str


@dataclass(frozen=True)
class Priced:
    """An operation by the price of a sync; ``syncs`` are those of one operation, by tracker."""

    operation: str
    syncs: dict[str, float]
    prices: list[AtPrice]
    parities: list[Parity]


def build(measured: Measured, subject: str) -> Iterator[Priced]:
    """Yield the operations of which the newest release has times and syncs.

    ``subject`` is how sentences name it.
    """
    operations: dict[str, dict[str, list[str]]] = {}
    for operation, price, tracker in measured.combinations(AT_PRICES):
        operations.setdefault(operation, {}).setdefault(price, []).append(tracker)
    for operation, prices in operations.items():
        lines = _lines(measured, operation, prices.get(FREE, []))
        if lines:
            yield Priced(
                operation,
                {tracker: line.syncs for tracker, line in lines.items()},
                [_at(measured, operation, *found, lines) for found in prices.items()],
                list(_parities(measured, lines, subject)),
            )


def _newest(measured: Measured, benchmark: str, *params: str) -> Estimate | None:
    found = measured.newest(benchmark, *params)
    return found and found.over(MILLISECOND)


def _lines(measured: Measured, operation: str, trackers: list[str]) -> dict[str, Line]:
    """Return the models of the trackers whose time without a price was measured, and syncs."""
    lines = {}
    for tracker in trackers:
        software = _newest(measured, AT_PRICES, operation, FREE, tracker)
        syncs = measured.newest(SYNCS, operation, tracker)
        if software and syncs:
            lines[tracker] = Line(software, syncs.value)
    return lines


def _at(
    measured: Measured, operation: str, price: str, trackers: list[str], lines: dict[str, Line]
) -> AtPrice:
    sync, times = float(price) + _late(measured, price), {}
    for tracker in trackers:
        params, line = (operation, price, tracker), lines.get(tracker)
        found, modelled = _newest(measured, AT_PRICES, *params), line and line.at(sync)
        share = found.percent_of(modelled) if found and modelled else None
        difference = share and share.value - phrases.PARITY
        times[tracker] = Time(measured.state(AT_PRICES, *params), found, modelled, difference)
    return AtPrice(float(price), sync, times)


def _late(measured: Measured, price: str) -> float:
    """Return by how much a sync ended late, which is no tracker's: the model has it, too.

    What a bare sync takes without a price is the write that comes with it.
    """
    taken, write = (_newest(measured, OVERSHOOT, at) for at in (price, FREE))
    return taken.value - write.value if taken and write else 0.0


def _parities(measured: Measured, lines: dict[str, Line], subject: str) -> Iterator[Parity]:
    ours = lines.get(measured.subject)
    for baseline in of_kind(measured.trackers, BASELINE):
        if ours and (theirs := lines.get(baseline)):
            other = display_name(measured.trackers, baseline)
            yield Parity(baseline, ours.meets(theirs), f"{subject} {_said(ours, theirs, other)}")


def _said(ours: Line, theirs: Line, other: str) -> str:
    """Say who is faster at which prices."""
    cost, price = ours.software.percent_of(theirs.software), ours.meets(theirs)
    if ours.syncs == theirs.syncs and phrases.verdict(cost) == "equal":
        return f"shows {phrases.EQUAL} to {other} at any price of a sync"
    is_faster = ours.software.value < theirs.software.value
    before, after = ("faster", "slower") if is_faster else ("slower", "faster")
    if price is None:
        return f"is {before} than {other} at every price of a sync"
    found = f" ({within})" if (within := phrases.interval(price)) else ""
    up_to = f"{phrases.figure(price.value)} ms{found} a sync"
    return f"is {before} than {other} up to {up_to}, and {after} beyond"
