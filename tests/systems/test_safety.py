"""What the safety benchmarks count, on trackers that lose something and on real ones."""

import os
import signal
from itertools import product
from pathlib import Path

import pytest
from losses import ChangesAMetric, LosesAMetric, Sound

from benchmarks import crashes, hostile_input, many_writers
from benchmarks.harness import sizes, writers
from benchmarks.harness.cases import Missing
from benchmarks.harness.sizes import Suite
from benchmarks.harness.writers import (
    A_FILE_EACH,
    LAYOUTS,
    Start,
    Written,
    by_calls,
    by_key,
    count_losses,
    count_lost,
    count_missing,
    in_file,
    in_processes,
    in_threads,
    lose,
    value_at,
)
from benchmarks.hostile_input import CASES
from benchmarks.many_writers import MEDIA, Layouts, Processes, Remains
from benchmarks.system import directories, strace
from benchmarks.system.processes import with_stderr
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.base import COMPLETED
from benchmarks.trackers.floor import Floor
from benchmarks.trackers.kinds import BASELINES, SEARCHABLE, SUBJECT, SYSTEMS
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


@pytest.fixture
def _few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few points, writers and draws, and nothing that is kept."""
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    monkeypatch.setattr(sizes, "WRITERS", [2, 8])
    monkeypatch.setattr(sizes, "WRITERS_OF_A_LAYOUT", 2)
    monkeypatch.setattr(sizes, "POINTS_OF_A_WRITER", 20)
    monkeypatch.setattr(sizes, "DRAWS", 2)
    monkeypatch.setattr(sizes, "DRAWS_OF_A_BASELINE", 1)


@pytest.mark.parametrize(
    ("cls", "found"), [(Sound, (0, 0)), (LosesAMetric, (1, 0)), (ChangesAMetric, (0, 1))]
)
def test_points_that_are_missing_and_wrong_are_told_apart(
    cls: type, found: tuple[int, int], tmp_path: Path
) -> None:
    tracker = cls()
    result = written(tracker, tmp_path)
    assert count_missing(tracker, [result]) == found
    assert count_lost(tracker, [result]) == sum(found)
    tracker.close()


def test_a_run_that_is_not_listed_is_counted(tmp_path: Path, monkeypatch) -> None:
    tracker = Floor()
    result = written(tracker, tmp_path)
    tracker.close()
    monkeypatch.setattr(writers, "create", lambda name: Listing())  # it lists no old run
    losses = count_losses("floor", {tmp_path: [result]})
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
        (result,) = start("floor", [(store, EXPERIMENT)])
        assert result.errors == ["OSError: no more"]
        assert len(result.steps) == sizes.POINTS_OF_A_WRITER - 1
        assert len(result.seconds) == sizes.POINTS_OF_A_WRITER
        losses = count_losses("floor", {store: [result]})
        assert (losses.points, losses.wrong, losses.errors) == (0, 0, 1)
        assert losses.slowest == max(result.seconds)


@pytest.mark.parametrize("start", [in_processes, in_threads])
@pytest.mark.parametrize("name", SEARCHABLE)
def test_all_of_a_single_writer_is_read_back(name: str, start: Start) -> None:
    losses = lose(start, name, 1)
    assert (losses.points, losses.wrong, losses.runs, losses.errors) == (0, 0, 0, 0)
    ways = {losses.by_key, losses.in_file}
    assert ways == ({0} if name == SUBJECT else {None})


def test_a_torn_record_is_told_from_what_stands_behind_it(tmp_path: Path) -> None:
    """The calls and the keys find what is before it, the file has all but this one."""
    tracker = create("synadb")
    result = written(tracker, tmp_path)
    tracker.close()
    (file,) = tmp_path.iterdir()
    before, key, after = file.read_bytes().partition(f"{result.run_id}/metric/loss/5".encode())
    file.write_bytes(before + b"torn" + key + after)
    lost = {}
    for read in (by_calls, by_key, in_file):
        tracker.open(tmp_path)
        lost[read] = count_lost(tracker, [result], read)
        tracker.close()
    assert lost[in_file] == 1
    assert lost[by_calls] >= lost[by_key] == 5


def test_lines_on_stderr_are_those_of_libraries_too() -> None:
    def says() -> int:
        os.write(2, b"a line\nanother\n")
        return 7

    assert with_stderr(says) == (7, ["a line", "another"])
    assert with_stderr(int) == (0, [])


@pytest.mark.usefixtures("_few")
def test_each_layout_has_its_draws_and_a_file_each_keeps_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    found, benchmark, remains = Layouts().setup_cache(), Layouts(), Remains()
    for layout, medium, name in product(LAYOUTS, MEDIA, SYSTEMS):
        benchmark.setup(found, layout, medium, name)
        assert len(benchmark.draws) == (2 if name == SUBJECT else 1)
        if layout == A_FILE_EACH or name != SUBJECT:
            for figure in ("points", "wrong", "runs", "errors"):
                assert not any(benchmark.of_draws(figure)), f"{figure}: {layout}, {name}"
    for medium in MEDIA:
        remains.setup(found, A_FILE_EACH, medium, SUBJECT)
        assert remains.of_draws("by_key") == remains.of_draws("in_file") == [0, 0]


@pytest.mark.usefixtures("_few")
def test_the_values_of_a_series_are_those_of_all_draws(monkeypatch) -> None:
    monkeypatch.setattr(many_writers, "SEARCHABLE", ["synadb"])
    benchmark, found = Processes(), Processes().setup_cache()
    assert found["synadb"].keys() == {"2"}
    benchmark.setup(found, 2, "synadb")
    least, most = (
        track(found, 2, "synadb")
        for track in (benchmark.track_unread_minimum, benchmark.track_unread_maximum)
    )
    middle = benchmark.track_unread_median(found, 2, "synadb")["samples"]
    assert sorted(middle) == [least, most]
    assert 0 <= least <= most <= 2 * sizes.POINTS_OF_A_WRITER
    assert min(benchmark.of_draws("slowest")) > 0


@pytest.fixture(scope="module")
def _exact_kills() -> None:
    try:
        strace.require_kills()
    except NotImplementedError as reason:
        pytest.skip(str(reason))


@pytest.mark.usefixtures("_exact_kills")
def test_a_point_of_synadb_is_two_records_of_three_writes() -> None:
    assert crashes.count_writes("synadb") == 2 * 3


@pytest.mark.usefixtures("_exact_kills")
@pytest.mark.parametrize("write", range(1, 7))
@pytest.mark.parametrize(("letters", "is_found_again"), [(5, True), (6, False)])
def test_what_a_kill_leaves_is_exact(write: int, letters: int, is_found_again: bool) -> None:
    """Before a value, which is every third write, the next process's first record becomes it.

    Then the killed run cannot be read if it was the point's value, and the next run is not found if
    a letter of its experiment's name makes a length out of what follows.
    """
    gone = int(write % 3 == 0 and not is_found_again)
    assert crashes.kill_at_write("synadb", EXPERIMENT[:letters], write) == {
        "points": sizes.LATE_POINT if write == 3 else 0,
        "next_runs": gone,
        "unlisted": gone,
        "unopened": 0,
    }


@pytest.mark.usefixtures("_exact_kills")
@pytest.mark.parametrize("name", BASELINES)
def test_a_kill_takes_nothing_from_a_baseline(name: str, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "KILLS_OF_A_POINT", 2)
    monkeypatch.setattr(sizes, "LETTERS", [6])
    assert not any(crashes.kill_at_writes(name).values())


def test_what_random_kills_leave_is_counted(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "KILLS", 1)
    assert crashes.kill_at_random("mlflow-sqlite") == {"points": 0, "unopened": 0}


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
