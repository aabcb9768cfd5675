"""What logging takes from a training follows from its seconds, on a clock that is made up."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from benchmarks.harness import loops, sizes
from benchmarks.harness.loops import Training, computing, train
from benchmarks.system import directories
from benchmarks.trackers.base import NotOffered
from benchmarks.trackers.floor import Floor

SECONDS = 0.020  # of a step that only computes


class Logs(Floor):
    """A helper has 5 ms while a step is logged in 10; the first takes 9 s, the fourth 35 ms."""

    now = processor = 0.0
    done: list[str] = []

    def log_step(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        self.does("log", {0: 9.0, 3: 0.035}.get(step, 0.010))
        Logs.processor += 0.005
        for name, value in values.items():
            self.log_metric(run_id, name, value, step)

    def flush(self) -> None:
        self.does("flush", 0.004)

    def end_run(self, run_id: str, status: str) -> None:
        self.does("end", 0.003)
        super().end_run(run_id, status)

    @classmethod
    def does(cls, what: str, seconds: float) -> None:
        Logs.done.append(what)
        Logs.now += seconds


class LosesAValue(Logs):
    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        if (name, step) != ("metric_1", 2):
            super().log_metric(run_id, name, value, step)


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Training]]:
    """Return a function that trains with a tracker on the clock of ``Logs``."""
    Logs.now, Logs.processor, Logs.done = 0.0, 0.0, []
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "STEPS_OF_A_TRAINING", 6)
    monkeypatch.setattr(sizes, "TRAININGS", 2)
    for module in ("clock", "loops"):
        monkeypatch.setattr(f"benchmarks.harness.{module}.perf_counter", lambda: Logs.now)
    monkeypatch.setattr(loops, "process_time", lambda: Logs.processor)
    monkeypatch.setattr(loops, "thread_time", lambda: 0.0)

    def with_tracker(tracker: type[Floor], way: str = "waiting") -> list[Training]:
        monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
        return train("floor", 5, way, 0, lambda: Logs.does("compute", SECONDS))

    return with_tracker


def test_a_training_is_told_by_what_it_takes(trained) -> None:
    for training in trained(Logs):
        assert training.bare == pytest.approx([SECONDS] * 6)
        assert training.calls == pytest.approx([0.010, 0.010, 0.035, 0.010, 0.010, 0.010])
        assert training.steps == pytest.approx([SECONDS + call for call in training.calls])
        assert training.drain == pytest.approx(0.007)
        assert training.processor == pytest.approx(6 * 0.005)


def test_half_of_the_steps_that_log_nothing_come_before_the_training_and_half_after(
    trained,
) -> None:
    trained(Logs)
    half, steps = ["compute"] * 3, ["compute", "log"] * 6
    once = [*half, "log", *steps, "flush", "end", *half]
    assert Logs.done == ["end", *once, *once]  # a small run comes first


def test_a_value_that_is_lost_fails(trained, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="lost or changed run/metrics/metric_1"):
        trained(LosesAValue)
    assert not list((tmp_path / "scratch").iterdir())


def test_a_way_that_is_not_offered_says_so(trained) -> None:
    said = "floor has no call to log a step in the background"
    with pytest.raises(NotOffered, match=said):
        trained(Logs, "in the background")


def test_figures_follow_from_the_seconds() -> None:
    training = Training([2.0, 2.0], [3.0, 2.0], [1.0, 0.25, 0.5], 0.0, 4.0)
    assert (training.overhead, training.stall, training.helpers) == (25.0, 0.5, 80.0)


def test_less_than_nothing_is_noise() -> None:
    training = Training([2.0, 2.0], [2.0, 1.0], [0.5, 0.5], 0.0, -1e-6)
    assert (training.overhead, training.stall, training.helpers) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("seconds", "products"), [(0.02, 2), (0.05, 5), (1e-9, 1)])
def test_a_step_has_as_many_products_as_take_its_time(
    seconds: float, products: int, monkeypatch
) -> None:
    of_one, done = 0.01, []

    def repeat(work: Callable[[], object], number: int, repeat: int) -> list[float]:
        return [number * of_one] * (repeat - 1) + [1e3]  # one sample met a neighbour

    monkeypatch.setattr(loops, "repeat", repeat)
    monkeypatch.setattr(np, "matmul", lambda *_, out: done.append(out))
    computing(seconds)()
    assert len(done) == products
