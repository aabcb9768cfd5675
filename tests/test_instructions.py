"""Instructions under valgrind, of the real SynaDB."""

import shutil
from dataclasses import replace

import pytest

from benchmarks import filled, instructions
from benchmarks.against_mlflow import Instructions
from benchmarks.filled import RUNS
from benchmarks.operations import OPERATIONS, WRITES
from benchmarks.trackers import SUBJECT, create

with_valgrind = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing")


@pytest.fixture
def stores(tmp_path, monkeypatch) -> filled.Stores:
    """A store of the subject alone; so no baseline is counted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(instructions, "BASELINES", [])
    directory = tmp_path / "filled"
    logged = filled._fill(create(SUBJECT), filled._log_runs, directory)
    return {(SUBJECT, RUNS): filled.Filled(directory, logged)}


@with_valgrind
def test_the_same_work_takes_the_same_instructions(stores) -> None:
    first, second = (instructions.count(stores)[SUBJECT] for _ in range(2))
    assert first.keys() == OPERATIONS.keys()
    logging = [name for name in WRITES if name.startswith("log ")]
    for name in logging:
        assert second[name] == pytest.approx(first[name], rel=0.004)
    assert first["log artifact"] > 10 * first["log metrics"] > 10 * first["log parameters"] > 1e5
    assert first["query runs"] > first["list runs"]


@with_valgrind
def test_what_is_found_is_compared(stores) -> None:
    one_more = stores[SUBJECT, RUNS].logged | {"never logged": None}
    stores[SUBJECT, RUNS] = replace(stores[SUBJECT, RUNS], logged=one_more)
    with pytest.raises(RuntimeError, match=r"run ended with status 1: (.|\n)*found other runs"):
        instructions.count(stores)


def test_without_valgrind_they_are_skipped_with_the_reason(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    benchmark = Instructions()
    counted = benchmark.setup_cache()
    with pytest.raises(NotImplementedError, match="valgrind is not installed"):
        benchmark.setup(counted, "log metrics", "mlflow-file")
