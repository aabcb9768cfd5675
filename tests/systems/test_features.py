"""Features, quick starts and footprints, of the real SynaDB and the real MLflow."""

from itertools import product
from pathlib import Path

import pytest
from helpers import MACHINE, Project, commits, values

from benchmarks import features
from benchmarks.features import FEATURES, Features
from benchmarks.footprint import Footprint, Running, required
from benchmarks.harness import quick_starts
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
def measured(published: Project) -> dict[str, dict[tuple[str, ...], float]]:
    """What asv has of 1.4.0, by benchmark and parameters."""
    (file,) = (published.path / "results" / MACHINE).glob(f"{commits()['1.4.0'][:8]}-*.json")
    return values(file)


@pytest.fixture(scope="module")
def missing(measured) -> dict[tuple[str, ...], float]:
    """Whether a feature of a tracker is missing, 1, or there, 0."""
    return measured["features.Features.track_missing"]


@cut_off
def test_every_feature_is_tried_on_every_tracker(missing: dict[tuple[str, ...], float]) -> None:
    assert missing.keys() == set(product(FEATURES, SYSTEMS))
    assert set(missing.values()) == {0, 1}


@cut_off
@pytest.mark.parametrize(
    ("tracker", "there", "lacks"),
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
    tracker: str, there: list[str], lacks: list[str], missing: dict[tuple[str, ...], float]
) -> None:
    assert [missing[feature, tracker] for feature in there] == [0] * len(there)
    assert [missing[feature, tracker] for feature in lacks] == [1] * len(lacks)


@cut_off
def test_offline_works_in_every_tracker(missing: dict[tuple[str, ...], float]) -> None:
    assert not any(missing["works with the network cut off", name] for name in SYSTEMS)


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


def test_a_quick_start_leaves_files_and_its_metric(measured) -> None:
    found = measured["quick_start.QuickStart.track_files"]
    assert found.keys() == {(name,) for name in SYSTEMS}
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
