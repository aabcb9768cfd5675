"""The kernel's counts, on the real trackers."""

import shutil

import pytest

from benchmarks import counts
from benchmarks.harness.cases import Outcome
from benchmarks.system import strace


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cache"))
        return counts.Writes().setup_cache()


def value(benchmark: type, method: str, found: dict[str, Outcome], *params: str) -> float:
    instance = benchmark()
    instance.setup(found, *params)
    return getattr(instance, method)(found, *params)


def test_the_floor_appends_each_record_with_one_call(found) -> None:
    for operation, calls in (("log parameters", 1), ("log metrics", 2), ("log artifact", 1)):
        assert value(counts.Writes, "track_calls", found, operation, "floor") == calls


def test_synadb_writes_the_bytes_of_the_floor(found) -> None:
    for operation in ("log parameters", "log metrics", "log artifact", "start and end a run"):
        ours, unsynced, floors = (
            value(counts.Writes, "track_bytes", found, operation, tracker)
            for tracker in ("synadb", "synadb-unsynced", "floor")
        )
        assert ours == unsynced == floors


def test_bytes_of_a_parameter_and_of_an_artifact_by_hand(found) -> None:
    params = value(counts.Amplification, "track_amplification", found, "log artifact", "floor")
    assert 1 <= params < 1.001
    logged = found["floor"]["log metrics"]
    names = ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]
    assert logged["values"] == 100
    assert logged["logged"] == 20 * sum(len(name) + 8 + 8 for name in names)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_syncs_are_what_each_tracker_claims_as_its_durability(found) -> None:
    try:
        strace.require()
    except NotImplementedError as reason:
        pytest.skip(str(reason))
    syncs = {
        (operation, tracker): value(counts.Syncs, "track_syncs", found, operation, tracker)
        for operation in ("log parameters", "log metrics")
        for tracker in ("synadb", "synadb-unsynced", "floor", "mlflow-file", "mlflow-sqlite")
    }
    assert syncs["log parameters", "synadb"] == syncs["log parameters", "floor"] == 1
    assert syncs["log metrics", "synadb"] == syncs["log metrics", "floor"] == 2
    assert syncs["log metrics", "mlflow-file"] == syncs["log metrics", "synadb-unsynced"] == 0
    assert syncs["log metrics", "mlflow-sqlite"] >= 1


def test_what_cannot_be_counted_is_skipped_with_the_reason(monkeypatch, tmp_path) -> None:
    nothing = {"floor": {"log metrics": {}}}
    with monkeypatch.context() as without:
        without.setattr(shutil, "which", lambda name: None)
        with pytest.raises(NotImplementedError, match="strace is not installed"):
            counts.Syncs().setup(nothing, "log metrics", "floor")
    monkeypatch.setattr(counts, "IO", tmp_path / "missing")
    with pytest.raises(NotImplementedError, match="this kernel has no"):
        counts.Writes().setup(nothing, "log metrics", "floor")
