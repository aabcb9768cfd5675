"""Two trackers take turns, and nothing but their turns is timed."""

import gc
import itertools
import random
from pathlib import Path

import pytest
from losses import ChangesAByte, LosesAMetric, LosesAParameter, LosesTheEnd, Sound

from benchmarks.harness import interleaved, sizes
from benchmarks.harness.interleaved import Pair, drift, report_drift, sample
from benchmarks.harness.operations import (
    WRITES,
    LogMetrics,
    LogParameters,
    Operation,
    StartAndEndRun,
)
from benchmarks.harness.runner import Runner
from benchmarks.trackers import create
from benchmarks.trackers.floor import Floor


def take(
    operation: type[Operation], directory: Path, monkeypatch, tracker: type[Floor] = Sound, **given
) -> Pair:
    """Sample one tracker against itself; by default with a clock that each look moves by one."""
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    monkeypatch.setattr(sizes, "SECONDS_PER_ROUND", given.get("seconds", 0.0))
    pair = Pair(*(Runner(create("floor"), operation) for _ in range(2)))
    sample([pair], directory, given.get("clock", itertools.count().__next__), rounds=4)
    return pair


def test_the_order_is_abba(monkeypatch, tmp_path) -> None:
    turns = []
    real = Runner.run

    def noted(runner: Runner, iteration: int) -> None:
        turns.append((runner.directory.parent.name, iteration))
        real(runner, iteration)

    monkeypatch.setattr(Runner, "run", noted)
    take(LogParameters, tmp_path, monkeypatch)
    subject, baseline = "subject", "baseline"
    assert [name for name, _ in turns[:8]] == [subject, baseline, baseline, subject] * 2
    assert [number for _, number in turns[:8]] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("operation", WRITES.values())
def test_equal_work_costs_a_hundred_percent(operation, monkeypatch, tmp_path) -> None:
    pair = take(operation, tmp_path, monkeypatch)
    assert set(pair.samples()) == {100.0}
    assert len(pair.rounds) == 2  # there was no noise, so half of them were enough


def test_several_operations_in_a_turn_are_one_each(monkeypatch, tmp_path) -> None:
    class Timed(Sound):
        now = 0.0

        def log_param(self, *arguments) -> None:
            super().log_param(*arguments)
            Timed.now += 1

    monkeypatch.setattr("benchmarks.trackers.floor.Floor", Timed)
    pair = Pair(*(Runner(create("floor"), LogParameters, number) for number in (8, 1)))
    sample([pair], tmp_path, lambda: Timed.now, rounds=1)
    assert set(pair.samples()) == {100.0}


def test_noise_is_sampled_in_all_rounds(monkeypatch, tmp_path) -> None:
    noise, now = random.Random(1), itertools.accumulate(iter(lambda: noise.random(), 2))
    pair = take(LogParameters, tmp_path, monkeypatch, clock=now.__next__)
    assert len(pair.rounds) == 4
    costs = pair.samples()
    assert len(costs) % 2, "the median of an even number is none of the samples"
    assert all(float(f"{cost:.4g}") == cost for cost in costs)


def test_a_round_lasts_as_long_as_it_shall(monkeypatch, tmp_path) -> None:
    """On stores, so many as it takes: here two, by the clock that ends the round."""
    now = itertools.count(step=0.3)
    monkeypatch.setattr(interleaved, "perf_counter", now.__next__)
    short = take(LogParameters, tmp_path, monkeypatch)
    long = take(LogParameters, tmp_path, monkeypatch, seconds=0.5)
    assert [len(costs) for costs in long.rounds] == [2 * len(costs) for costs in short.rounds]


def closed_in_turn(monkeypatch: pytest.MonkeyPatch) -> list:
    """Let a round be one pair of stores; return the operations of those that are closed."""
    closed, real = [], Runner.close

    def noted(runner: Runner) -> None:
        closed.append(runner.operation)
        real(runner)

    monkeypatch.setattr("benchmarks.trackers.floor.Floor", Sound)
    monkeypatch.setattr(Runner, "close", noted)
    monkeypatch.setattr(sizes, "SECONDS_PER_ROUND", 0.0)
    return closed


def test_pairs_alternate(monkeypatch, tmp_path) -> None:
    """A neighbour that stays for some seconds is not in all samples of a pair."""
    closed = closed_in_turn(monkeypatch)
    both = [
        Pair(*(Runner(create("floor"), operation) for _ in range(2)))
        for operation in (LogParameters, LogMetrics)
    ]
    sample(both, tmp_path, itertools.count().__next__, rounds=4)
    assert closed == [LogParameters, LogParameters, LogMetrics, LogMetrics] * 2


def test_what_comes_after_a_round_comes_into_no_pair(monkeypatch, tmp_path) -> None:
    closed = closed_in_turn(monkeypatch)
    both = [
        Pair(*(Runner(create("floor"), operation) for _ in range(2)))
        for operation in (LogMetrics, StartAndEndRun)
    ]
    sample(both, tmp_path, itertools.count().__next__, 2, lambda: closed.append("after"))
    assert closed == [LogMetrics, LogMetrics, "after", StartAndEndRun, StartAndEndRun, "after"]


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
    pair = take(WRITES[operation], tmp_path, monkeypatch, tracker)
    assert "lost or changed" in pair.error
    assert not pair.samples()
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

    pair = take(
        StartAndEndRun,
        tmp_path,
        monkeypatch,
        SlowerWithEachRun,
        clock=lambda: SlowerWithEachRun.now,
    )
    assert drift(pair.rounds) == 0.0


def test_drift_is_told_from_noise() -> None:
    noise = random.Random(1)
    steady = [[100 + noise.gauss(0, 3) for _ in range(25)] for _ in range(4)]
    growing = [[cost * (1 + n / 125) for n, cost in enumerate(costs)] for costs in steady]
    other_days = [[cost * (1 + n) for cost in costs] for n, costs in enumerate(steady)]
    assert drift(steady) == drift(other_days) == 0.0
    assert drift(growing) == pytest.approx(0.1, abs=0.03)


def test_drift_is_reported(monkeypatch, tmp_path, capsys) -> None:
    pair = take(LogParameters, tmp_path, monkeypatch)
    assert capsys.readouterr().err == ""
    pair.rounds = [[100 + n for n in range(25)]]
    report_drift(pair)
    assert "drift: LogParameters against plain file (floor) changed by +" in capsys.readouterr().err
