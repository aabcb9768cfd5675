"""By how much a cost differs from run to run, which its interval within one run does not show."""

import json
from math import exp, hypot, log
from pathlib import Path

from .results import Estimate

# What validation measured, beside the pages that the site shows.
VALIDATION = Path("docs", "validation.json")
# Standard deviations to either side that hold 99 %, as asv's intervals do.
DEVIATIONS = 2.58


def load() -> dict[str, float]:
    """Return the coefficients of variation in percent, by series; none without a validation."""
    if not VALIDATION.exists():
        return {}
    return json.loads(VALIDATION.read_text("utf-8")).get("variation", {})


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
