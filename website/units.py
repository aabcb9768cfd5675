"""How a benchmark's unit is shown: its scale, and the words that compare two values."""

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple


class Scale(NamedTuple):
    """A unit as it is shown, and how much of the benchmark's own unit it is."""

    unit: str
    size: float


# By the benchmark's unit, the largest first.
SCALES = {
    "seconds": [Scale("s", 1.0), Scale("ms", 1e-3), Scale("µs", 1e-6)],
    "bytes": [Scale("GB", 1e9), Scale("MB", 1e6), Scale("kB", 1e3), Scale("bytes", 1.0)],
    "instructions": [Scale("million instructions", 1e6), Scale("thousand instructions", 1e3)],
}


class Comparison(NamedTuple):
    """How lower and higher values are called, and the verb before them."""

    lower: str
    higher: str
    verb: str = "is"


# By the last word of the unit, as in "% of MLflow's time".
COMPARISONS = {
    "seconds": Comparison("faster", "slower"),
    "time": Comparison("faster", "slower"),
    "bytes": Comparison("smaller", "larger"),
}
COUNTED = Comparison("fewer", "more", "takes")


def scale(unit: str, values: Iterable[float]) -> Scale:
    """Return the largest scale in which the median of the values is at least one."""
    scales, positive = SCALES.get(unit, []), [value for value in values if value > 0]
    if not scales or not positive:
        return Scale(unit, 1.0)
    return next((found for found in scales if median(positive) >= found.size), scales[-1])


def is_timed(unit: str) -> bool:
    """Whether values of a unit are times, or ratios of times: chance has a part in them."""
    return unit.rpartition(" ")[2] in ("seconds", "time")


def comparison(unit: str) -> Comparison:
    """Return the words that compare values of a unit; lower is better for all of them."""
    return COMPARISONS.get(unit.rpartition(" ")[2], COUNTED)
