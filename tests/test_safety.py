"""What the safety benchmarks count, on trackers that lose something and on real ones."""

from pathlib import Path

import pytest
from losses import ChangesAMetric, LosesAMetric, Sound

from benchmarks import crashes, many_writers
from benchmarks.hostile_input import CASES
from benchmarks.many_writers import Written, in_processes, in_threads, kept, outcome, value
from benchmarks.trackers import READERS, create
from benchmarks.trackers.base import COMPLETED
from benchmarks.trackers.floor import Floor
from benchmarks.workload import EXPERIMENT


class Listing(Floor):
    """A sound tracker that can list its runs and read a metric."""

    def list_runs(self, experiment: str) -> list[str]:
        return list(self._metadata)


def written(tracker: Floor, directory: Path, steps: int = 10) -> Written:
    tracker.open(directory)
    result = Written(tracker.start_run(EXPERIMENT, []))
    for step in range(steps):
        tracker.log_metric(result.run_id, "loss", value(step), step)
        result.steps.append(step)
    tracker.end_run(result.run_id, COMPLETED)
    return result


@pytest.mark.parametrize(("cls", "left"), [(Sound, 10), (LosesAMetric, 9), (ChangesAMetric, 9)])
def test_points_that_are_missing_or_wrong_are_lost(cls: type, left: int, tmp_path: Path) -> None:
    tracker = cls()
    result = written(tracker, tmp_path)
    assert kept(tracker, result) == left
    tracker.close()


def test_a_run_that_is_not_listed_is_lost(tmp_path: Path, monkeypatch) -> None:
    tracker = Floor()
    result = written(tracker, tmp_path)
    tracker.close()
    monkeypatch.setattr(many_writers, "create", lambda name: Listing())  # it lists no old run
    assert outcome("floor", tmp_path, [result]).runs_lost == 1
    assert outcome("floor", tmp_path, [result]).points_lost == 0


def test_an_error_of_a_writer_is_counted_and_no_loss(tmp_path: Path, monkeypatch) -> None:
    class Refuses(Listing):
        def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
            if step == 3:
                raise OSError("no more")
            super().log_metric(run_id, name, value, step)

    monkeypatch.setattr(many_writers, "create", lambda name: Refuses())
    for start in (in_threads, in_processes):
        (store := tmp_path / start.__name__).mkdir()
        (result,) = start("floor", store, 1)
        assert result.errors == ["OSError: no more"]
        assert len(result.steps) == many_writers.POINTS - 1
        found = outcome("floor", store, [result])
        assert (found.points_lost, found.errors) == (0, 1)


@pytest.mark.parametrize("start", [in_processes, in_threads])
@pytest.mark.parametrize("name", READERS)
def test_a_single_writer_loses_nothing(name: str, start: many_writers.Start) -> None:
    found = many_writers.measure_one(start, name, 1)
    assert (found.points_lost, found.runs_lost, found.errors) == (0, 0, 0)


def test_a_killed_writer_keeps_what_it_was_told(tmp_path: Path) -> None:
    with crashes._new_store("synadb") as store:
        result = crashes._killed("synadb", store, 0.05)
        assert result.steps == list(range(len(result.steps)))
        assert crashes._opens("synadb", store)
        assert crashes._lost("synadb", store, [result]) == 0


def test_points_at_risk_are_those_without_a_sync_before_their_acknowledgement() -> None:
    sync = "7 fdatasync(3) = 0"
    acknowledged = 'chdir("/x/acknowledged") = -1 ENOENT (No such file or directory)'
    failed = "7 fdatasync(3) = -1 EIO (Input/output error)"
    resumed = "7 <... fdatasync resumed>) = 0"
    assert crashes.at_risk("\n".join([sync, acknowledged] * 3)) == 0
    assert crashes.at_risk("\n".join([resumed, acknowledged] * 3)) == 0
    assert crashes.at_risk("\n".join([failed, acknowledged] * 3)) == 3
    lines = [acknowledged, acknowledged, sync, acknowledged, acknowledged]
    assert crashes.at_risk("\n".join(lines)) == 2


@pytest.mark.skipif(not crashes._can_mount(), reason="nothing can be mounted here")
def test_a_full_disk_is_told_by_sqlite() -> None:
    found = crashes._fill_apart("mlflow-sqlite")
    assert found == crashes.Filled(points_lost=0, silent=False)


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
def test_an_input_is_kept_refused_or_changed(
    case: str, tracker: str, is_right: bool, tmp_path: Path
) -> None:
    (store := tmp_path / "store").mkdir()
    assert CASES[case](create(tracker), store) is is_right
