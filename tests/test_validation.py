"""The parts of the experiments that validate the suite."""

import time

import pytest
from asv.config import Config
from conftest import ROOT

from validation.comparison import threshold
from validation.neighbours import Release
from validation.project import SLOWDOWN


class Clock:
    """A clock that goes on by 0.1 s with each look at it."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_planted_slowdown_takes_its_share(share: float, monkeypatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)

    class Run:
        def log_param(self) -> str:
            clock.now += 100
            return "logged"

        log_metric = log_artifact = log_param

    exec(SLOWDOWN.replace("{share}", str(share)), {"Run": Run})
    before = clock.now
    assert Run().log_metric() == "logged"
    assert clock.now - before == pytest.approx(100 * (1 + share), abs=1)


def test_thresholds_are_those_of_the_configuration() -> None:
    conf = Config.load(str(ROOT / "asv.conf.json"))
    instructions = "against_mlflow.Instructions.track_cost('log metrics', 'mlflow-sqlite')"
    assert threshold(conf, instructions) <= 0.03
    assert threshold(conf, "metrics.LogMetrics.time_log_metrics('mlflow-file')") == float("inf")
    assert threshold(conf, "no.such.series('synadb')") == 0.05  # asv's default


def test_neighbours_have_the_same_code_and_nearly_the_same_library() -> None:
    symbols = frozenset({"SYNA_open"})
    release = Release("1.0", "a", "module", 1000, symbols)
    assert release.is_like(Release("1.1", "b", "module", 1032, symbols))
    assert not release.is_like(Release("1.1", "b", "other", 1000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 2000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 1000, frozenset()))
