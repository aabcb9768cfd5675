"""What somebody's own case takes: lines between what was measured, in plain data."""

from dataclasses import replace
from math import nan

import pytest
from made_up import BENCHMARKS, EMBEDDED, SYSTEMS, constant, report

from website import cases
from website.cases import Case
from website.model import Document

SWEEP = Case(runs=200, points=500, writers=4, art=1, dur="no", how="one")
RUN = {
    "runs.StartAndEndRun.time_start_and_end_run": ("Start and end a run", "seconds"),
    "metrics.LogMetrics.time_log_metrics": ("Log the 500 metric points of a run", "seconds"),
}
SIZES = ["1024", "1048576", "16777216"]


@pytest.fixture
def document() -> Document:
    """A report in which SynaDB loses points of processes, and MLflow's files with the power."""
    benchmarks = dict(BENCHMARKS) | {
        name: (title, unit, {"tracker": EMBEDDED}) for name, (title, unit) in RUN.items()
    }
    benchmarks["scale.LogArtifact.track_seconds"] = (
        "Log an artifact",
        "seconds",
        {"bytes": SIZES, "tracker": SYSTEMS},
    )
    benchmarks["scale.ReadRuns.track_seconds"] = (
        "Read runs, 50 points in each",
        *BENCHMARKS["scale.ReadRuns.track_seconds"][1:],
    )
    benchmarks["scale.ReadPoints.track_seconds"] = (
        "Read 100 runs that have points",
        "seconds",
        {"operation": ["query"], "points": ["50", "500"], "tracker": SYSTEMS},
    )
    benchmarks["storage.Storage.track_files"] = (
        "Files of a store of 10",
        "files",
        {"content": ["runs", "artifacts"], "tracker": EMBEDDED},
    )
    benchmarks["crashes.PowerLoss.track_points_at_risk"] = (
        "Acknowledged points that a loss of power takes, of 50",
        "points",
        {"tracker": EMBEDDED},
    )

    def value(number: int, name: str, params: tuple[str, ...]) -> float:
        if name.startswith("many_writers"):
            return 2000.0 if params == ("8", "synadb") else 0.0
        if name.startswith("crashes"):
            return 50.0 if params == ("mlflow-file",) else 0.0
        if name.startswith("scale.LogArtifact"):
            return float(params[0]) / 2**20
        if name.startswith("scale.ReadPoints") and params[-1] == "synadb":
            return float(params[1]) / 50
        if name.startswith("storage.Storage.track_files"):
            return 312.0 if params == ("runs", "mlflow-file") else 1.0
        return constant(10.0)(number, name, params)

    return report(value, benchmarks=benchmarks)


def known(document: Document, name: str) -> dict:
    (found,) = [one for one in cases.figures(document) if one["name"] == name]
    return found


def test_one_tracker_is_left_where_four_write_and_power_may_fail(document: Document) -> None:
    left = [row for row in cases.rows(document, SWEEP) if row[1] == "nothing"]
    assert [row[0] for row in left] == ["✓ MLflow SQLite"]
    assert cases.rows(document, SWEEP)[0] == left[0], "what nothing rules out comes first"
    assert cases.ruled_out(known(document, "SynaDB"), SWEEP).startswith("8 processes: 2,000 of")
    assert "power loss: 50 of 50" in cases.ruled_out(known(document, "MLflow files"), SWEEP)


def test_what_is_accepted_rules_nobody_out(document: Document) -> None:
    careless = replace(SWEEP, writers=1, dur="yes")
    assert {row[1] for row in cases.rows(document, careless)} == {"nothing"}


@pytest.mark.parametrize("size", SIZES)
def test_at_a_measured_size_it_is_what_was_measured(document: Document, size: str) -> None:
    of_one = Case(runs=1, points=500, writers=1, art=float(size) / 2**20)
    found = cases.waiting(known(document, "SynaDB"), of_one)
    assert found
    assert found[0] == pytest.approx(10 + 10 + 10 + float(size) / 2**20)
    assert found[1] < found[0] < found[2]


def test_between_sizes_it_is_on_a_line_of_logarithms(document: Document) -> None:
    found = cases.at(known(document, "SynaDB")["art"], 4 * 2**20)
    assert found
    assert found[0] == pytest.approx(4.0)


def test_what_lies_beyond_the_measured_sizes_is_said(document: Document) -> None:
    for case, is_beyond in ((SWEEP, False), (replace(SWEEP, runs=10**6), True)):
        row = cases.row(known(document, "SynaDB"), case)
        assert (cases.BEYOND in row[3]) == is_beyond
    assert cases.BEYOND in cases.row(known(document, "SynaDB"), replace(SWEEP, points=5000))[3]
    assert cases.BEYOND in cases.row(known(document, "SynaDB"), replace(SWEEP, art=1000))[2]


@pytest.mark.parametrize(
    ("points", "tracker", "seconds"),
    [(50, "SynaDB", 10), (500, "SynaDB", 100), (158, "SynaDB", 31.6), (500, "MLflow SQLite", 10)],
)
def test_a_query_takes_longer_where_the_points_of_runs_count(
    document: Document, points: int, tracker: str, seconds: float
) -> None:
    found = cases.querying(known(document, tracker), replace(SWEEP, points=points))
    assert found
    assert found[0] == pytest.approx(seconds, rel=0.01)
    assert found[2] / found[0] == pytest.approx(1.05)


def test_of_how_many_points_is_said_where_it_was_not_measured(document: Document) -> None:
    of_one = known(document, "SynaDB") | {"queryPoints": []}
    assert cases.row(of_one, SWEEP)[3].endswith(", of runs with 50 points")
    assert "points" not in cases.row(of_one, replace(SWEEP, points=50))[3]


def test_files_are_one_or_as_many_as_there_are_runs(document: Document) -> None:
    case = replace(SWEEP, art=0)
    assert cases.row(known(document, "SynaDB"), case)[5] == "1"
    assert cases.row(known(document, "MLflow files"), case)[5] == "6,240"


def test_what_was_not_measured_is_said(document: Document) -> None:
    of_one = known(document, "SynaDB") | {"batch": None, "query": []}
    row = cases.row(of_one, replace(SWEEP, how="batch"))
    assert row[2:4] == ["not measured", "not measured"]


def test_what_might_rule_a_tracker_out_and_was_not_measured_is_said(document: Document) -> None:
    of_one = known(document, "MLflow SQLite") | {"lost": [], "power": None}
    row = cases.row(of_one, SWEEP)
    assert (row[0], row[1]) == (
        "? MLflow SQLite",
        "not measured: several processes and power loss",
    )
    careless = cases.row(of_one, replace(SWEEP, writers=1, dur="yes"))
    assert (careless[0], careless[1]) == ("✓ MLflow SQLite", "nothing")


def test_without_the_operations_there_is_no_case() -> None:
    assert not cases.figures(report(lambda *key: nan))


@pytest.mark.parametrize(
    ("value", "words"),
    [(4.2e-6, "4.2 µs"), (0.085, "85 ms"), (1.2, "1,200 ms"), (32.4, "32 s"), (276.0, "4.6 min")],
)
def test_seconds_in_words(value: float, words: str) -> None:
    assert cases.seconds(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(950, "950 bytes"), (1.23e6, "1.2 MB"), (4e9, "4 GB")]
)
def test_bytes_in_words(value: float, words: str) -> None:
    assert cases.size_in_bytes(value) == words
