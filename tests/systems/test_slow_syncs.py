"""Every sync takes its price and is counted, on the real trackers."""

import errno
import shutil
from pathlib import Path

import pytest

from benchmarks import slow_syncs
from benchmarks.harness import sizes
from benchmarks.harness.cases import Outcome
from benchmarks.harness.sizes import Suite
from benchmarks.slow_syncs import Operations, Overshoot
from benchmarks.system.slow_syncs import run
from benchmarks.trackers.kinds import STORING_SYSTEMS
from tests.systems.apart import lose_a_value, sync_nothing, syncs_of_each_call

needs_cc = pytest.mark.skipif(not shutil.which("cc"), reason="cc is not installed")
PRICES = [0, 2]
SYNCS = {
    "log parameters": {"synadb": 1, "mlflow-sqlite": 4},
    "log metrics": {"synadb": 2, "mlflow-sqlite": 4},
    "log 5 values of a step": {"synadb": 10, "mlflow-sqlite": 4},
    "log 50 values of a step": {"synadb": 100, "mlflow-sqlite": 4},
    "log artifact": {"synadb": 1},
    "start and end a run": {"synadb": 2, "mlflow-sqlite": 8},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cache"))
        patch.setattr(sizes, "SUITE", Suite.FULL)
        patch.setattr(sizes, "SYNC_PRICES", PRICES)
        return Operations().setup_cache()


@pytest.fixture(autouse=True)
def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "SUITE", Suite.FULL)


def syncs(found: dict[str, Outcome], operation: str, tracker: str) -> float:
    benchmark = Operations()
    benchmark.setup(found, operation, tracker)
    return benchmark.track_syncs(found, operation, tracker)


@needs_cc
def test_the_syncs_of_one_operation_are_what_each_tracker_is_known_for(found) -> None:
    assert {
        operation: {tracker: syncs(found, operation, tracker) for tracker in STORING_SYSTEMS}
        for operation in slow_syncs.OPERATIONS
    } == {of: dict.fromkeys(STORING_SYSTEMS, 0) | known for of, known in SYNCS.items()}


@needs_cc
@pytest.mark.parametrize("operation", list(SYNCS))
@pytest.mark.parametrize("name", STORING_SYSTEMS)
def test_an_operation_takes_its_syncs_at_their_price(found, operation: str, name: str) -> None:
    for price in PRICES:
        benchmark = Operations()
        benchmark.setup(found, operation, price, name)
        seconds = benchmark.track_seconds(found, operation, price, name)["samples"]
        assert len(seconds) == len(PRICES) * (sizes.ITERATIONS_AT_A_PRICE - 1)
        assert min(seconds) > syncs(found, operation, name) * price / 1000


@needs_cc
def test_a_bare_sync_takes_no_less_than_its_price(found) -> None:
    for price in PRICES:
        benchmark = Overshoot()
        benchmark.setup(found, price)
        assert min(benchmark.track_seconds(found, price)["samples"]) > 0


@needs_cc
def test_the_calls_that_sync_are_counted_where_a_path_has_a_space(tmp_path, monkeypatch) -> None:
    file = tmp_path / "a file"
    file.write_bytes(bytes(8))
    monkeypatch.chdir(tmp_path)
    Path("a checkout").mkdir()
    monkeypatch.chdir("a checkout")
    assert run(syncs_of_each_call, str(file)) == [0, 1, 2, 3]
    assert not list(Path.cwd().iterdir())


@needs_cc
def test_a_sync_that_fails_keeps_its_error(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    seconds, error, counted = run(sync_nothing, 0.02)
    assert (error, counted) == (errno.EBADF, 1)
    assert seconds >= 0.02


@needs_cc
def test_a_value_that_is_lost_fails(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match=r"lost or changed run/metrics/loss_3"):
        run(lose_a_value, "synadb")


def test_without_a_compiler_it_is_skipped_with_the_reason(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = Operations().setup_cache()
    with pytest.raises(NotImplementedError, match=r"no C compiler \(cc\)"):
        Operations().setup(found, "log metrics", 0, "synadb")
    with pytest.raises(NotImplementedError, match=r"no C compiler \(cc\)"):
        Overshoot().setup(found, 0)
