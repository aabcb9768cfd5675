"""What the first page says besides figures: where machines disagree, and what grows how."""

from made_up import constant, report

from website import decide
from website.model import Document

ENDS = 50.0, 200.0


def costing(percent: float) -> Document:
    """Return a report in which costs of logging metrics are so large, and all others 400."""

    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        if name.startswith("against_mlflow.OnDisk"):
            return percent if params[0] == "log metrics" else 400.0
        return constant(10.0)(number, name, params)

    return report(values)


def test_a_score_says_where_it_is_the_other_way_round() -> None:
    here, there = costing(50.0), costing(200.0)
    there.machine["machine"] = "elsewhere"
    scores = decide.scores(here, ENDS, [there])
    assert [score.status for score in scores["log metrics"]] == [["2.0x slower on elsewhere"]] * 2
    assert [score.status for score in scores["log parameters"]] == [[], []], "as slow there"
    unclear = decide.scores(here, ENDS, [costing(100.0)])
    assert [score.status for score in unclear["log metrics"]] == [[], []], "that is no other way"


def test_growth_is_a_row_with_where_each_baseline_is_overtaken() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        if not name.startswith("scale"):
            return constant(10.0)(number, name, params)
        operation, runs, tracker = params
        if operation == "open":
            return float(runs) * (2 if tracker != "synadb" else 1)
        slow = {"synadb": float(runs) ** 2 / 30, "mlflow-file": 1e6 * float(runs)}
        return slow.get(tracker, float(runs))

    ((what, page, (files, sqlite)),) = decide.crossings(report(values))
    assert what == "Read runs (operation: query)"
    assert page == "query runs"
    assert files == "faster at all sizes"
    assert sqlite.startswith("faster up to 30 runs (")
