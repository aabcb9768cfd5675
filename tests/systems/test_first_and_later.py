"""The first call of a process or run, and a later one, are read back on the real systems."""

from pathlib import Path

import pytest

from benchmarks import runs
from benchmarks.artifacts import LogArtifact, LogLaterArtifact
from benchmarks.harness import sizes
from benchmarks.harness.cases import revealed
from benchmarks.harness.stores import build_many
from benchmarks.system import directories
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.kinds import EMBEDDED


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "FIRST_RUNS", 1)


def test_first_runs_of_all_are_measured_and_leave_their_store_as_it_was() -> None:
    found = runs.StartAndEndFirstRun().setup_cache()
    assert {name: len(revealed(seconds)) for name, seconds in found.items()} == dict.fromkeys(
        EMBEDDED, 1
    )
    assert not list(directories.SCRATCH.iterdir())


def test_a_first_run_that_is_lost_fails(monkeypatch) -> None:
    store = build_many("synadb", 1)
    monkeypatch.setattr(runs, "build_many", lambda *arguments: store)
    monkeypatch.setattr(runs, "EMBEDDED", ["synadb"])
    monkeypatch.setattr(type(create("synadb")), "end_run", lambda *arguments: None)
    with pytest.raises(RuntimeError, match="AssertionError: SynaDB lost or changed"):
        revealed(runs.StartAndEndFirstRun().setup_cache()["synadb"])


@pytest.mark.parametrize(
    ("benchmark", "calls"), [(LogArtifact, [0, 1]), (LogLaterArtifact, [1, 2])]
)
def test_a_later_artifact_comes_after_another_one(benchmark, calls, monkeypatch) -> None:
    tracker, logged = type(create("floor")), []
    real = tracker.log_artifact

    def counted(self: Tracker, *artifact) -> None:
        logged.append(artifact)
        real(self, *artifact)

    monkeypatch.setattr(tracker, "log_artifact", counted)
    instance = benchmark()
    instance.setup("floor")
    before = len(logged)
    instance.time_log_artifact("floor")
    assert [before, len(logged)] == calls
    instance.teardown("floor")


def test_a_later_artifact_is_read_back(monkeypatch) -> None:
    tracker = type(create("floor"))
    instance = LogLaterArtifact()
    instance.setup("floor")
    monkeypatch.setattr(tracker, "log_artifact", lambda *arguments: None)
    instance.time_log_artifact("floor")
    with pytest.raises(AssertionError, match="lost or changed"):
        instance.teardown("floor")
