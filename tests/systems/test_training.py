"""Training loops that log, on the real systems with few and short steps."""

import multiprocessing
import threading
import time
from itertools import product
from pathlib import Path

import pytest

from benchmarks import training
from benchmarks.harness import loops, sizes
from benchmarks.harness.cases import revealed
from benchmarks.harness.loops import BACKGROUND, WAITING, Block, cost
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories
from benchmarks.trackers import Tracker, create
from benchmarks.trackers.kinds import SYSTEMS


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "SECONDS_PER_STEP", 0.0005)
    monkeypatch.setattr(sizes, "STEPS_PER_BLOCK", 2)
    monkeypatch.setattr(sizes, "ROUNDS_OF_TRAINING", 2)


def test_every_way_of_every_tracker_is_measured_beside_neighbours_and_alone() -> None:
    benchmark = training.Loop()
    found = benchmark.setup_cache()
    assert found.keys() == set(SYSTEMS)
    for name in SYSTEMS:
        by_neighbours = revealed(found[name])
        assert list(by_neighbours) == sizes.NEIGHBOURS
        for number, costs in by_neighbours.items():
            assert list(costs) == list(product(loops.ways(name), sizes.VALUES_PER_STEP))
            for (way, values), measured in costs.items():
                benchmark.setup(found, values, number, way, name)
                assert len(benchmark.track_overhead(found)["samples"]) == 2
                assert measured.end == benchmark.track_end(found) > 0


def test_what_cannot_be_measured_says_why(monkeypatch) -> None:
    benchmark = training.Loop()
    with pytest.raises(NotImplementedError, match="synadb has no call to log a step in the back"):
        benchmark.setup({"synadb": {}}, 5, 0, BACKGROUND, "synadb")
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        benchmark.setup({"synadb": {}}, 5, sizes.NEIGHBOURS[-1], WAITING, "synadb")


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("synadb", "log_step"),
        ("mlflow-file", "log_step"),
        ("mlflow-file", "log_step_in_background"),
    ],
)
def test_a_step_that_is_not_logged_fails(name: str, call: str, monkeypatch) -> None:
    tracker, calls = type(create(name)), []
    real = getattr(tracker, call)

    def loses(self: Tracker, *arguments: object) -> object:
        calls.append(arguments)
        return None if len(calls) == 3 else real(self, *arguments)

    monkeypatch.setattr(tracker, call, loses)
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    monkeypatch.setattr(training, "SYSTEMS", [name])
    with pytest.raises(RuntimeError, match=r"AssertionError: .* lost or changed run/metrics/"):
        revealed(training.Loop().setup_cache()[name])


def test_a_thread_that_stores_has_its_cpu_time_counted(monkeypatch) -> None:
    def compute_for_long() -> None:
        while time.thread_time() < 0.05:
            pass

    def log_in_background(self: Tracker, *step: object):
        self.log_step(*step)
        thread = threading.Thread(target=compute_for_long)
        thread.start()
        return thread.join

    monkeypatch.setattr(type(create("synadb")), "log_step_in_background", log_in_background)
    found = loops.train("synadb", 1)
    for values in sizes.VALUES_PER_STEP:
        assert found[BACKGROUND, values].helpers > 10 * found[WAITING, values].helpers


def test_a_cost_is_next_to_the_plain_blocks_of_the_same_round() -> None:
    plain = [Block([1.0, 1.0], 2.0, 0.0), Block([2.0, 2.5], 4.0, 0.0)]
    logging = [Block([1.0, 2.0], 2.0, 0.1), Block([2.0, 2.0], 3.0, 0.4)]
    assert cost(plain, logging, 0.25) == loops.Cost([50.0, 0.0], 0.0, 10.0, 0.25)
    assert cost(logging, plain, 0.25).stall == 0.5


def test_neighbours_end_with_their_block() -> None:
    with loops.neighbours(2):
        pass
    assert not multiprocessing.active_children()
