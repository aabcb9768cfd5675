"""Charts draw what is known, of any number of releases and trackers."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from made_up import TRACKERS, constant, report

from website import charts
from website.curves import Curve, Sample
from website.model import Cost, Point
from website.results import Estimate
from website.tables import Row, Value


def a_cost(found: Estimate, releases: int = 1) -> Cost:
    """Return a cost that was the same in some releases."""
    cost = report(constant(10.0)).costs[0]
    history = [Point(f"v{number}", found, found) for number in range(releases)]
    return replace(cost, cost=found, history=history)


def a_curve(found: Estimate) -> Curve:
    return Curve("A title", "ms", "runs", {"synadb": [Sample(10.0, found), Sample(100.0, found)]})


@pytest.mark.parametrize(
    ("unknown", "ending"),
    [
        (Estimate(10.0, None, 20.0), Estimate(10.0, 10.0, 20.0)),
        (Estimate(10.0, 5.0, None), Estimate(10.0, 5.0, 10.0)),
        (Estimate(10.0), Estimate(10.0, 10.0, 10.0)),
    ],
)
def test_an_unknown_end_is_left_open(unknown: Estimate, ending: Estimate) -> None:
    """Nothing is drawn beyond the value on that side."""
    drawn = [
        (
            charts.answer([a_cost(found)]),
            charts.history([a_cost(found, 3)]),
            charts.curve(a_curve(found), ["synadb"]),
        )
        for found in (unknown, ending, Estimate(10.0, 5.0, 20.0))
    ]
    assert drawn[0] == drawn[1]
    for ours, known in zip(drawn[0], drawn[2], strict=True):
        assert ours != known


def points(svg: str) -> list[float]:
    """Return the radii of the round points of a chart."""
    return [float(radius) for radius in re.findall(r'd="M([\d.]+),0A\1,\1', svg)]


@pytest.mark.parametrize("releases", [1, 2, 18])
def test_each_release_has_a_point(releases: int) -> None:
    radii = points(charts.history([a_cost(Estimate(10.0, 9.0, 11.0), releases)]))
    assert len(radii) == releases
    assert min(radii) >= 3


def test_a_release_between_missing_ones_has_a_point() -> None:
    cost = a_cost(Estimate(10.0, 9.0, 11.0), 5)
    gaps = [replace(p, cost=None) if n % 2 else p for n, p in enumerate(cost.history)]
    assert len(points(charts.history([replace(cost, history=gaps)]))) == 3


def test_the_interval_of_a_single_release_is_drawn() -> None:
    narrow, wide = (
        charts.history([a_cost(Estimate(10.0, 10.0 - by, 10.0 + by))]) for by in (1.0, 5.0)
    )
    assert narrow != wide


def test_any_number_of_trackers_is_drawn_each_in_its_own_way() -> None:
    trackers = [f"tracker {number}" for number in range(20)]
    samples = [Sample(10.0, Estimate(1.0, None, 2.0)), Sample(100.0, Estimate(0.0))]
    svg = charts.curve(Curve("A title", "ms", "runs", dict.fromkeys(trackers, samples)), trackers)
    assert "NaN" not in svg
    keys = list(charts.keys(trackers).values())
    assert len(set(keys)) == len(trackers)
    for key, following in pairwise(keys):
        for look in ("stroke", "stroke-dasharray", "d"):
            assert _looks(key, look) != _looks(following, look)


def _looks(svg: str, attribute: str) -> list[str]:
    return re.findall(rf' {attribute}="([^"]*)"', svg)


def test_bars_have_the_names_that_trackers_declare() -> None:
    row = Row("name", (), "Title", "drops", {"synadb": Value("measured", Estimate(1.0), "")})
    svg = charts.figure(row, lambda name: TRACKERS[name].display_name, "synadb")
    assert ">SynaDB<" in svg
    assert "drops, lower is better" in svg
