"""Does a measurement of the same release look like a regression, next to the one before it?"""

from collections.abc import Iterable
from itertools import permutations
from statistics import fmean

from tools.measure import NOT_CONFIRMED

from . import pools
from .change_points import DETECTORS
from .pools import Point, Pool
from .project import History, blamed, thresholds


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
    watched = thresholds(pool.values).items()
    return {
        "pool": name,
        "measurements": len(files),
        "comparisons": len(judged),
        "series": min((newest["together"] for newest in judged), default=0),
        "seen once": sorted(map(_named, findings)),
        "not decided": _those(findings, NOT_CONFIRMED),
        "confirmed": _those(findings, "confirmed"),
        "steps": sorted(blamed(row)),
        "pairs": _pairs(pool, watched),
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


def _pair(files: list, number: int) -> list[Point]:
    pairs = pools.times_again(files[::2])
    of = [files[(number + n) % len(files)] for n in range(2 * pairs + 2)]
    return [Point(of[0], tuple(of[2::2])), Point(of[1], tuple(of[3::2]))]


def _those(findings: Iterable[dict], state: str) -> list[str]:
    return sorted(_named(finding) for finding in findings if finding["state"] == state)


def _named(finding: dict) -> str:
    return f"{finding['benchmark']}({', '.join(finding['params'])}): {finding['state']}"
