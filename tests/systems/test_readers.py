"""What other processes see of a run, and what resuming takes from it, on the real systems."""

import os
from pathlib import Path

import pytest

from benchmarks import readers, resume
from benchmarks.harness.sizes import POINTS_BEFORE_A_CRASH, POINTS_BESIDE_READERS
from benchmarks.trackers import Tracker, create, load
from benchmarks.trackers.kinds import BASELINES, SYSTEMS

NOTHING_IS_WRONG = {"lost": 0, "overwritten": 0, "wrong status": 0}
ALL_IS_SEEN = {
    "unseen by open reader": 0,
    "unseen by new reader": 0,
    "errors of readers": 0,
    "errors of writer": 0,
}


@pytest.mark.parametrize("name", BASELINES)
def test_readers_of_mlflow_see_what_is_logged_beside_them(name: str) -> None:
    assert readers.read_beside(name) == ALL_IS_SEEN


@pytest.mark.parametrize("name", ["synadb", "synadb-native"])
def test_an_open_reader_of_synadb_sees_nothing_new(name: str) -> None:
    unseen = {"unseen by open reader": POINTS_BESIDE_READERS}
    assert readers.read_beside(name) == ALL_IS_SEEN | unseen


def test_what_readers_are_told_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker, owner = load("synadb"), os.getpid()
    real = tracker.read_metric

    def refuses(self: Tracker, *what: str) -> list[tuple[int, float]]:
        if os.getpid() == owner:
            return real(self, *what)  # what is read back in the end
        raise OSError("in use")

    monkeypatch.setattr(tracker, "read_metric", refuses)
    assert readers.read_beside("synadb") == {
        "unseen by open reader": POINTS_BESIDE_READERS,
        "unseen by new reader": POINTS_BESIDE_READERS,
        "errors of readers": 3,  # of two looks and one
        "errors of writer": 0,
    }


def test_what_a_writer_is_told_is_counted_and_not_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = load("mlflow-file")
    real = tracker.log_metric

    def refuses(self: Tracker, run_id: str, name: str, value: float, step: int) -> None:
        if step in (3, 5):
            raise OSError("in use")
        real(self, run_id, name, value, step)

    monkeypatch.setattr(tracker, "log_metric", refuses)
    assert readers.read_beside("mlflow-file") == ALL_IS_SEEN | {"errors of writer": 2}


def test_what_is_lost_in_the_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = load("synadb")
    real = tracker.log_metric

    def loses(self: Tracker, run_id: str, name: str, value: float, step: int) -> None:
        if step != 7:
            real(self, run_id, name, value, step)

    monkeypatch.setattr(tracker, "log_metric", loses)
    with pytest.raises(AssertionError, match="SynaDB lost or changed run/metrics"):
        readers.read_beside("synadb")


@pytest.mark.parametrize("name", BASELINES)
def test_mlflow_keeps_the_points_of_a_run_that_is_resumed(name: str) -> None:
    assert resume.resume(name) == dict.fromkeys(resume.WAYS, NOTHING_IS_WRONG)


def test_synadb_overwrites_points_unless_it_is_given_steps() -> None:
    gone = {"lost": POINTS_BEFORE_A_CRASH, "overwritten": POINTS_BEFORE_A_CRASH}
    assert resume.resume("synadb") == {
        "with steps": NOTHING_IS_WRONG,
        "without steps": NOTHING_IS_WRONG | gone,
    }


def test_a_point_that_is_lost_and_a_run_without_its_end_are_told(monkeypatch) -> None:
    tracker = load("synadb")
    real = tracker.log_metric

    def loses(self: Tracker, run_id: str, name: str, value: float, step: int) -> None:
        real(self, run_id, name, value + (0.5 if step == 3 else 0), step)

    monkeypatch.setattr(tracker, "log_metric", loses)
    monkeypatch.setattr(tracker, "end_run", lambda self, run_id, status: None)
    found = resume.resume_once("synadb", resume.WITH_STEPS)
    assert found == {"lost": 1, "overwritten": 0, "wrong status": 1}


def test_the_c_interface_resumes_with_steps_alone() -> None:
    found = resume.resume("synadb-native")
    assert found == {resume.WITH_STEPS: NOTHING_IS_WRONG}
    with pytest.raises(NotImplementedError, match="has no call to resume a run and log without"):
        resume.Resume().setup({"synadb-native": found}, "without steps", "synadb-native")


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_run_that_has_ended_is_resumed_and_ended_again(name: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id = tracker.start_run("another", [])
    tracker.end_run(run_id, "failed")
    tracker.resume_run("another", run_id)
    tracker.log_next(run_id, "loss", 0.5)
    tracker.end_run(run_id, "killed")
    read = tracker.read_run("another", run_id, ["loss"], [])
    tracker.close()
    assert (read.status, read.metrics) == ("killed", {"loss": [(0, 0.5)]})
