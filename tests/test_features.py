"""Features, quick starts and footprints, of the real SynaDB and the real MLflow."""

from pathlib import Path

import pytest

from benchmarks import features, fresh, quick_start
from benchmarks.features import FEATURES, Features
from benchmarks.footprint import Footprint, Running, required
from benchmarks.quick_start import QuickStart
from benchmarks.trackers import SYSTEMS, create
from benchmarks.trackers.synadb import SynaDB

cut_off = pytest.mark.skipif(
    not fresh.can_run([*features.UNSHARE, "true"]), reason="unshare is not permitted"
)


@pytest.fixture(scope="module")
def tried() -> features.Tried:
    return Features().setup_cache()


@cut_off
def test_every_feature_is_tried_on_every_tracker(tried: features.Tried) -> None:
    assert {name: list(found) for name, found in tried.items()} == {
        name: list(FEATURES) for name in SYSTEMS
    }


@cut_off
@pytest.mark.parametrize(
    ("tracker", "there", "missing"),
    [
        ("synadb", ["keeps all in one file", "has a web page"], ["logs over HTTP"]),
        ("mlflow-sqlite", ["logs over HTTP", "filters runs by metric"], ["keeps all in one file"]),
        ("mlflow-file", ["has a model registry"], ["needs no configuration"]),
    ],
)
def test_what_a_tracker_is_known_for(
    tracker: str, there: list[str], missing: list[str], tried: features.Tried
) -> None:
    benchmark = Features()
    for feature, expected in [*((f, 0) for f in there), *((f, 1) for f in missing)]:
        benchmark.setup(tried, feature, tracker)
        assert benchmark.track_missing(tried, feature, tracker) == expected, feature


@cut_off
def test_offline_works_in_every_tracker(tried: features.Tried) -> None:
    assert all(found["works with the network cut off"] for found in tried.values())


def test_what_cannot_be_tried_is_skipped_with_its_reason() -> None:
    with pytest.raises(NotImplementedError, match="cannot be cut off"):
        Features().setup({}, "deletes runs", "synadb")
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
    references = features._References()
    references.feed(
        '<link href="site.css"><script src="//cdn.example/a.js"></script><a href="https://b">b</a>'
        '<img src="https://c.example/c.png">'
    )
    assert references.elsewhere == ["//cdn.example/a.js", "https://c.example/c.png"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_quick_start_logs_its_metric(name: str) -> None:
    benchmark = QuickStart()
    benchmark.setup(name)
    try:
        assert benchmark.track_files(name) >= 1
        assert quick_start.was_logged(create(name), benchmark.directory)
    finally:
        benchmark.teardown(name)


def test_a_quick_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        quick_start.run("synadb", "1 / 0", tmp_path)


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
