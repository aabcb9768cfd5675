"""The kernel's counts, on the real trackers."""

import shutil

import pytest

from benchmarks import counts, fresh, scratch


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> counts.Cached:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cache"))
        return counts.setup_cache()


def value(benchmark: type, method: str, cached: counts.Cached, *params: str) -> float:
    instance = benchmark()
    instance.setup(cached, *params)
    return getattr(instance, method)(cached, *params)


def test_the_floor_appends_each_record_with_one_call(cached) -> None:
    for operation, calls in (("log parameters", 1), ("log metrics", 2), ("log artifact", 1)):
        assert value(counts.Writes, "track_calls", cached, operation, "floor") == calls


def test_synadb_writes_the_bytes_of_the_floor(cached) -> None:
    for operation in ("log parameters", "log metrics", "log artifact", "start and end a run"):
        ours, floors = (
            value(counts.Writes, "track_bytes", cached, operation, tracker)
            for tracker in ("synadb", "floor")
        )
        assert ours == floors


def test_bytes_of_a_parameter_and_of_an_artifact_by_hand(cached) -> None:
    params = value(counts.Amplification, "track_amplification", cached, "log artifact", "floor")
    assert 1 <= params < 1.001
    logged = cached[0]["floor"]["log metrics"]
    names = ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]
    assert logged["values"] == 100
    assert logged["logged"] == 20 * sum(len(name) + 8 + 8 for name in names)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_syncs_are_what_each_tracker_claims_as_its_durability(cached) -> None:
    if "syncs" in cached[1]:
        pytest.skip(cached[1]["syncs"])
    syncs = {
        (operation, tracker): value(counts.Syncs, "track_syncs", cached, operation, tracker)
        for operation in ("log parameters", "log metrics")
        for tracker in ("synadb", "floor", "mlflow-file", "mlflow-sqlite")
    }
    assert syncs["log parameters", "synadb"] == syncs["log parameters", "floor"] == 1
    assert syncs["log metrics", "synadb"] == syncs["log metrics", "floor"] == 2
    assert syncs["log metrics", "mlflow-file"] == 0
    assert syncs["log metrics", "mlflow-sqlite"] >= 1


def test_without_strace_syncs_are_skipped_with_the_reason(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scratch, "_SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(fresh, "call", lambda *_, **__: {"floor": {"log metrics": {}}})
    cached = counts.setup_cache()
    with pytest.raises(NotImplementedError, match="strace is not installed"):
        counts.Syncs().setup(cached, "log metrics", "floor")


def test_where_the_kernel_counts_no_writes_they_are_skipped(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(counts, "IO", tmp_path / "missing")
    monkeypatch.setattr(fresh, "call", lambda *_, **__: {})
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NotImplementedError, match="this kernel has no"):
        counts.Writes().setup(counts.setup_cache(), "log metrics", "floor")
