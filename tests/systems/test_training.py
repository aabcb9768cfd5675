"""Trainings of the real systems, in few and short steps."""

from itertools import product
from pathlib import Path

import pytest

from benchmarks import training
from benchmarks.harness import sizes
from benchmarks.harness.loops import ONE_THREAD, WAYS, train
from benchmarks.harness.sizes import Suite
from benchmarks.harness.verify import verify
from benchmarks.system import directories
from benchmarks.system.neighbours import COMPUTE, busy
from benchmarks.system.processes import run_in_new_interpreter
from benchmarks.trackers import LoggedRun, Tracker, create
from benchmarks.trackers.base import COMPLETED, NotOffered
from benchmarks.trackers.kinds import BASELINES, STORING_SYSTEMS
from benchmarks.workload import EXPERIMENT
from tests.systems import apart

FIGURES = ("overhead", "stall", "drain", "helpers")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "STEPS_OF_A_TRAINING", 2)
    monkeypatch.setattr(sizes, "TRAININGS", 2)


def test_every_way_has_figures_or_says_why_not(monkeypatch) -> None:
    trackers = ["synadb", "mlflow-file"]
    monkeypatch.setattr(training, "STORING_SYSTEMS", trackers)
    monkeypatch.setattr(training, "train_in_all_ways", apart.train_shortly)
    loop = training.Loop()
    found = loop.setup_cache()
    for params in product(*loop.params[:-1], trackers):
        if {"in the background", "synadb"} <= set(params):
            with pytest.raises(NotImplementedError, match="synadb has no call to log a step in"):
                loop.setup(found, *params)
        else:
            loop.setup(found, *params)
            shown = {f: getattr(loop, f"track_{f}")(found, *params)["samples"] for f in FIGURES}
            assert all(len(samples) == 1 and samples[0] >= 0 for samples in shown.values())
            assert shown["drain"][0] > 0
        loop.teardown(found, *params)


@pytest.mark.parametrize("name", STORING_SYSTEMS)
@pytest.mark.parametrize("way", WAYS)
def test_steps_are_read_back(name: str, way: str, tmp_path: Path) -> None:
    tracker = create(name)
    tracker.prepare(tmp_path)
    tracker.open(tmp_path)
    run_id, log = tracker.start_run(EXPERIMENT, ["tag"]), getattr(tracker, WAYS[way])
    if way == "in the background" and name not in BASELINES:
        with pytest.raises(NotOffered):
            log(run_id, {"loss": 0.5}, 0)
        return
    for step in range(3):
        log(run_id, {"loss": step + 0.5, "accuracy": step + 0.25}, step)
    tracker.flush()
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    loss, accuracy = ([(step, step + part) for step in range(3)] for part in (0.5, 0.25))
    verify(tracker, tmp_path, {run_id: LoggedRun(metrics={"loss": loss, "accuracy": accuracy})})


def test_a_step_that_is_lost_fails(monkeypatch) -> None:
    tracker = type(create("synadb"))
    real = tracker.log_step

    def loses(self: Tracker, run_id: str, values: dict[str, float], step: int) -> None:
        if step != 1:
            real(self, run_id, values, step)

    monkeypatch.setattr(tracker, "log_step", loses)
    with pytest.raises(AssertionError, match="lost or changed run/metrics/metric_0"):
        train("synadb", 5, "waiting", 0, lambda: None)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="of Linux alone")
def test_a_step_computes_in_one_thread() -> None:
    assert run_in_new_interpreter(apart.threads_of_a_step, **ONE_THREAD) == 1


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="of Linux alone")
def test_neighbours_are_there_meanwhile(tmp_path: Path) -> None:
    with busy(2, tmp_path):
        while len(keepers := set(computing().values())) < 2:  # they start, or the test's time ends
            pass
        assert len(computing()) == len(keepers) == 2
    assert not keepers & set(computing().values())


def computing() -> dict[str, str]:
    """Return the parents of the processes that compute without end, by process."""
    command = "\0".join(COMPUTE) + "\0"
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_text(errors="replace") == command:
                found[process.name] = (process / "stat").read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
    return found


def test_what_takes_minutes_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)
    assert training.Loop().setup_cache() == {}
    with pytest.raises(NotImplementedError, match="SUITE=full"):
        training.Loop().setup({}, 5, "waiting", 0, "synadb")
