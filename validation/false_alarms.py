"""Does a measurement of the same release look like a regression, next to the one before it?"""

from collections.abc import Iterable
from itertools import permutations
from math import hypot
from random import Random
from statistics import fmean

from tools.measure import MOST, NOT_CONFIRMED
from website.changes import Pair
from website.newest import decide
from website.results import Session

from . import pools, repeatability
from .change_points import DETECTORS
from .pools import Known, Point, Pool
from .project import History, blamed, thresholds

ORDERS = 2_000  # of a pool's measurements
NEVER = Session("", "", "", "")


def count(history: History, name: str, pool: Pool) -> dict:
    """Compare each measurement with the one before, and look for steps in all of them in a row.

    The comparison is that of the newest release, by the thresholds in asv.conf.json: what seems to
    have changed is looked for in further measurements, which are the two that follow each time.
    """
    files = pool.files
    pairs = {f"pair-{n}": _pair(files, n) for n in range(len(files) - 1)}
    _, reports = pools.publish(history, f"{name}-pairs", pairs)
    judged = [report["newest"] for report in reports.values() if report["newest"]]
    findings = [finding for newest in judged for finding in newest["findings"]]
    _, in_a_row = pools.publish(history, f"{name}-row", {"row": [Point(file) for file in files]})
    (row,) = in_a_row.values()
    watched = list(thresholds(pool.values).items())
    return {
        "measurements": len(files),
        "comparisons": len(judged),
        "series": min((newest["together"] for newest in judged), default=0),
        "seen once": sorted(map(_named, findings)),
        "not decided": _those(findings, NOT_CONFIRMED),
        "confirmed": _those(findings, "confirmed"),
        "steps": sorted(blamed(row)),
        "variation": repeatability.variation(pool),
        "pairs": _pairs(pool, watched),
        "orders": in_other_orders(pool, watched),
        **{
            name: sorted(s for s, allowed in watched if find(pool.values[s], allowed))
            for name, find in DETECTORS.items()
        },
    }


def _pairs(pool: Pool, watched: Iterable[tuple[str, float]]) -> list[float]:
    """Return which shares of all pairs are beyond the threshold alone, and beyond chance, too."""
    shares = (
        pools.worse(permutations(pool.known(one), 2), allowed)
        for one, allowed in watched
        if len(pool.values[one]) > 1
    )
    return [round(fmean(column), 4) for column in zip(*shares, strict=True)]


def in_other_orders(pool: Pool, watched: Iterable[tuple[str, float]]) -> float:
    """Return in which share of comparisons something is confirmed, the order being chance."""
    number = len(pool.files)
    random = Random(0)
    orders = [random.sample(range(number), number) for _ in range(ORDERS)]
    series = [(pool.known(one), allowed) for one, allowed in watched]
    return fmean(
        any(_is_confirmed(known, order, least) for known, least in series) for order in orders
    )


def _is_confirmed(known: list[Known], order: list[int], threshold: float) -> bool:
    drawn = [known[n] for n in order if n < len(known)][: 2 * MOST]
    first, second = drawn[::2], drawn[1::2]
    pairs = [
        Pair(old, new, NEVER, hypot(off, other))
        for (old, off), (new, other) in zip(first, second, strict=False)
    ]
    decided = decide(pairs, threshold)
    return decided is not None and decided[0] == "confirmed"


def _pair(files: list, number: int) -> list[Point]:
    again = pools.times_again(len(files) // 2)
    of = [files[(number + n) % len(files)] for n in range(2 * again + 2)]
    return [Point(of[0], tuple(of[2::2])), Point(of[1], tuple(of[3::2]))]


def _those(findings: Iterable[dict], state: str) -> list[str]:
    return sorted(_named(finding) for finding in findings if finding["state"] == state)


def _named(finding: dict) -> str:
    return f"{finding['benchmark']}({', '.join(finding['params'])}): {finding['state']}"
