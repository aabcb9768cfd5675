"""Single calls of the real systems, on few points; and a real price of a sync."""

from pathlib import Path

import pytest

from benchmarks import tail
from benchmarks.harness import sizes
from benchmarks.harness.bare_sync import bare_sync
from benchmarks.harness.cases import revealed
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.kinds import STORING


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "CALLS", 60)
    monkeypatch.setattr(sizes, "CALLS_PER_ROUND", 25)


def test_every_call_of_every_tracker_is_timed() -> None:
    benchmark = tail.LogMetric()
    found = benchmark.setup_cache()
    assert found.keys() == set(STORING)
    for name in STORING:
        assert len(revealed(found[name])) == 60
        benchmark.setup(found, name)
        ordered = [getattr(benchmark, f"track_{p}")(found, name) for p in ("p50", "p99", "longest")]
        assert 0 < ordered[0] <= ordered[1] <= ordered[2] == max(found[name])


@pytest.mark.parametrize("name", STORING)
def test_a_point_that_is_lost_fails(name: str, monkeypatch) -> None:
    tracker, calls = type(create(name)), []
    real = tracker.log_metric

    def loses(self: Tracker, *arguments: object) -> None:
        calls.append(arguments)
        if len(calls) != 42:
            real(self, *arguments)

    monkeypatch.setattr(tracker, "log_metric", loses)
    monkeypatch.setattr(tail, "STORING", [name])
    with pytest.raises(RuntimeError, match=r"AssertionError: .* lost or changed run/metrics/"):
        revealed(tail.LogMetric().setup_cache()[name])


def test_a_sync_takes_time() -> None:
    with bare_sync(directories.on_disk) as sync:
        assert min(sync() for _ in range(5)) > 0
