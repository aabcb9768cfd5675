"""Features, quick starts and footprints, of the real SynaDB and the real MLflow."""

from pathlib import Path

import pytest

from benchmarks import features
from benchmarks.features import FEATURES, Features
from benchmarks.footprint import Footprint, Running, required
from benchmarks.harness import quick_starts
from benchmarks.harness.cases import Outcome
from benchmarks.quick_start import QuickStart
from benchmarks.system.processes import can_run
from benchmarks.trackers import create
from benchmarks.trackers.base import NotOffered
from benchmarks.trackers.kinds import SYSTEMS
from benchmarks.trackers.synadb import SynaDB

AT_ONCE = "lets several experiments be open at once"
cut_off = pytest.mark.skipif(
    not can_run([*features.UNSHARE, "true"]), reason="unshare is not permitted"
)


@pytest.fixture(scope="module")
def tried() -> dict[str, Outcome]:
    return Features().setup_cache()


@cut_off
def test_every_feature_is_tried_on_every_tracker(tried: dict[str, Outcome]) -> None:
    assert {name: list(found) for name, found in tried.items()} == {
        name: list(FEATURES) for name in SYSTEMS
    }


@cut_off
@pytest.mark.parametrize(
    ("tracker", "there", "missing"),
    [
        (
            "synadb",
            ["keeps all in one file", "has a web page"],
            ["logs over HTTP", "is a store for MLflow", AT_ONCE],
        ),
        ("mlflow-sqlite", ["logs over HTTP", AT_ONCE], ["keeps all in one file"]),
        ("mlflow-file", ["is a store for MLflow", AT_ONCE], ["needs no configuration"]),
    ],
)
def test_what_a_tracker_is_known_for(
    tracker: str, there: list[str], missing: list[str], tried: dict[str, Outcome]
) -> None:
    benchmark = Features()
    for feature, expected in [*((f, 0) for f in there), *((f, 1) for f in missing)]:
        benchmark.setup(tried, feature, tracker)
        assert benchmark.track_missing(tried, feature, tracker) == expected, feature


@cut_off
def test_offline_works_in_every_tracker(tried: dict[str, Outcome]) -> None:
    assert all(found["works with the network cut off"] for found in tried.values())


def test_what_cannot_be_tried_is_skipped_with_its_reason() -> None:
    with pytest.raises(NotImplementedError, match="no strace"):
        Features().setup({"synadb": {"deletes runs": "no strace"}}, "deletes runs", "synadb")


def test_a_claim_that_loses_something_does_not_hold(tmp_path: Path, monkeypatch) -> None:
    class Loses(SynaDB):
        def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
            if step != 7:
                super().log_metric(run_id, name, value, step)

    monkeypatch.setattr(features, "create", lambda name: Loses())
    (store := tmp_path / "store").mkdir()
    with pytest.raises(AssertionError, match="lost or changed run/metrics"):
        FEATURES["can be moved to another folder"]("synadb", store)


def test_a_page_that_needs_other_hosts_is_told() -> None:
    page = (
        '<link href="site.css"><script src="//cdn.example/a.js"></script><a href="https://b">b</a>'
        '<img src="https://c.example/c.png">'
    )
    elsewhere = ["//cdn.example/a.js", "https://c.example/c.png"]
    assert features.taken_from_elsewhere(page) == elsewhere


def test_a_quick_start_leaves_files_and_its_metric() -> None:
    found = QuickStart().setup_cache()
    assert found.keys() == set(SYSTEMS)
    assert all(files >= 1 for files in found.values())


@pytest.mark.parametrize(
    ("code", "reason"), [("1 / 0", "ZeroDivisionError"), ("", "has no quick start")]
)
def test_a_quick_start_that_does_not_run_says_why(code: str, reason: str, tmp_path: Path) -> None:
    tracker = create("synadb")
    tracker.quick_start = code
    with pytest.raises((RuntimeError, NotOffered), match=reason):
        quick_starts.run(tracker, tmp_path)


def test_a_footprint_has_what_a_package_requires() -> None:
    assert required("synadb").keys() == {"synadb", "numpy"}
    assert {"mlflow", "mlflow-skinny", "numpy", "pandas"} <= required("mlflow").keys()
    footprint = Footprint()
    assert footprint.track_distributions("synadb") == 2
    assert footprint.track_bytes("mlflow") > footprint.track_bytes("synadb") > 4e6


def test_a_running_tracker_is_counted_without_what_python_has() -> None:
    counted = Running().setup_cache()
    assert counted.keys() == set(SYSTEMS)
    assert counted["synadb"]["files"] >= 1  # its store
    assert all(found["threads"] >= 0 for found in counted.values())
