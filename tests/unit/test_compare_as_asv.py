"""What compare says of the committed results does not contradict ``asv compare``."""

from collections.abc import Iterator
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any

import pytest
from asv.commands.compare import _is_result_better
from asv.config import Config
from asv.results import Results
from helpers import ROOT

from tools import findings
from website import compare, variation
from website.results import Measured, Series, unquoted
from website.thresholds import threshold

FACTOR = 1.1  # that of asv compare, if none is said
# Why ours is stricter: each is shown in the row.
WHY = (compare.NO_CHANGE, compare.UNKNOWN, compare.APART, compare.LUCK)
WHY += (compare.ALL_MOVED, compare.NOT_ALONE)


def sampled(measured: Measured, commit: str) -> dict[tuple, tuple]:
    """Return value, statistics and samples of each series of a commit, as asv reads them."""
    folder = ROOT / "results" / findings.MACHINE
    (file,) = folder.glob(f"{commit[:8]}-*[0-9].json")
    results, found = Results.load(str(file), findings.MACHINE), {}
    for name in results.get_all_result_keys():
        params = results.get_result_params(name)
        columns = (results.get_result_value, results.get_result_stats, results.get_result_samples)
        rows = zip(product(*params), *(column(name, params) for column in columns), strict=True)
        for chosen, value, stats, samples in rows:
            found[name, tuple(map(unquoted, chosen))] = value, (stats, samples)
    return found


def verdicts(before: tuple, after: tuple, factor: float) -> Iterator[str]:
    """Yield what asv compare says."""
    (a, of_a), (b, of_b) = before, after
    if _is_result_better(a, b, of_a, of_b, factor):
        yield "worse"
    if _is_result_better(b, a, of_b, of_a, factor):
        yield "better"


def watched(measured: Measured) -> dict[Series, Any]:
    """Return what compare needs of asv's histories: the threshold of each series."""
    conf = Config.load(str(ROOT / "asv.conf.json"))
    names = {
        series: f"{series[0]}({', '.join(map(repr, series[1]))})" for series in measured.values
    }
    return {
        series: SimpleNamespace(name=name, threshold=threshold(conf, name, "releases"))
        for series, name in names.items()
    }


@pytest.fixture(scope="module")
def measured() -> Measured:
    return findings.load().measured


def test_no_verdict_contradicts_asv(measured: Measured) -> None:
    of = compare.data(measured, watched(measured), variation.load(), {}, {})
    last = len(measured.releases) - 1
    by_asv = [sampled(measured, release.commit) for release in measured.releases]
    same = 0
    for a, b in [*pairwise(range(last + 1)), (0, last)]:
        for one in compare.compare(of, a, b):
            shown = of["series"][one.number]
            series = shown["b"], tuple(shown["p"])
            before, after = by_asv[a][series], by_asv[b][series]
            for verdict in verdicts(before, after, FACTOR):
                why = one.verdict in WHY or one.verdict.startswith((compare.MOVED, "chance"))
                assert one.kind == verdict or why, (series, one)
                same += one.kind == verdict
    assert same, "nothing was compared"
