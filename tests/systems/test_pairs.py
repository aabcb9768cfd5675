"""Pairs with a real system in them."""

import itertools

import pytest
from losses import Sound

from benchmarks.against_mlflow import Client
from benchmarks.harness import sizes
from benchmarks.harness.interleaved import Pair, sample
from benchmarks.harness.operations import LogParameters, StartAndEndRun
from benchmarks.harness.runner import Runner
from benchmarks.harness.sizes import Suite
from benchmarks.trackers import create
from benchmarks.trackers.mlflow_client import MlflowFileClient


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
        Pair(*(Runner(create(tracker), operation) for tracker in ("floor", "mlflow-file")))
        for operation in (LogParameters, StartAndEndRun)
    )
    sample([broken, whole], tmp_path, itertools.count().__next__, rounds=2)
    assert "the disk is gone" in broken.error
    assert not whole.error
    assert whole.samples()


def test_the_fluent_api_is_compared_with_its_client_and_both_are_read_back(monkeypatch) -> None:
    real = MlflowFileClient.end_run

    def fails(self: MlflowFileClient, run_id: str, status: str) -> None:
        real(self, run_id, "failed")

    monkeypatch.setattr(MlflowFileClient, "end_run", fails)
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)
    monkeypatch.setattr(sizes, "SECONDS_PER_ROUND", 0.0)
    monkeypatch.setattr(sizes, "ROUNDS", 1)
    benchmark = Client()
    found = benchmark.setup_cache()
    operations, baselines = benchmark.params
    assert baselines == ["mlflow-file", "mlflow-sqlite"]
    for operation in operations:
        benchmark.setup(found, operation, "mlflow-sqlite")
        assert min(benchmark.track_cost(found, operation, "mlflow-sqlite")["samples"]) > 0
        benchmark.setup(found, operation, "mlflow-file")
        with pytest.raises(
            RuntimeError, match="MLflow files, by the client lost or changed run/st"
        ):
            benchmark.track_cost(found, operation, "mlflow-file")
