"""Two trackers take turns, and nothing but their turns is timed."""

import gc
import itertools
import random
from pathlib import Path

import pytest
from losses import ChangesAByte, LosesAMetric, LosesAParameter, LosesTheEnd, Sound

from benchmarks import pairs
from benchmarks.operations import WRITES, LogMetrics, LogParameters, Operation, StartAndEndRun
from benchmarks.pairs import drift, sample
from benchmarks.side import Side
from benchmarks.trackers.floor import Floor


def take(
    operation: type[Operation], directory: Path, monkeypatch, tracker: type[Floor] = Sound, **given
) -> list[float]:
    """Sample one tracker against itself; by default with a clock that each look moves by one."""
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    subject, baseline = (Side("floor", operation, 1, None) for _ in range(2))
    clock = given.get("clock", itertools.count().__next__)
    return sample(subject, baseline, directory, clock, given.get("seconds", 60.0))


def test_the_order_is_abba(monkeypatch, tmp_path) -> None:
    turns = []
    real = Side.turn

    def noted(side: Side, number: int) -> None:
        turns.append((side.directory.parent.name, number))
        real(side, number)

    monkeypatch.setattr(Side, "turn", noted)
    take(LogParameters, tmp_path, monkeypatch)
    subject, baseline = "subject", "baseline"
    assert [name for name, _ in turns[:8]] == [subject, baseline, baseline, subject] * 2
    assert [number for _, number in turns[:8]] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("operation", WRITES.values())
def test_equal_work_costs_a_hundred_percent(operation, monkeypatch, tmp_path) -> None:
    samples = take(operation, tmp_path, monkeypatch)
    assert set(samples) == {100.0}
    assert 9 <= len(samples) < 15  # there was no noise, so the fewest were enough


def test_lanes_are_counted_once(monkeypatch, tmp_path) -> None:
    class Timed(Sound):
        now = 0.0

        def log_param(self, *arguments) -> None:
            super().log_param(*arguments)
            Timed.now += 1

    monkeypatch.setattr("benchmarks.trackers.floor.Floor", Timed)
    subject, baseline = (Side("floor", LogParameters, lanes, None) for lanes in (8, 1))
    samples = sample(subject, baseline, tmp_path, lambda: Timed.now, 60.0)
    assert set(samples) == {100.0}


def test_noise_is_sampled_until_the_time_is_up(monkeypatch, tmp_path) -> None:
    noise, now = random.Random(1), itertools.accumulate(iter(lambda: noise.random(), 2))
    seconds = 0.0
    samples = take(LogParameters, tmp_path, monkeypatch, clock=now.__next__, seconds=seconds)
    assert 9 <= len(samples) < 15
    assert len(samples) % 2, "the median of an even number is none of the samples"
    assert all(float(f"{cost:.4g}") == cost for cost in samples)


def test_noise_is_sampled_until_the_interval_is_tight(monkeypatch, tmp_path) -> None:
    noise, now = random.Random(1), itertools.accumulate(iter(lambda: 1 + noise.random() / 4, 0))
    samples = take(StartAndEndRun, tmp_path, monkeypatch, clock=now.__next__)
    assert len(samples) > 15
    assert pairs.precision(samples) <= 0.011


@pytest.mark.parametrize(
    ("operation", "tracker"),
    [
        ("log parameters", LosesAParameter),
        ("log metrics", LosesAMetric),
        ("log artifact", ChangesAByte),
        ("start and end a run", LosesTheEnd),
    ],
)
def test_a_loss_fails(operation, tracker, monkeypatch, tmp_path) -> None:
    with pytest.raises(AssertionError, match="lost or changed"):
        take(WRITES[operation], tmp_path, monkeypatch, tracker)
    assert not list(tmp_path.iterdir())


def test_the_garbage_collector_rests_in_turns_and_works_afterwards(monkeypatch, tmp_path) -> None:
    enabled = set()

    class Watched(Sound):
        def log_metric(self, *arguments) -> None:
            enabled.add(gc.isenabled())
            super().log_metric(*arguments)

    take(LogMetrics, tmp_path, monkeypatch, Watched)
    assert enabled == {False}
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_store_does_not_grow_from_pair_to_pair(monkeypatch, tmp_path) -> None:
    class SlowerWithEachRun(Sound):
        now = 0

        def start_run(self, *arguments) -> str:
            SlowerWithEachRun.now += 10 + len(self._metadata)
            return super().start_run(*arguments)

    samples = take(
        StartAndEndRun,
        tmp_path,
        monkeypatch,
        SlowerWithEachRun,
        clock=lambda: SlowerWithEachRun.now,
    )
    assert drift(samples) == 0.0


def test_drift_is_told_from_noise(capsys) -> None:
    noise = random.Random(1)
    steady = [100 + noise.gauss(0, 3) for _ in range(101)]
    growing = [cost * (1 + number / 500) for number, cost in enumerate(steady)]
    assert drift(steady) == 0.0
    assert drift(growing) == pytest.approx(0.1, abs=0.03)
    pairs._report_drift(steady)
    assert capsys.readouterr().err == ""
    pairs._report_drift(growing)
    assert "drift: the cost changed by +" in capsys.readouterr().err
