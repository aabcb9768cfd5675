"""Charts draw what is known, of any number of releases and trackers."""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import pytest

from website import charts
from website.curves import Crossover, Curve, Sample
from website.results import Estimate

KNOWN = Estimate(10.0, 9.0, 11.0)
ENDS = 1.0, 1000.0


def a_history(lines: Mapping[str, Sequence[Estimate | None]]) -> str:
    releases = [f"v1.{number}.0" for number in range(max(map(len, lines.values())))]
    looks = charts.looks(lines)
    return charts.history(lines, releases, "%", str.upper, looks, "A title", 100.0)


def a_curve(*found: Estimate, crossovers: Sequence[Crossover] = ()) -> str:
    samples = [Sample(10.0 ** (n + 1), e) for n, e in enumerate(found)]
    curve = Curve("A title", "ms", "runs", {"synadb": samples}, list(crossovers))
    return charts.growth(curve, str.upper, charts.looks(["synadb"]), "A title")


def ends(svg: str, kind: str) -> list[tuple[float, float]]:
    """Return where the horizontal lines of a kind begin and end."""
    found = re.findall(rf'class="{kind}" d="M([\d.]+) [\d.]+L([\d.]+) ', svg)
    return [(float(start), float(end)) for start, end in found]


def test_the_ends_that_are_drawn_are_those_of_the_data() -> None:
    svg = charts.mark(Estimate(100.0, 10.0, 500.0), ENDS, "a title")
    scale = charts.Scale(*ENDS, 4, charts.MARK_WIDTH - 4)
    assert ends(svg, "end") == [(scale(100.0), scale(10.0)), (scale(100.0), scale(500.0))]
    assert not ends(svg, "open")


def test_an_unknown_end_is_open_to_the_edge() -> None:
    svg = charts.mark(Estimate(100.0, None, 500.0), ENDS, "a title")
    assert [end for _, end in ends(svg, "open")] == [4.0]
    assert len(ends(svg, "end")) == 1


def test_parity_is_at_one_place_in_all_marks() -> None:
    places = {ends(charts.mark(Estimate(v), ENDS, ""), "parity")[0] for v in (2.0, 100.0, 900.0)}
    assert len(places) == 1


@pytest.mark.parametrize("unknown", [Estimate(10.0, None, 20.0), Estimate(10.0, 5.0, None)])
def test_nothing_is_drawn_beyond_a_value_whose_end_is_unknown(unknown: Estimate) -> None:
    ending = Estimate(10.0, unknown.low or 10.0, unknown.high or 10.0)
    bands = [
        re.findall(r'points="([^"]*)"', a_history({"a": [e, e]}) + a_curve(e, e))
        for e in (unknown, ending, Estimate(10.0, 5.0, 20.0))
    ]
    assert bands[0] == bands[1] != bands[2]


@pytest.mark.parametrize("releases", [1, 2, 18])
def test_each_release_has_a_point_with_its_value(releases: int) -> None:
    svg = a_history({"synadb": [KNOWN] * releases})
    assert len(re.findall(r'class="point"', svg)) == releases
    assert svg.count("<title>SYNADB, v1.0.0: 10 % (9 to 11)</title>") == 1
    assert charts.POINT >= 3


def test_a_release_between_missing_ones_has_a_point() -> None:
    svg = a_history({"synadb": [KNOWN, None, KNOWN, None, KNOWN]})
    assert len(re.findall(r'class="point"', svg)) == 3


@pytest.mark.parametrize("releases", [1, 2, 18, 100])
def test_names_of_releases_do_not_meet(releases: int) -> None:
    svg = a_history({"synadb": [KNOWN] * releases})
    found = re.findall(r'x="([\d.]+)" y="[\d.]+" text-anchor="middle">(v[^<]*)<', svg)
    places = sorted((float(x), len(name) * charts.CHARACTER / 2) for x, name in found)
    assert places[-1][0] > charts.WIDTH / 3, "the last release has its name"
    for (x, half), (following, other) in pairwise(places):
        assert x + half <= following - other
    assert "rotate" not in svg


@pytest.mark.parametrize("number", [2, 10, 30])
def test_no_two_trackers_share_a_colour(number: int) -> None:
    looks = charts.looks(f"tracker {n}" for n in range(number))
    for one, other in combinations(looks.values(), 2):
        assert one.colour != other.colour


def test_a_tracker_has_its_look_in_every_chart() -> None:
    looks = charts.looks(["synadb", "mlflow-file"])
    colour = looks["mlflow-file"].colour
    curve = Curve("A title", "ms", "runs", {"mlflow-file": [Sample(10.0, KNOWN)]})
    assert colour in charts.growth(curve, str, looks, "")
    assert colour in charts.history({"mlflow-file": [KNOWN]}, ["v1"], "%", str, looks, "")


def test_what_has_no_value_is_no_chart_of_nonsense() -> None:
    svg = a_curve(Estimate(0.0), Estimate(1.0, None, 2.0)) + a_history({"a": [None]})
    svg += charts.spark([None, None], "none")
    assert "nan" not in svg.lower()
    assert "inf" not in svg.lower()


def test_the_interval_of_a_crossover_is_shaded() -> None:
    crossing = Crossover("mlflow-file", Estimate(30.0, 20.0, 50.0), "words")
    assert 'class="crossed"' in a_curve(KNOWN, KNOWN, crossovers=[crossing])
    assert 'class="crossed"' not in a_curve(KNOWN, KNOWN, crossovers=[Crossover("a", None, "")])


def test_names_in_charts_are_text() -> None:
    evil = "<script>"
    svg = charts.history({evil: [KNOWN]}, [evil], evil, str, charts.looks([evil]), evil)
    svg += charts.mark(KNOWN, ENDS, evil) + charts.spark([1.0], evil)
    assert evil not in svg
