"""Instructions under valgrind, of the real SynaDB."""

import shutil
from dataclasses import replace

import pytest

from benchmarks.against_mlflow import Instructions
from benchmarks.harness import callgrind
from benchmarks.harness.operations import OPERATIONS, WRITES
from benchmarks.harness.stores import build_runs
from benchmarks.trackers.kinds import SUBJECT

pytestmark = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing")


@pytest.fixture(autouse=True)
def _directory(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_the_same_work_takes_the_same_instructions(tmp_path, monkeypatch) -> None:
    counts = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        counts.append(callgrind.count(SUBJECT))
    first, second = counts
    assert first.keys() == OPERATIONS.keys()
    logging = [name for name in WRITES if name.startswith("log ")]
    for name in logging:
        assert second[name] == pytest.approx(first[name], rel=0.004)
    assert first["log artifact"] > 10 * first["log metrics"] > 10 * first["log parameters"] > 1e5
    assert first["query runs"] > first["list runs"]


@pytest.mark.slow
def test_what_is_found_is_compared(monkeypatch) -> None:
    store = build_runs(SUBJECT)
    one_more = replace(
        store, logged=store.logged | {"never logged": next(iter(store.logged.values()))}
    )
    monkeypatch.setattr(callgrind, "build_runs", lambda name: one_more)
    with pytest.raises(RuntimeError, match=r"run_all ended with status 1: (.|\n)*found other runs"):
        callgrind.count(SUBJECT)


def test_without_valgrind_they_are_skipped_with_the_reason(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    benchmark = Instructions()
    found = benchmark.setup_cache()
    with pytest.raises(NotImplementedError, match="valgrind is not installed"):
        benchmark.setup(found, "log metrics", "mlflow-file")
    benchmark.teardown(found, "log metrics", "mlflow-file")
