"""Instructions under valgrind, of the real SynaDB."""

import shutil
from dataclasses import replace
from statistics import median

import pytest

from benchmarks.against_mlflow import Instructions
from benchmarks.harness import callgrind, draws
from benchmarks.harness.operations import OPERATIONS
from benchmarks.harness.stores import build_runs
from benchmarks.trackers.kinds import SUBJECT

pytestmark = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing")


@pytest.fixture(autouse=True)
def _directory(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_the_same_work_takes_the_same_instructions_wherever_it_is_done(
    tmp_path, monkeypatch
) -> None:
    """In other folders, environments and processes, and whatever the C library is told to do."""
    counts = []
    for name, tunables in (("a", ""), ("another folder", "glibc.cpu.hwcaps=-AVX2,-ERMS")):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        monkeypatch.setenv("GLIBC_TUNABLES", tunables)
        monkeypatch.setenv("UNUSED", name * 50)
        counts.append(draws.draw(SUBJECT))
    first, second = ({op: median(d["draws"]) for op, d in drawn.items()} for drawn in counts)
    assert first.keys() == OPERATIONS.keys()
    for name in OPERATIONS:
        within = {"list runs": 0.01, "start and end a run": 0.005}.get(name, 0.003)
        assert second[name] == pytest.approx(first[name], rel=within), name
    assert first["log artifact"] > 10 * first["log metrics"] > 10 * first["log parameters"] > 1e5
    assert first["query runs"] > first["list runs"]
    for drawn in counts[0].values():
        paths = drawn["stacks"]
        explained = sum(paths["stacks"].values()) / paths["iterations"]
        assert explained == pytest.approx(median(drawn["draws"]), rel=0.001)
    assert any("synadb::" in path for path in counts[0]["log metrics"]["stacks"]["stacks"])


@pytest.mark.slow
def test_what_is_found_is_compared() -> None:
    store = build_runs(SUBJECT)
    one_more = replace(
        store, logged=store.logged | {"never logged": next(iter(store.logged.values()))}
    )
    with pytest.raises(
        RuntimeError, match=r"run_draws ended with status 1: (.|\n)*found other runs"
    ):
        callgrind.count(SUBJECT, one_more, 0, [0])


def test_without_valgrind_they_are_skipped_with_the_reason(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    benchmark = Instructions()
    found = benchmark.setup_cache()
    with pytest.raises(NotImplementedError, match="valgrind is not installed"):
        benchmark.setup(found, "log metrics", "mlflow-file")
    benchmark.teardown(found, "log metrics", "mlflow-file")
