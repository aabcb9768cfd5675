"""Results say in which session they were measured, and keep what belongs beside them."""

import json
from pathlib import Path

import pytest
from asv.results import Results
from asv.runner import BenchmarkResult

import recording
from recording import session
from website.results import SESSION

COMMIT = "0123456789" * 4
BENCHMARK = {"name": "metrics.Log.track_it", "version": "1", "params": []}


@pytest.fixture(autouse=True)
def _recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("add_result", "save"):
        monkeypatch.setattr(Results, name, getattr(Results, name))
    monkeypatch.setenv("BESIDE_RESULTS", "")
    monkeypatch.setattr(recording, "BESIDE", tmp_path / "beside")
    recording.setup()


def results() -> Results:
    return Results({"machine": "one"}, {}, COMMIT, 0, "3.11", "virtualenv-py3.11-mlflow3.17.2", {})


def measured(value: float) -> BenchmarkResult:
    return BenchmarkResult([value], [None], [None], 0, "", None)


def saved(directory: Path) -> dict:
    (file,) = directory.glob("one/*.json")
    return json.loads(file.read_text())


def test_a_file_names_each_session_that_measured_into_it(tmp_path, monkeypatch) -> None:
    keys = [session.KEY, session.KEY.replace("<session 2", "<session 3")]
    for number, key in enumerate(keys):
        monkeypatch.setattr(session, "KEY", key)
        found = results()
        found.load_data(tmp_path)
        found.add_result(BENCHMARK | {"name": f"number.{number}"}, measured(1.0))
        found.save(tmp_path)
    assert sorted(saved(tmp_path)["durations"]) == keys
    assert all(seconds >= 0 for seconds in saved(tmp_path)["durations"].values())


def test_the_website_reads_what_is_recorded() -> None:
    assert SESSION.fullmatch(session.KEY)


def test_a_session_has_a_beginning_a_lock_a_boot_a_suite_and_a_processor() -> None:
    assert session.KEY.startswith(f"<session {session.STARTED:%Y-%m-%dT%H:%M:%SZ} lock=")
    names = [part.partition("=")[0] for part in session.KEY.strip("<>").split()[2:]]
    assert names == ["lock", "boot", "suite", "cpu"]


def test_results_that_are_saved_without_a_measurement_are_of_no_session(tmp_path) -> None:
    results().save(tmp_path)
    assert saved(tmp_path)["durations"] == {}


def test_what_a_benchmark_leaves_is_kept_beside_the_results_of_its_commit(tmp_path) -> None:
    recording.BESIDE.mkdir()
    (recording.BESIDE / "stacks.json.gz").write_bytes(b"new")
    kept = tmp_path / "one" / "01234567-virtualenv-py3.11-mlflow3.17.2-stacks.json.gz"
    kept.parent.mkdir()
    kept.write_bytes(b"old")
    results().save(tmp_path)
    assert kept.read_bytes() == b"new"
    assert not recording.BESIDE.exists()
    assert sorted(path.suffix for path in kept.parent.iterdir()) == [".gz", ".json"]
