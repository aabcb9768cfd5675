"""The report of a machine follows from its results."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from made_up import (
    BENCHMARKS,
    BENCHMARKS_WITH_SEVENTH,
    EMBEDDED,
    OPERATIONS,
    SIGNALS,
    WITH_SEVENTH,
    constant,
    measured,
    report,
)

from website import badges, charts
from website.changes import Change, History, Step
from website.model import Document, build
from website.results import Measured

COST = "against_mlflow.OnDisk.track_cost"
TITLE = "Log 500 metric points (way: in batches)"


def badge(site: Path, baseline: str = "mlflow-sqlite") -> str | None:
    """Return the title of a badge, which must be well-formed."""
    root = ElementTree.parse(site / f"badge-{baseline}.svg").getroot()
    return root.findtext("{http://www.w3.org/2000/svg}title")


@pytest.mark.parametrize(
    ("cost", "sentence", "said"),
    [
        (10.0, "is faster in 4 of 4 operations: to log parameters (10x)", "10x faster than"),
        (400.0, "is slower in 4 of 4 operations: to log parameters (4.0x)", "4.0x slower than"),
        (101.0, "shows no clear difference in 4 of 4 operations: to", "no clear difference to"),
    ],
)
def test_the_sentence_follows_the_winner(
    cost: float, sentence: str, said: str, tmp_path: Path
) -> None:
    found = report(constant(cost))
    start = f"In time on disk, next to MLflow SQLite, SynaDB v1.1.0 {sentence}"
    assert [one for one in found.conclusions if one.startswith(start)]
    badges.write(tmp_path, found)
    assert badge(tmp_path) == f"metrics: {said} MLflow SQLite, v1.1.0"


@pytest.mark.parametrize("value", [nan, 0.002])
def test_the_price_of_a_sync_and_the_tail_are_there_if_they_were_measured(value: float) -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return value if name.startswith(("tail", "against_mlflow.SyncPrice")) else 10.0

    found = report(values)
    shown = [*found.sync_price, *found.tail]
    measured = [] if value != value else ["A bare sync", "Log a point, median of 9 calls"]
    assert [row.title for row in shown] == measured
    for row in shown:
        assert {found.value.value for found in row.values.values() if found.value} == {value}
    assert [list(row.values) for row in found.sync_price] == [["idle", "in between"]][: len(shown)]


def test_instructions_are_by_tracker_and_times_next_to_a_release_by_operation() -> None:
    found = report(constant(40.0), benchmarks=SIGNALS)
    assert [row.params for row in found.instructions] == [(operation,) for operation in OPERATIONS]
    assert all(list(row.values) == [*EMBEDDED, "floor"] for row in found.instructions)
    (row,) = found.against_release
    assert list(row.values) == OPERATIONS


def test_a_feature_that_is_missing_is_said_to_be() -> None:
    answers = {"keeps all in one file": 1.0, "logs over HTTP": None, "deletes runs": nan}

    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        mine = name.startswith("features") and params[1] == "synadb"
        return answers[params[0]] if mine else constant(10.0)(number, name, params)

    found = report(values)
    assert {claim.title: claim.found["synadb"] for claim in found.features} == {
        "keeps all in one file": "no",
        "logs over HTTP": "failed",
        "deletes runs": "missing",
    }
    assert {claim.found["mlflow-file"] for claim in found.features} == {"yes"}
    said = "Of 1 feature that were tried, SynaDB v1.1.0 lacks 1: keeps all in one file."
    assert said in found.conclusions


def test_features_that_could_not_be_tried_are_no_sentence() -> None:
    found = report(lambda number, name, params: None)
    assert not [one for one in found.conclusions if "feature" in one]


def test_batches_are_a_sentence_whoever_wins() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        if name.startswith("metrics.LogMetricsInBatches"):
            return {"synadb": 0.2, "mlflow-file": 0.02, "mlflow-sqlite": 0.4}[params[1]]
        return constant(10.0)(number, name, params)

    said = f"{TITLE}: SynaDB v1.1.0 is 10x slower next to MLflow files and is 2.0x faster next to"
    assert f"{said} MLflow SQLite." in report(values).conclusions


def test_batches_that_are_alike_are_said_to_be() -> None:
    said = f"{TITLE}: SynaDB v1.1.0 shows no clear difference next to MLflow files and shows"
    assert [one for one in report(constant(0.2)).conclusions if one.startswith(said)]


def test_sizes_are_a_sentence() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return 1e6 if params[-1] == "mlflow-file" else 2e6

    said = "Size of ten of them (content: runs): SynaDB v1.1.0 is 2.0x larger next to MLflow files"
    others = "and shows no clear difference next to MLflow SQLite."
    assert f"{said} {others}" in report(values).conclusions


def test_what_cannot_be_read_back_is_a_sentence() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        if name.startswith("many_writers"):
            return 1500.0 if params[1] == "synadb" else 0.0
        return constant(10.0)(number, name, params)

    title = (
        "Points that cannot be read back, of the 500 that each process logs, median (writers: 8)"
    )
    others = "0 in SynaDB C interface, 0 in MLflow files and 0 in MLflow SQLite."
    assert f"{title}: 1,500 in SynaDB v1.1.0, {others}" in report(values).conclusions
    assert not [one for one in report(constant(0.0)).conclusions if one.startswith(title)]


@pytest.mark.parametrize(("value", "unreachable"), [(None, True), (nan, False), (1.0, False)])
def test_a_plugin_that_does_not_work_is_known(value: float | None, unreachable: bool) -> None:
    found = report(lambda n, name, p: value if name.startswith("mlflow_store") else 1.0)
    assert found.unreachable == (["synadb-mlflow"] if unreachable else [])


def test_changed_inputs_are_counted_for_each_release() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return float(params[-1] == "synadb" and (number == 0 or params[0] == "a pickle"))

    found = report(values)
    assert [changed.inputs["synadb"] for changed in found.changed] == [len(found.inputs), 1]
    assert {changed.inputs["mlflow-file"] for changed in found.changed} == {0}


def test_a_plugin_that_was_skipped_is_known_where_servers_were_measured() -> None:
    found = report(constant(1.0))
    others = [replace(row, values={"synadb": row.values["synadb-mlflow"]}) for row in found.servers]
    assert others
    assert replace(found, servers=others).unreachable == ["synadb-mlflow"]


def test_one_release_cannot_have_regressed() -> None:
    found = report(constant(10.0), versions=["v1.0.0"])
    assert found.conclusions[-1] == "1 release: none can have regressed."
    assert "is faster in 4 of 4 operations" in found.conclusions[0]
    assert found.releases == 1


def test_failed_and_skipped_benchmarks_are_known_as_such() -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        if "log metrics" in params:
            return None
        if "list runs" in params or name.startswith("parameters"):
            return nan
        return constant(10.0)(number, name, params)

    found = report(values)
    states = {cost.operation: cost.state for cost in found.costs}
    assert states["log metrics"] == "failed"
    assert "list runs" not in states
    gaps = found.gaps[-1]
    (gap,) = [g for g in gaps.not_measured if g.title == "Log the 20 parameters of a run"]
    assert len(gap.params) == gap.of == len(EMBEDDED) + 1
    assert {(gap.title, len(gap.params), gap.of) for gap in gaps.failed} == {
        ("Time on disk", 2, 8),
        ("Instructions", 2, 8),
    }
    assert states["log artifact"] == "measured"
    assert "faster in 2 of 2 operations" in found.conclusions[0]
    assert "parameters.LogParameters.time_log_parameters" not in {
        r.benchmark for r in found.figures
    }


def history(found: Measured, change: Change) -> History:
    first, second = (release.commit for release in found.releases)
    return History(
        "local",
        (COST, ("log metrics", "mlflow-file")),
        f"{COST}('log metrics', 'mlflow-file')",
        0.05,
        [Step(first, first, change.before), Step(second, second, change.after)],
        [change],
        [change] if change.kind == "regression" else [],
        "index.html#there",
    )


@pytest.mark.parametrize(("before", "after"), [(10.0, 30.0), (30.0, 10.0)])
def test_a_step_names_the_release_that_brought_it(before: float, after: float) -> None:
    results = measured(constant(10.0))
    change = Change(results.releases[1].commit, before, after)
    found = build("synadb", results, [history(results, change)])
    (cost,) = [cost for cost in found.costs if cost.steps]
    assert (cost.benchmark, cost.operation, cost.baseline) == (COST, "log metrics", "mlflow-file")
    assert cost.address == "index.html#there"
    (series,) = found.changes
    assert (series.benchmark, series.params) == (COST, ("log metrics", "mlflow-file"))
    assert [(s.first, s.last, s.value) for s in cost.steps] == [
        ("v1.0.0", "v1.0.0", before),
        ("v1.1.0", "v1.1.0", after),
    ]
    (mark,) = series.marks
    assert (mark.release, mark.kind) == ("v1.1.0", change.kind)
    open_now = [f"{r.benchmark} ({', '.join(r.params)})" for r in found.regressions]
    listed = f"{COST} (log metrics, mlflow-file)"
    if after > before:
        assert open_now == [listed]
        assert found.conclusions[-1].startswith(f"1 regression is open: {listed}. ")
    else:
        assert not open_now
        assert found.conclusions[-1].startswith("0 regressions are open. ")


def test_a_release_of_which_all_failed_is_said_to_be() -> None:
    found = report(lambda number, name, params: None if number else 10.0)
    assert found.conclusions[0] == "Nothing of SynaDB v1.1.0 could be measured."
    before, gaps = found.gaps
    assert before.values
    assert not before.failed
    assert gaps.values == 0
    assert {gap.benchmark for gap in gaps.failed} == set(BENCHMARKS)
    assert all(len(gap.params) == gap.of for gap in gaps.failed)
    assert not gaps.not_measured


def test_a_step_of_another_machine_is_not_shown() -> None:
    results = measured(constant(10.0))
    results.machine["machine"] = "another"
    change = Change(results.releases[1].commit, 10.0, 30.0)
    assert not build("synadb", results, [history(results, change)]).regressions


def test_histories_of_two_environments_are_one_after_the_other() -> None:
    results = measured(constant(10.0))
    change = Change(results.releases[1].commit, 10.0, 30.0)
    whole = history(results, change)
    old = replace(whole, steps=whole.steps[:1], address="index.html#old")
    new = replace(whole, steps=whole.steps[1:], changes=[], regressions=[])
    for both in ([old, new], [new, old]):
        found = build("synadb", results, both)
        (cost,) = [cost for cost in found.costs if cost.steps]
        assert [step.first for step in cost.steps] == ["v1.0.0", "v1.1.0"]
        assert cost.address == "index.html#there"
        assert len(found.regressions) == 1


def test_versions_are_those_of_the_packages() -> None:
    found = report(constant(10.0), trackers=WITH_SEVENTH)
    assert [found.versioned(tracker) for tracker in found.trackers] == [
        "SynaDB v1.1.0",
        "SynaDB C interface v1.1.0",
        "SynaDB below MLflow v1.1.0",
        "MLflow files 3.17.2",
        "MLflow SQLite 3.17.2",
        "plain file (floor)",
        "Papyrus",
    ]


@pytest.fixture
def seventh() -> Document:
    """The report where a seventh tracker is a baseline that loses, and loses points."""

    def values(number: int, name: str, params: tuple[str, ...]) -> float | None:
        if params[-1].startswith("papyrus"):
            return 20.0 * (float(params[1]) if name.startswith("scale") else 1.0)
        return constant(10.0)(number, name, params)

    return report(values, trackers=WITH_SEVENTH, benchmarks=BENCHMARKS_WITH_SEVENTH)


def test_a_seventh_tracker_is_in_costs_and_sentences(seventh: Document) -> None:
    assert list(seventh.answers) == ["mlflow-file", "mlflow-sqlite", "papyrus"]
    assert [cost.operation for cost in seventh.answers["papyrus"]] == OPERATIONS
    said = [one for one in seventh.conclusions if "Papyrus" in one]
    for start in ("In time on disk, next to Papyrus, SynaDB", TITLE, "Installed size", "Points"):
        assert [one for one in said if one.startswith(start)], start


def test_a_seventh_tracker_is_in_every_table(seventh: Document) -> None:
    assert seventh.baselines[-1] == "papyrus"
    rows = [*seventh.figures, *seventh.footprint]
    assert {row.values["papyrus"].words for row in rows} >= {"2.0x faster", "2.0x smaller"}
    assert all("papyrus" in row.values for row in seventh.safety)
    assert all("papyrus" in claim.found for claim in seventh.features + seventh.inputs)
    assert seventh.changed[0].inputs["papyrus"]


def test_a_seventh_tracker_is_in_charts_and_badges(seventh: Document, tmp_path: Path) -> None:
    looks = charts.looks(seventh.trackers)
    assert len({look.colour for look in looks.values()}) == len(looks)
    for curve in seventh.scale:
        assert curve.lines["papyrus"]
        assert looks["papyrus"].colour in charts.growth(curve, seventh.name, looks, curve.title)
        assert curve.crossovers[-1].words.startswith("SynaDB v1.1.0 is faster than Papyrus")
    badges.write(tmp_path, seventh)
    assert badge(tmp_path, "papyrus") == "metrics: 5.0x faster than Papyrus, v1.1.0"


def test_without_declarations_names_are_shown_as_they_are() -> None:
    found = report(constant(10.0), trackers={})
    assert found.subject == "synadb v1.1.0"
    assert found.conclusions[0].startswith("In time on disk, next to mlflow-file, synadb v1.1.0 is")
