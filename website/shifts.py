"""Where the machine changed its speed: the absolute times of what no release changes tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import quantiles

from . import phrases, sessions
from .results import Measured

ABSOLUTE = "seconds"
FEWEST = 3
# Below this factor it is what machines do from day to day.
LEAST = 1.25


@dataclass(frozen=True)
class Shift:
    """Between two releases the machine became so many times as fast: below 1 it became slower.

    The factor is the median of the controls' times in so many ``series``; ``words`` say it, and
    with what else it was measured: that may be why.
    """

    before: str
    release: str
    factor: float
    series: int
    words: str


def build(measured: Measured) -> Iterator[Shift]:
    """Yield where the baselines' and the floor's absolute times moved alike, by three quarters."""
    controls = measured.controls
    times = {
        (name, params): found
        for (name, params), found in measured.values.items()
        if measured.benchmarks[name].unit == ABSOLUTE and params and params[-1] in controls
    }
    benchmarks = [name for name, _ in times]
    for before, release in pairwise(measured.releases):
        pairs = [(found.get(before.commit), found.get(release.commit)) for found in times.values()]
        known = [(old.value, new.value) for old, new in pairs if old and new]
        factors = [old / new for old, new in known if old and new]
        if len(factors) >= FEWEST:
            low, middle, high = quantiles(factors, n=4)
            if abs(log(middle)) > log(LEAST) and log(low) * log(high) > 0:
                about = release.name, before.name, middle, len(factors)
                commits = before.commit, release.commit
                others = sessions.others(measured.sessions, benchmarks, *commits)
                words = phrases.shift(*about, others)
                yield Shift(before.name, release.name, middle, len(factors), words)
