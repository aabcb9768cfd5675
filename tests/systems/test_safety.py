"""What the safety benchmarks count, on trackers that lose something and on real ones."""

import os
import signal
from pathlib import Path

import pytest
from losses import ChangesAMetric, LosesAMetric, Sound

from benchmarks import crashes, hostile_input, many_writers
from benchmarks.crashes import AFTER_THE_NEXT, OF_THE_NEXT, RIGHT_AFTER
from benchmarks.harness import losses, sizes, writers
from benchmarks.harness.cases import Missing
from benchmarks.harness.losses import (
    BY_KEY,
    BY_RUN,
    ERRORS,
    FAILED,
    IN_FILE,
    LOST,
    OWN_EXPERIMENTS,
    OWN_STORES,
    RUNS,
    SILENT,
    WRONG,
    count,
    count_lost,
    lose,
)
from benchmarks.harness.stores import new_store
from benchmarks.harness.writers import (
    Place,
    Start,
    Written,
    in_processes,
    in_threads,
    log_point,
)
from benchmarks.hostile_input import CASES
from benchmarks.system import directories, strace
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.base import COMPLETED
from benchmarks.trackers.floor import Floor
from benchmarks.trackers.kinds import SEARCHABLE
from benchmarks.trackers.synadb_records import FILE
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


def written(tracker: Tracker, directory: Path, steps: int = 10) -> Written:
    tracker.open(directory)
    result = Written(tracker.start_run(EXPERIMENT, []), Place(directory))
    for step in range(steps):
        log_point(tracker, result, step)
    tracker.end_run(result.run_id, COMPLETED)
    return result


@pytest.mark.parametrize(("cls", "lost"), [(Sound, 0), (LosesAMetric, 1), (ChangesAMetric, 1)])
def test_points_that_are_missing_or_wrong_are_lost(cls: type, lost: int, tmp_path: Path) -> None:
    tracker = cls()
    result = written(tracker, tmp_path)
    assert count_lost(tracker, [result]) == lost
    tracker.close()


@pytest.mark.parametrize(
    ("cls", "missing", "wrong"), [(Sound, 0, 0), (LosesAMetric, 1, 0), (ChangesAMetric, 0, 1)]
)
def test_missing_and_wrong_points_are_told_apart(
    cls: type, missing: int, wrong: int, tmp_path: Path, monkeypatch
) -> None:
    tracker = cls()
    result = written(tracker, tmp_path)
    tracker.close()
    monkeypatch.setattr(losses, "create", lambda name: Listing())  # it lists no old run
    found = count("floor", [result])
    assert (found[BY_RUN], found[BY_KEY], found[WRONG]) == (missing, missing, wrong)
    assert found[LOST] == missing + wrong
    assert (found[RUNS], found[FAILED], found[SILENT]) == (1, 0, missing)
    assert IN_FILE not in found  # nobody reads its file for it


def test_a_store_that_does_not_open_is_a_figure(tmp_path: Path, monkeypatch) -> None:
    class Refuses(Listing):
        def list_runs(self, experiment: str) -> list[str]:
            raise OSError("no more")

    class Dies(Listing):
        def open(self, directory: Path) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    result = written(tracker := Sound(), tmp_path)
    tracker.close()
    monkeypatch.setattr(losses, "create", lambda name: Refuses())
    found = count("floor", [result])
    assert (found[FAILED], found[RUNS], found[BY_RUN]) == (1, 1, 0)
    monkeypatch.setattr(losses, "create", lambda name: Dies())
    found = count("floor", [result])
    assert (found[FAILED], found[RUNS], found[BY_RUN]) == (1, 1, 10)


def test_an_error_of_a_writer_is_counted_and_no_loss(tmp_path: Path, monkeypatch) -> None:
    class Refuses(Listing):
        def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
            if step == 3:
                raise OSError("no more")
            super().log_metric(run_id, name, value, step)

    monkeypatch.setattr(writers, "create", lambda name: Refuses())
    monkeypatch.setattr(losses, "create", lambda name: Listing())
    for start in (in_threads, in_processes):
        (store := tmp_path / start.__name__).mkdir()
        (result,) = start("floor", [Place(store)])
        assert result.errors == ["OSError: no more"]
        assert len(result.steps) == sizes.POINTS_OF_A_WRITER - 1
        assert count("floor", [result])[BY_RUN] == 0


@pytest.mark.parametrize("start", [in_processes, in_threads])
@pytest.mark.parametrize("name", SEARCHABLE)
def test_a_single_writer_loses_nothing(name: str, start: Start, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "POINTS_OF_A_WRITER", 20)
    found = lose(start, name, 1)
    counted = (BY_RUN, BY_KEY, IN_FILE, WRONG, RUNS, FAILED, SILENT, ERRORS)
    assert {figure: found[figure] for figure in counted} == dict.fromkeys(counted, 0)


@pytest.mark.parametrize("name", SEARCHABLE)
def test_writers_with_a_store_each_lose_nothing(name: str, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "POINTS_OF_A_WRITER", 20)
    found = lose(in_processes, name, 2, OWN_STORES)
    assert [found[figure] for figure in (BY_RUN, BY_KEY, IN_FILE, RUNS, ERRORS)] == [0] * 5


@pytest.mark.parametrize("name", SEARCHABLE)
def test_threads_log_to_an_experiment_each(name: str, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "POINTS_OF_A_WRITER", 20)
    found = lose(in_threads, name, 2, OWN_EXPERIMENTS)
    assert [found[figure] for figure in (BY_RUN, RUNS, ERRORS)] == [0] * 3


@pytest.mark.parametrize("name", ["synadb", "synadb-native"])
def test_a_torn_record_is_not_whole_in_the_file(name: str) -> None:
    tracker = create(name)
    with new_store(tracker) as store:
        result = written(tracker, store)
        tracker.close()
        file = store / FILE
        data = file.read_bytes()
        header = data.index(f"{result.run_id}/metric/loss/3".encode()) - len("exp/benchmark/run/")
        file.write_bytes(data[: header - 7] + bytes([255]) + data[header - 6 :])
        found = tracker.read_files(store, EXPERIMENT, result.run_id, "loss")
        assert found == [(step, result.value_at(step)) for step in range(10) if step != 3]


def test_all_draws_are_kept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sizes, "POINTS_OF_A_WRITER", 5)
    monkeypatch.setattr(sizes, "DRAWS", 3)
    monkeypatch.setattr(sizes, "SUITE", sizes.Suite.STANDARD)
    monkeypatch.setattr(many_writers, "SEARCHABLE", ["synadb"])
    benchmark = many_writers.Processes()
    found = benchmark.setup_cache()
    params = BY_RUN, f"2, {OWN_STORES}", "synadb"
    benchmark.setup(found, *params)
    assert benchmark.track_count(found, *params)["samples"] == [0, 0, 0]
    benchmark.teardown()


def needs_strace() -> None:
    try:
        strace.require()
    except NotImplementedError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", ["synadb", "synadb-native"])
def test_a_record_without_its_value_takes_others_with_it(name: str, monkeypatch) -> None:
    needs_strace()
    monkeypatch.setattr(sizes, "POINTS_BEFORE_A_KILL", 5)
    between, inside = crashes.kill_at(name, 1), crashes.kill_at(name, 3)
    assert set(between.values()) == {0}
    assert (inside[RIGHT_AFTER], inside[FAILED]) == (0, 0)
    assert (inside[AFTER_THE_NEXT], inside[OF_THE_NEXT], inside[RUNS]) == (5, 0, 1)


def test_a_metric_that_was_begun_and_not_written_fails_the_opening(monkeypatch) -> None:
    needs_strace()
    monkeypatch.setattr(sizes, "POINTS_BEFORE_A_KILL", 5)
    found = crashes.kill_at("mlflow-file", 2)
    assert (found[RIGHT_AFTER], found[AFTER_THE_NEXT], found[OF_THE_NEXT]) == (0, 0, 0)
    assert (found[FAILED], found[RUNS]) == (2, 2)


def test_a_killed_writer_keeps_what_it_was_told(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "KILLS", 1)
    found = crashes.kill_often("synadb")
    assert (found[LOST], found[FAILED]) == (0, 0)


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
