"""By how much a cost differs from run to run, which its interval within one run does not show."""

import json
from collections.abc import Iterable
from itertools import pairwise
from math import exp, hypot, log
from pathlib import Path
from statistics import median

from .results import Estimate

# What validation measured, beside the pages that the site shows.
VALIDATION = Path("docs", "validation.json")
# Standard deviations to either side that hold 99 %, as asv's intervals do.
DEVIATIONS = 2.58
# Half of the changes between two values in a row are less than so many standard deviations.
HALF_OF_CHANGES = 0.954
FEWEST_CHANGES = 4


def load() -> dict[str, float]:
    """Return the coefficients of variation in percent, by series; none without a validation."""
    if not VALIDATION.exists():
        return {}
    return json.loads(VALIDATION.read_text("utf-8")).get("variation", {})


def known(validated: float | None, history: Iterable[Estimate | None]) -> float | None:
    """Return the variation that validation measured, or that of a history if it is larger.

    Validation takes an hour of one day, the releases of a history many. What a release really
    changed is in few of the changes, of which the median counts. None without a validation.
    """
    values = [found.value for found in history if found and found.value > 0]
    changes = [abs(log(after / before)) for before, after in pairwise(values)]
    if validated is None or len(changes) < FEWEST_CHANGES:
        return validated
    return max(validated, 100 * median(changes) / HALF_OF_CHANGES)


def combined(within: Estimate | None, variation: float | None) -> Estimate | None:
    """Return a cost with the interval of one run and the variation from run to run in one.

    Half the widths add in quadrature. They are taken as factors, since a cost is a ratio: so no end
    is below 0. An end that is unknown remains so, unless there is no interval at all.
    """
    if within is None or not variation or not within.value:
        return within
    value, between = within.value, DEVIATIONS * variation / 100
    if not within.has_interval:
        return Estimate(value, value * exp(-between), value * exp(between), within.n)
    low = within.low and value * exp(-hypot(log(value / within.low), between))
    high = within.high and value * exp(hypot(log(within.high / value), between))
    return Estimate(value, low, high, within.n)
