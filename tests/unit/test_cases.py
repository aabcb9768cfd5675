"""One lifecycle for all benchmarks: skip with the reason, clean up, fail alone."""

import pytest
from losses import (
    ChangesAByte,
    ChangesAMetric,
    LosesAMetric,
    LosesAParameter,
    LosesTheEnd,
    RoundsParameters,
    Sound,
)

from benchmarks.artifacts import LogArtifact, LogFirstArtifact
from benchmarks.harness import sizes
from benchmarks.harness.cases import Case, Measured, Missing, outcomes, revealed, shown
from benchmarks.harness.sizes import Suite
from benchmarks.metrics import LogMetrics
from benchmarks.parameters import LogParameters, LogParametersAtOnce
from benchmarks.runs import StartAndEndFirstRun, StartAndEndRun
from benchmarks.system import directories
from benchmarks.trackers import Tracker

WRITES = [
    (LogParameters, "time_log_parameters"),
    (LogParametersAtOnce, "time_log_parameters"),
    (LogMetrics, "time_log_metrics"),
    (LogArtifact, "time_log_artifact"),
    (LogFirstArtifact, "time_log_artifact"),
    (StartAndEndRun, "time_start_and_end_run"),
    (StartAndEndFirstRun, "time_start_and_end_run"),
]


@pytest.fixture(autouse=True)
def _scratch(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(directories, "SCRATCH", tmp_path)


def run(benchmark: type, method: str, tracker: type[Tracker], monkeypatch) -> None:
    """Go through a benchmark as asv does, with a fake tracker in place of the floor."""
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    instance = benchmark()
    instance.setup("floor")
    getattr(instance, method)("floor")
    instance.teardown("floor")


@pytest.mark.parametrize(("benchmark", "method"), WRITES)
def test_a_sound_tracker_passes(benchmark, method, monkeypatch, tmp_path) -> None:
    run(benchmark, method, Sound, monkeypatch)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("benchmark", "method", "tracker", "reason"),
    [
        (LogMetrics, "time_log_metrics", LosesAMetric, "loss: logged .*100 items.*99 items"),
        (LogMetrics, "time_log_metrics", ChangesAMetric, "loss/3: logged"),
        (LogParameters, "time_log_parameters", LosesAParameter, "param_19: logged .* None"),
        (LogParameters, "time_log_parameters", RoundsParameters, "param_1: logged"),
        (LogParametersAtOnce, "time_log_parameters", LosesAParameter, "param_19: logged .* None"),
        (LogArtifact, "time_log_artifact", ChangesAByte, "model_checkpoint_0.bin: logged"),
        (LogFirstArtifact, "time_log_artifact", ChangesAByte, "model_checkpoint_0.bin: logged"),
        (StartAndEndRun, "time_start_and_end_run", LosesTheEnd, "status: logged 'completed'"),
        (StartAndEndFirstRun, "time_start_and_end_run", LosesTheEnd, "status: logged 'completed'"),
    ],
)
def test_a_loss_or_a_changed_value_fails(
    benchmark, method, tracker, reason, monkeypatch, tmp_path
) -> None:
    with pytest.raises(AssertionError, match=f"lost or changed run/.*{reason}"):
        run(benchmark, method, tracker, monkeypatch)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("benchmark", "is_first"), [(LogArtifact, False), (LogFirstArtifact, True)]
)
def test_an_artifact_is_the_first_of_its_run_or_another_one(
    benchmark, is_first: bool, monkeypatch
) -> None:
    class Noted(Sound):
        runs: list[str] = []

        def log_artifact(self, run_id: str, *arguments) -> None:
            self.runs.append(run_id)
            super().log_artifact(run_id, *arguments)

    run(benchmark, "time_log_artifact", Noted, monkeypatch)
    before, timed = Noted.runs
    assert (timed != before) is is_first


def test_a_first_run_is_that_of_a_new_store(monkeypatch) -> None:
    class Noted(Sound):
        calls: list[str] = []

        def open(self, directory) -> None:
            self.calls.append(directory.name)
            super().open(directory)

        def start_run(self, *arguments) -> str:
            self.calls.append("run")
            return super().start_run(*arguments)

    run(StartAndEndFirstRun, "time_start_and_end_run", Noted, monkeypatch)
    assert Noted.calls == ["store", "run", "new", "run", "new"]


def test_what_was_entered_is_left_when_preparing_fails(tmp_path) -> None:
    class Fails(Case):
        suite = Suite.QUICK

        def prepare(self, *params: str) -> None:
            self.cleanup.enter_context(directories.on_disk())
            raise OSError("no more")

    case = Fails()
    with pytest.raises(OSError, match="no more"):
        case.setup("floor")
    case.teardown("floor")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suite", Suite)
def test_a_larger_suite_has_to_be_asked_for(suite: Suite, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)

    class Shows(Measured):
        def setup_cache(self) -> dict:
            return self.measure_each(["floor"], len)

    Shows.suite = suite
    shows = Shows()
    found = shows.setup_cache()
    if suite <= Suite.STANDARD:
        shows.setup(found, "floor")
        assert shows.found == len("floor")
    else:
        assert found == {}
        with pytest.raises(NotImplementedError, match="SUITE=full"):
            shows.setup(found, "floor")
    shows.teardown(found, "floor")


def test_a_tracker_that_cannot_run_or_fails_leaves_the_others_alone(monkeypatch) -> None:
    def create(name: str) -> None:
        if name == "absent":
            raise NotImplementedError("absent is not installed")

    def measure(name: str) -> int:
        return {"sound": 1}[name]

    monkeypatch.setattr("benchmarks.harness.cases.create", create)
    for workers in (1, 2):
        found = outcomes(["absent", "broken", "sound"], measure, workers)
        assert found["absent"] == Missing("absent is not installed")
        assert found["sound"] == 1
        assert found["broken"].failed
        assert "KeyError: 'broken'" in found["broken"].reason
    with pytest.raises(NotImplementedError, match="not installed"):
        revealed(found["absent"])
    with pytest.raises(RuntimeError, match="KeyError: 'broken'"):
        revealed(found["broken"])


def test_what_is_shown_of_a_benchmark_is_what_asv_keeps() -> None:
    @shown("Log 3 points", "seconds", trackers={"a": 1})
    def track() -> None: ...

    assert vars(track) == {
        "pretty_name": "Log 3 points",
        "unit": "seconds",
        "trackers": {"a": 1},
    }
