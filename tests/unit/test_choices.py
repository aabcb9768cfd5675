"""Reasons to choose follow from figures alone: each rule is turned round by a figure."""

import pytest
from made_up import constant, report

from website import choices
from website.model import Document


def said(document: Document, tracker: str) -> str:
    """Return the reasons to choose a tracker as one text."""
    found = {choice.tracker: choice.reasons for choice in choices.choices(document)}
    return "; ".join(words for words, _ in found.get(tracker, []))


def values(**of: float):
    """Return values that are 10, but those whose benchmark begins with a name and tracker."""

    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        for key, found in of.items():
            benchmark, _, tracker = key.partition("__")
            ours = tracker.replace("_", "-") in ("", params[-1])
            if name.startswith(benchmark) and ours:
                return found
        return constant(10.0)(number, name, params)

    return value


def test_who_loses_nothing_where_another_does_is_safe() -> None:
    found = report(values(many_writers__synadb=400.0, many_writers=0.0))
    assert "several processes write: every point is kept" in said(found, "mlflow-sqlite")
    assert "one process at a time writes to a store (400" in said(found, "synadb")
    ((when, lost),) = choices.knock_outs(found)
    assert when == "With 8 processes at once"
    assert lost == "400 of 4,000 points of SynaDB"
    assert choices.safe(found) == ["mlflow-file", "mlflow-sqlite"]


@pytest.mark.parametrize("alike", [0.0, 5.0])
def test_where_all_are_alike_safety_is_no_reason(alike: float) -> None:
    found = report(values(many_writers=alike))
    assert not list(choices.knock_outs(found))
    assert not choices.safe(found)
    assert "lost" not in said(found, "synadb")


def test_the_largest_clear_factor_is_against_the_nearest_rival() -> None:
    found = report(values(against__mlflow_file=20.0, against__mlflow_sqlite=5.0))
    assert "(5.0x faster than MLflow files)" in said(found, "synadb")
    assert "faster" not in said(found, "mlflow-file").replace("smaller", "")


def test_the_other_way_round_the_baseline_is_chosen() -> None:
    found = report(values(against__mlflow_file=400.0, against__mlflow_sqlite=5.0))
    assert "(4.0x faster than SynaDB)" in said(found, "mlflow-file")
    assert "faster" not in said(found, "synadb")


def test_what_is_not_clear_is_no_reason() -> None:
    assert "faster" not in said(report(values(against=101.0)), "synadb")


def test_batches_are_a_reason_of_their_own() -> None:
    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        if name.startswith("metrics") and params == ("in batches", "mlflow-sqlite"):
            return 1.0
        return 100.0 if name.startswith("against") else constant(10.0)(number, name, params)

    assert "you log in batches (10x faster than SynaDB)" in said(report(value), "mlflow-sqlite")


def growing(up_to: float):
    """Return values in which queries of SynaDB become slower than the others' at a size."""

    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        if name.startswith("scale") and params[0] == "query":
            return float(params[1]) if params[2] == "synadb" else up_to
        return constant(10.0)(number, name, params)

    return value


def test_a_crossover_is_a_reason_on_both_sides_of_its_interval() -> None:
    found = report(growing(300.0))
    assert "you query at most 270 runs" in said(found, "synadb")
    assert "you query 330 runs or more" in said(found, "mlflow-file")


def test_without_a_crossover_there_is_no_such_reason() -> None:
    found = report(growing(1e6))
    assert "you query" not in said(found, "synadb") + said(found, "mlflow-file")


@pytest.mark.parametrize(("size", "is_reason"), [(31.0, True), (29.0, False)])
def test_a_footprint_is_a_reason_from_a_factor_of_three_on(size: float, is_reason: bool) -> None:
    found = report(values(footprint__mlflow=size))
    assert ("smaller installation matters" in said(found, "synadb")) == is_reason
    assert "smaller installation" not in said(found, "mlflow-file")


def test_no_tracker_has_more_than_four_reasons() -> None:
    found = report(values(many_writers__synadb=400.0, many_writers=0.0, footprint__mlflow=99.0))
    for choice in choices.choices(found):
        assert 1 <= len(choice.reasons) <= choices.MOST_REASONS
