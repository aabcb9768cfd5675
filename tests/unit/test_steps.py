"""Where a series steps, and that asv's pages have these steps."""

from types import SimpleNamespace
from typing import Any

import pytest
from asv.graph import Graph
from asv.plugins.regressions import Regressions
from asv.plugins.summarylist import SummaryList

from website.steps import SAMPLED_BY, Steps, begin, share


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        ([], [0]),
        ([1.0], [0]),
        ([1.0, 1.0, 2.0], [0]),  # newest alone
        ([1.0, 1.0, 2.0, 1.0, 1.0], [0]),  # outlier
        ([1.0, 2.0, 2.0, 2.0], [0]),  # one alone before
        ([2.0, 1.0, 1.0, 1.0], [0]),
        ([1.0, 1.0, 2.0, 2.0], [0, 2]),
        ([2.0, 2.0, 1.0, 1.0], [0, 2]),
        ([1.0, 1.0, 2.0, 0.5, 1.0], [0]),  # not in one direction
        ([1.0, 1.0, 1.04, 1.04], [0]),  # within the threshold
        ([1.0, 1.0, 2.0, 3.0, 3.0], [0, 2, 3]),
        ([1.0, 1.0, 2.0, 2.0, 1.0, 1.0], [0, 2, 4]),
        ([1.0, 1.0, 1.0, 1.03, 1.06, 1.09, 1.12, 1.12], [0, 4]),  # little by little
    ],
)
def test_a_step_is_two_values_in_a_row_that_are_off(values: list[float], begins: list[int]) -> None:
    assert begin(values, 0.05) == begins


@pytest.mark.parametrize(
    ("chance", "begins"), [(0.0, [0, 3]), (0.1, [0, 3]), (0.12, [0]), (0.5, [0])]
)
def test_a_step_is_more_than_chance(chance: float, begins: list[int]) -> None:
    """Three values before are more certain than two: a tenth off, with 0.11 of chance at 0.12."""
    assert begin([1.0, 1.0, 1.0, 1.1, 1.1], 0.02, [chance] * 5) == begins


def test_what_is_counted_exactly_steps_by_one() -> None:
    assert begin([7.0, 7.0, 7.0, 8.0, 8.0], 0) == [0, 3]
    assert begin([0.0, 0.0, 1.0, 1.0], 0.5) == [0, 2]


def test_a_difference_is_a_share_of_the_lower_value() -> None:
    assert (share(100, 110), share(110, 100)) == (pytest.approx(0.1), pytest.approx(-0.1))
    assert (share(0, 0), share(0, 1), share(1, 0)) == (0, float("inf"), float("-inf"))


@pytest.fixture
def graph() -> Graph:
    """A graph of two series, of revisions with gaps: one steps at revision 30."""
    graph = Graph("of.two", {"machine": "local", "branch": "releases"})
    for revision, value in enumerate([1.0, 1.02, None, 2.0, 2.1, 2.02, 5.0]):
        graph.add_data_point(10 * revision, [7.0, value])
    return graph


def conf(commits: dict) -> SimpleNamespace:
    return SimpleNamespace(
        regressions_first_commits=commits,
        regressions_thresholds={".*": 0.05},
        branches=["releases"],
    )


BENCHMARK = {
    "name": "of.two",
    "params": [["'a'", "'b'"]],
    "param_names": ["x"],
    "unit": "% of the reference release's time",
}


def published(graph: Graph, commits: dict) -> Any:
    """Return the steps of a graph when its publisher has been at work."""
    graphs = [("", graph)]
    Steps.publish(conf(commits), None, {"of.two": BENCHMARK}, graphs, {})
    return graph.get_steps()


def test_graphs_have_these_steps_in_the_form_of_asv_s(graph: Graph) -> None:
    first, second = published(graph, {})
    assert first == [(0, 61, 7.0, 7.0, 0.0)]
    assert [step[:4] for step in second] == [(0, 11, 1.01, 1.0), (30, 61, 2.06, 2.0)]
    assert [step[4] for step in second] == pytest.approx([0.01, 0.77])


def test_where_nobody_looks_they_are_asv_s(graph: Graph) -> None:
    asv_s: Any = graph.get_steps()
    assert published(graph, {".*": None}) == asv_s
    first, second = published(graph, {r".*\('b": None})
    assert first == [(0, 61, 7.0, 7.0, 0.0)]
    assert second == asv_s[1]


def test_a_benchmark_without_parameters_has_one_series() -> None:
    graph = Graph("alone", {"machine": "local"})
    for revision, value in enumerate([1.0, 1.0, 2.0, 2.0]):
        graph.add_data_point(revision, value)
    alone = {"name": "alone", "params": [], "param_names": [], "unit": "bytes"}
    Steps.publish(conf({}), None, {"alone": alone}, [("", graph)], {})
    steps: Any = graph.get_steps()
    assert [step[:3] for step in steps] == [(0, 2, 1.0), (2, 4, 2.0)]


@pytest.mark.parametrize(
    ("unit", "half", "number"),
    [("seconds", 0.1, 2), ("seconds", 0.9, 1), ("instructions", 0.9, 2)],
)
def test_times_are_as_uncertain_as_their_intervals(unit: str, half: float, number: int) -> None:
    graph = Graph("alone", {"machine": "local"})
    for revision, value in enumerate([1.0, 1.0, 1.5, 1.5]):
        graph.add_data_point(revision, value, 1 / half)
    alone = {"name": "alone", "params": [], "param_names": [], "unit": unit}
    Steps.publish(conf({}), None, {"alone": alone}, [("", graph)], {})
    steps: Any = graph.get_steps()
    assert len(steps) == number


def test_a_mean_is_as_uncertain_as_the_median_of_its_samples() -> None:
    mean, middle = (Graph(name, {"machine": "local"}) for name in next(iter(SAMPLED_BY.items())))
    for revision, value in enumerate([1.0, 1.0, 1.5, 1.5]):
        mean.add_data_point(revision, value)
        middle.add_data_point(revision, 1.0, 1 / 0.9)
    described = {
        graph.benchmark_name: {
            "name": graph.benchmark_name,
            "params": [],
            "param_names": [],
            "unit": "seconds",
        }
        for graph in (mean, middle)
    }
    for graphs, number in (([mean], 2), ([mean, middle], 1)):
        Steps.publish(conf({}), None, described, [("", graph) for graph in graphs], {})
        steps: Any = mean.get_steps()
        assert len(steps) == number


def test_a_mean_of_two_has_steps_where_the_median_has_no_values() -> None:
    mean, middle = (Graph(name, {"machine": "local"}) for name in next(iter(SAMPLED_BY.items())))
    for revision, value in enumerate([1.0, 1.0, 1.5, 1.5]):
        mean.add_data_point(revision, [value, value], [None, None])
        middle.add_data_point(revision, None)
    described = {
        graph.benchmark_name: BENCHMARK | {"name": graph.benchmark_name} for graph in (mean, middle)
    }
    Steps.publish(conf({}), None, described, [("", mean), ("", middle)], {})
    assert [len(steps) for steps in mean.get_steps()] == [2, 2]


def test_they_come_before_the_pages_that_show_them() -> None:
    assert Steps.order < min(SummaryList.order, Regressions.order)


def test_a_graph_is_put_together_as_often_whatever_the_number_of_its_series(monkeypatch) -> None:
    calls, get_data = [], Graph.get_data
    monkeypatch.setattr(Graph, "get_data", lambda graph: calls.append(graph) or get_data(graph))
    numbers = []
    for letters in ("ab", "abcdefgh"):
        graph = Graph("of.two", {"machine": "local"})
        graph.add_data_point(0, [1.0] * len(letters), [1.0] * len(letters))
        described = BENCHMARK | {"params": [list(letters)]}
        Steps.publish(conf({}), None, {"of.two": described}, [("", graph)], {})
        calls.clear()
        assert len(graph.get_steps()) == len(letters)
        assert graph.get_steps() is graph.get_steps()
        numbers.append(len(calls))
    assert numbers[0] == numbers[1]
