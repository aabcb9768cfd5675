"""Figures in words: the sentences of the report follow from the figures alone."""

from collections.abc import Sequence
from math import log2
from typing import Literal

from .results import Estimate

Verdict = Literal["faster", "slower", "equal", "missing"]

NAMES = {
    "synadb": "SynaDB",
    "synadb-native": "SynaDB C interface",
    "synadb-mlflow": "SynaDB below MLflow",
    "mlflow": "MLflow",
    "mlflow-sqlite": "MLflow SQLite",
    "mlflow-file": "MLflow files",
    "mlflow-server": "MLflow server",
    "mlflow-postgres": "MLflow server with PostgreSQL",
}
BINARY = ["bytes", "KiB", "MiB", "GiB"]
PARITY = 100.0
EQUAL = "no clear difference"
NO_DIFFERENCE = f"shows {EQUAL}"
VERBS = {"faster": "is faster", "slower": "is slower", "equal": NO_DIFFERENCE}


def name(tracker: str) -> str:
    """Return a tracker's name as people write it."""
    return NAMES.get(tracker, tracker)


def figure(value: float | None) -> str:
    """Return a figure with three digits that count."""
    if value is None:
        return "missing"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def quantity(size: float, of: str) -> str:
    """Return a size with two digits that count, as ``1,200 runs`` or ``130 KiB``."""
    unit = of
    if of == "bytes":
        power = min(int(log2(max(size, 1)) / 10), len(BINARY) - 1)
        size, unit = size / 2 ** (10 * power), BINARY[power]
    return f"{float(f'{size:.2g}'):,.0f} {unit}"


def spread(low: float | None, high: float | None, of: str) -> str:
    """Return the ends of an interval, as ``34 to 290 runs``; an end may be unknown."""
    ends = [quantity(end, of) if end else "" for end in (low, high)]
    units = {end.partition(" ")[2] for end in ends}
    if len(units) == 1:
        ends[0] = ends[0].partition(" ")[0]
    return f"{ends[0] or 'less'} to {ends[1] or 'more'}"


def interval(estimate: Estimate | None) -> str:
    """Return an estimate's interval, as ``7.9 to 8.8``; nothing if it has none."""
    if estimate is None or estimate.low is None:
        return ""
    return f"{figure(estimate.low)} to {figure(estimate.high)}"


def verdict(cost: Estimate | None) -> Verdict:
    """Tell what a cost in percent means for SynaDB; an interval around 100 is no difference."""
    if cost is None:
        return "missing"
    low = cost.value if cost.low is None else cost.low
    high = cost.value if cost.high is None else cost.high
    if low <= PARITY <= high or factor(cost) == "1.0":
        return "equal"
    return "faster" if cost.value < PARITY else "slower"


def factor(cost: Estimate) -> str:
    """Return how many times the cheaper side is cheaper, as ``12`` or ``1.3``."""
    times = max(cost.value / PARITY, PARITY / cost.value) if cost.value > 0 else float("inf")
    return f"{times:.0f}" if times >= 9.95 else f"{times:.1f}"


def compared(cost: Estimate | None, better: str = "faster", worse: str = "slower") -> str:
    """Return ``12x faster``, ``1.3x slower``, ``no clear difference`` or ``missing``."""
    if cost is None:
        return "missing"
    words = {"faster": f"{factor(cost)}x {better}", "slower": f"{factor(cost)}x {worse}"}
    return words.get(verdict(cost), EQUAL)


def conclusion(subject: str, baseline: str, condition: str, costs: dict[str, Estimate]) -> str:
    """Sum up the costs of all operations against one baseline in one sentence.

    ``costs`` are by operation, an infinitive such as ``log metrics``.
    """
    groups: dict[str, list[str]] = {"faster": [], "equal": [], "slower": []}
    for operation, cost in sorted(costs.items(), key=lambda item: _distance(item[1])):
        groups[verdict(cost)].append(operation)
    parts = []
    for kind, operations in sorted(groups.items(), key=lambda item: -len(item[1])):
        if operations:
            times = [f" ({factor(costs[o])}x)" if kind != "equal" else "" for o in operations]
            listed = listing([f"to {o}{t}" for o, t in zip(operations, times, strict=True)])
            parts.append(f"{VERBS[kind]} in {len(operations)} of {len(costs)} operations: {listed}")
    return f"{condition}, next to {name(baseline)}, {subject} {'; it '.join(parts)}."


def _distance(cost: Estimate) -> float:
    """Sort the largest difference first."""
    return -max(cost.value / PARITY, PARITY / cost.value) if cost.value > 0 else float("-inf")


def listing(items: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
