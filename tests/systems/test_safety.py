"""What the safety benchmarks count, on trackers that lose something and on real ones."""

import os
import signal
from pathlib import Path

import pytest
from losses import ChangesAMetric, LosesAMetric, Sound

from benchmarks import crashes, hostile_input
from benchmarks.harness import sizes, writers
from benchmarks.harness.cases import Missing
from benchmarks.harness.writers import (
    Start,
    Written,
    count_losses,
    count_lost,
    in_processes,
    in_threads,
    lose,
    value_at,
)
from benchmarks.hostile_input import CASES
from benchmarks.system import directories, strace
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.base import COMPLETED
from benchmarks.trackers.floor import Floor
from benchmarks.trackers.kinds import SEARCHABLE
from benchmarks.workload import EXPERIMENT


class Listing(Floor):
    """A sound tracker that can list its runs and read a metric."""

    def __init__(self) -> None:
        self.run_ids: list[str] = []

    def start_run(self, experiment: str, tags: list[str]) -> str:
        self.run_ids.append(super().start_run(experiment, tags))
        return self.run_ids[-1]

    def list_runs(self, experiment: str) -> list[str]:
        return self.run_ids


def written(tracker: Floor, directory: Path, steps: int = 10) -> Written:
    tracker.open(directory)
    result = Written(tracker.start_run(EXPERIMENT, []))
    for step in range(steps):
        tracker.log_metric(result.run_id, "loss", value_at(step), step)
        result.steps.append(step)
    tracker.end_run(result.run_id, COMPLETED)
    return result


@pytest.mark.parametrize(("cls", "lost"), [(Sound, 0), (LosesAMetric, 1), (ChangesAMetric, 1)])
def test_points_that_are_missing_or_wrong_are_lost(cls: type, lost: int, tmp_path: Path) -> None:
    tracker = cls()
    result = written(tracker, tmp_path)
    assert count_lost(tracker, [result]) == lost
    tracker.close()


def test_a_run_that_is_not_listed_is_lost(tmp_path: Path, monkeypatch) -> None:
    tracker = Floor()
    result = written(tracker, tmp_path)
    tracker.close()
    monkeypatch.setattr(writers, "create", lambda name: Listing())  # it lists no old run
    losses = count_losses("floor", tmp_path, [result])
    assert (losses.runs, losses.points) == (1, 0)


def test_an_error_of_a_writer_is_counted_and_no_loss(tmp_path: Path, monkeypatch) -> None:
    class Refuses(Listing):
        def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
            if step == 3:
                raise OSError("no more")
            super().log_metric(run_id, name, value, step)

    monkeypatch.setattr(writers, "create", lambda name: Refuses())
    for start in (in_threads, in_processes):
        (store := tmp_path / start.__name__).mkdir()
        (result,) = start("floor", store, 1)
        assert result.errors == ["OSError: no more"]
        assert len(result.steps) == sizes.POINTS_OF_A_WRITER - 1
        losses = count_losses("floor", store, [result])
        assert (losses.points, losses.errors) == (0, 1)


@pytest.mark.parametrize("start", [in_processes, in_threads])
@pytest.mark.parametrize("name", SEARCHABLE)
def test_a_single_writer_loses_nothing(name: str, start: Start) -> None:
    losses = lose(start, name, 1)
    assert (losses.points, losses.runs, losses.errors) == (0, 0, 0)


def test_a_killed_writer_keeps_what_it_was_told(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "KILLS", 1)
    assert crashes.kill_often("synadb") == crashes.Killed(points_lost=0, failed_openings=0)


def test_points_at_risk_are_those_without_a_sync_before_their_acknowledgement() -> None:
    sync = "7 fdatasync(3) = 0"
    acknowledged = f"7 {strace.MARK}) = -1 EBADF (Bad file descriptor)"
    interrupted = f"7 {strace.MARK} <unfinished ...>"
    failed = "7 fdatasync(3) = -1 EIO (Input/output error)"
    resumed = "7 <... fdatasync resumed>) = 0"
    assert strace.most_unsynced("\n".join([sync, acknowledged] * 3)) == 0
    assert strace.most_unsynced("\n".join([resumed, acknowledged] * 3)) == 0
    assert strace.most_unsynced("\n".join([failed, acknowledged] * 3)) == 3
    assert strace.most_unsynced("\n".join([failed, interrupted] * 3)) == 3
    lines = [acknowledged, acknowledged, sync, acknowledged, acknowledged]
    assert strace.most_unsynced("\n".join(lines)) == 2


def test_without_syncs_a_loss_of_power_takes_all_points(monkeypatch) -> None:
    try:
        strace.require()
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    monkeypatch.setattr(crashes, "STORING", ["synadb", "synadb-unsynced", "floor"])
    found = crashes.PowerLoss().setup_cache()
    assert found == {"synadb": 0, "synadb-unsynced": sizes.TRACED_POINTS, "floor": 0}


def test_a_full_disk_is_told_by_sqlite() -> None:
    try:
        crashes.FullDisk().require()
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    found = crashes.fill_apart("mlflow-sqlite")
    assert found == {"points_lost": 0, "silent": False}


@pytest.mark.parametrize(
    ("case", "tracker", "is_right"),
    [
        ("a slash in the name of a metric", "synadb", True),
        ("the same step twice", "synadb", False),
        ("the same step twice", "mlflow-sqlite", True),
        ("nothing as the name of a metric", "mlflow-file", True),  # it is refused
        ("infinity as a metric", "mlflow-sqlite", False),
        ("a pickle as an artifact", "synadb", False),
    ],
)
def test_an_input_is_kept_refused_or_changed(case: str, tracker: str, is_right: bool) -> None:
    with directories.empty_store() as store:
        assert CASES[case](create(tracker), store) is is_right


def test_an_input_that_ends_the_process_takes_no_other_with_it(monkeypatch) -> None:
    def dies(tracker: Tracker, store: Path) -> bool:
        raise SystemExit(os.kill(os.getpid(), signal.SIGKILL))

    cases = {"a pickle as an artifact": CASES["a pickle as an artifact"], "a crash": dies}
    monkeypatch.setattr(hostile_input, "CASES", cases)
    found = hostile_input.changed("synadb")
    assert found["a pickle as an artifact"] == 1
    assert found["a crash"] == Missing("the process ended without an answer", failed=True)
