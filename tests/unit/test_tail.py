"""Single calls are timed alone, in turns, and read back."""

import fcntl
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from losses import LosesAMetric, Sound

from benchmarks import tail, workload
from benchmarks.harness import sizes
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories
from benchmarks.trackers import Tracker

SLOW = tail.SLOW[0]


class Watched(Sound):
    """A tracker whose calls take a made-up second each, and which is looked at meanwhile."""

    now = 0.0
    points: list[tuple] = []
    alone: set[bool] = set()
    collected: set[bool] = set()
    lock: Path

    def log_metric(self, run_id: str, *point: object) -> None:
        super().log_metric(run_id, *point)
        if len(self._metadata) > 1:  # not the small run that comes before
            Watched.now += 1
            Watched.points.append(point)
            Watched.alone.add(not can_share(self.lock))
            Watched.collected.add(gc.isenabled())


def can_share(lock: Path) -> bool:
    with lock.open("a") as other:
        try:
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@pytest.fixture(autouse=True)
def syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make all small, the clock Watched's, and a sync two seconds; return where syncs came."""
    found: list[int] = []

    def sync() -> None:
        Watched.now += 2
        found.append(len(Watched.points))

    @contextmanager
    def bare_sync(medium: object) -> Iterator:
        yield sync

    Watched.points, Watched.alone, Watched.collected = [], set(), set()
    Watched.lock = tmp_path / "lock"
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(tail, "bare_sync", bare_sync)
    monkeypatch.setattr(tail, "perf_counter", lambda: Watched.now)
    for name, value in {"CALLS": 60, "CALLS_PER_ROUND": 25, "SECONDS_BETWEEN_ROUNDS": 0}.items():
        monkeypatch.setattr(sizes, name, value)
    return found


def log(tracker: type[Tracker], monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    return tail.log_in_turns(Watched.lock, "floor")


def test_a_call_alone_is_timed(monkeypatch) -> None:
    assert log(Watched, monkeypatch) == [1.0] * 60
    assert Watched.alone == {True}
    assert can_share(Watched.lock)


def test_every_round_begins_with_what_others_left(syncs, monkeypatch) -> None:
    log(Watched, monkeypatch)
    assert syncs == [0, 25, 50]


def test_garbage_is_collected_as_with_a_user(monkeypatch) -> None:
    log(Watched, monkeypatch)
    assert Watched.collected == {True}


def test_points_are_those_of_a_training_longer_than_the_workload(monkeypatch) -> None:
    runs = workload.load().runs
    monkeypatch.setattr(sizes, "CALLS", len(runs) * workload.POINTS + workload.METRICS)
    log(Watched, monkeypatch)
    names, steps = workload.METRICS, len(Watched.points) // workload.METRICS
    assert [step for _, _, step in Watched.points] == sorted(list(range(steps)) * names)
    assert len({(name, step) for name, _, step in Watched.points}) == sizes.CALLS
    assert [p[:2] for p in Watched.points[-names:]] == [p[:2] for p in runs[0].metrics[:names]]


def test_a_point_that_is_lost_fails(monkeypatch, tmp_path) -> None:
    with pytest.raises(AssertionError, match="lost or changed run/metrics/loss"):
        log(LosesAMetric, monkeypatch)
    assert not list((tmp_path / "scratch").iterdir())


def test_what_is_shown_is_of_all_calls() -> None:
    benchmark = tail.LogMetric()
    calls = [float(number) for number in range(10_001)]
    benchmark.setup({"floor": calls[::-1]}, "floor")
    shown = [
        getattr(benchmark, f"track_{name}")({}, "floor")
        for name in ("p50", "p99", "p999", "longest")
    ]
    assert shown == [5_000, 9_900, pytest.approx(9_990), 10_000]


@pytest.mark.parametrize("suite", Suite)
def test_what_takes_half_a_minute_is_asked_for(suite: Suite, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sizes, "SUITE", suite)
    monkeypatch.setattr(tail.LogMetric, "measure_each", lambda self, names, *_, **__: list(names))
    benchmark = tail.LogMetric()
    assert (SLOW in benchmark.setup_cache()) == (suite is Suite.FULL)
    if suite is Suite.FULL:
        benchmark.setup({SLOW: [1.0]}, SLOW)
    else:
        with pytest.raises(NotImplementedError, match="SUITE="):
            benchmark.setup({}, SLOW)
    benchmark.teardown()
