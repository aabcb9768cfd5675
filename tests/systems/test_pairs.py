"""Pairs with a real system in them."""

import itertools

from losses import Sound

from benchmarks.harness import sizes
from benchmarks.harness.interleaved import Pair, sample
from benchmarks.harness.operations import LogParameters, StartAndEndRun
from benchmarks.harness.runner import Runner


def test_a_failure_leaves_the_other_pairs_alone(monkeypatch, tmp_path) -> None:
    """It comes while the real MLflow has an active run, of which a process can have one only."""

    class Breaks(Sound):
        def log_param(self, run_id: str, name: str, value: object) -> None:
            if name.startswith("param_"):
                raise OSError("the disk is gone")
            super().log_param(run_id, name, value)

    monkeypatch.setattr("benchmarks.trackers.floor.Floor", Breaks)
    monkeypatch.setattr(sizes, "SECONDS_PER_ROUND", 0.0)
    broken, whole = (
        Pair(*(Runner(tracker, operation) for tracker in ("floor", "mlflow-file")))
        for operation in (LogParameters, StartAndEndRun)
    )
    sample([broken, whole], tmp_path, itertools.count().__next__, rounds=2)
    assert "the disk is gone" in broken.error
    assert not whole.error
    assert whole.samples()
