"""What a reader sees beside a writer, in the real systems with few points."""

import pytest

from benchmarks import readers
from benchmarks.harness import sizes
from benchmarks.harness.cases import revealed
from benchmarks.readers import ANEW, STAYS, Seen, read_beside_a_writer
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.kinds import SEARCHABLE


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "READS_BESIDE_A_WRITER", 2)
    monkeypatch.setattr(sizes, "POINTS_BETWEEN_READS", 5)


def test_every_tracker_shows_a_reader_that_opens_anew_all_points() -> None:
    benchmark = readers.Processes()
    found = benchmark.setup_cache()
    assert found.keys() == set(SEARCHABLE)
    for name in SEARCHABLE:
        assert revealed(found[name])[ANEW] == Seen()
        benchmark.setup(found, ANEW, name)
        assert benchmark.track_points_unseen(found, ANEW, name) == 0


@pytest.mark.parametrize(("name", "unseen"), [("synadb", 10), ("mlflow-file", 0)])
def test_who_has_the_store_open_may_see_no_new_points(name: str, unseen: int) -> None:
    found = {name: {STAYS: read_beside_a_writer(STAYS, name)}}
    benchmark = readers.Processes()
    benchmark.setup(found, STAYS, name)
    assert benchmark.track_points_unseen(found, STAYS, name) == unseen
    assert benchmark.track_errors(found, STAYS, name) == 0


def test_a_read_that_raises_sees_nothing(monkeypatch) -> None:
    tracker, reads = type(create("synadb")), []
    real = tracker.read_metric

    def raises_once(self: Tracker, *metric: str) -> object:
        reads.append(metric)
        if len(reads) == 2:  # five points are acknowledged by then
            raise OSError("locked")
        return real(self, *metric)

    monkeypatch.setattr(tracker, "read_metric", raises_once)
    seen = read_beside_a_writer(ANEW, "synadb")
    assert (len(seen.unseen), seen.errors) == (5, ["OSError: locked"])


def test_an_error_of_the_writer_is_counted_and_no_point(monkeypatch) -> None:
    tracker = type(create("synadb"))
    real = tracker.log_metric

    def refuses(self: Tracker, run_id: str, name: str, value: float, step: int) -> None:
        if step == 3:
            raise OSError("no more")
        real(self, run_id, name, value, step)

    monkeypatch.setattr(tracker, "log_metric", refuses)
    seen = read_beside_a_writer(STAYS, "synadb")
    assert (len(seen.unseen), seen.errors) == (9, ["OSError: no more"])


def test_a_point_that_is_not_there_afterwards_fails(monkeypatch) -> None:
    tracker = type(create("synadb"))
    real = tracker.log_metric

    def loses(self: Tracker, run_id: str, name: str, value: float, step: int) -> None:
        if step != 3:
            real(self, run_id, name, value, step)

    monkeypatch.setattr(tracker, "log_metric", loses)
    with pytest.raises(AssertionError, match="SynaDB lost 1 points beside a reader"):
        read_beside_a_writer(ANEW, "synadb")
