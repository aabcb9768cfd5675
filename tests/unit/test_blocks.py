"""Two releases take turns in blocks, and what a role costs cancels."""

import itertools
from collections.abc import Callable

import pytest
from losses import LosesAMetric, LosesAParameter, LosesTheEnd, Sound

from benchmarks.harness import sizes
from benchmarks.harness.blocks import Side, block_of, combined, ratios
from benchmarks.harness.cases import Missing
from benchmarks.harness.operations import OPERATIONS, WRITES
from benchmarks.trackers import Tracker


class Here:
    """A worker in this process; ``calls`` has which side was called for what."""

    def __init__(self, name: str, side: Side, calls: list[tuple[str, str]]) -> None:
        self.name, self.side, self.calls = name, side, calls

    def call(self, function: Callable, *arguments: object) -> object:
        self.calls.append((self.name, function.__name__))
        return function(self.side, *arguments)


@pytest.fixture(autouse=True)
def _sizes(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sizes, "SECONDS_PER_TURN", 0.0)
    monkeypatch.chdir(tmp_path)


def sides(monkeypatch, *ticks: int, tracker: type[Tracker] = Sound) -> list[Here]:
    """Return two sides; every look at the clock of each moves it by so much."""
    monkeypatch.setattr("benchmarks.trackers.floor.Floor", tracker)
    calls: list[tuple[str, str]] = []
    clocks = [itertools.count(step=tick).__next__ for tick in ticks]
    made = [Side("floor", None, clock) for clock in clocks]
    return [Here(name, side, calls) for name, side in zip("ab", made, strict=True)]


@pytest.mark.parametrize("operation", WRITES)
def test_what_takes_twice_as_long_is_a_ratio_of_two(operation, monkeypatch, tmp_path) -> None:
    found = ratios(operation, *sides(monkeypatch, 2, 1))
    assert len(found) > 1
    assert set(found) == {2.0}
    assert not list(tmp_path.iterdir()), "stores are removed"


def test_the_order_is_abba_and_the_first_ratio_of_a_store_is_dropped(monkeypatch) -> None:
    first, second = sides(monkeypatch, 1, 1)
    found = ratios("log metrics", first, second)
    assert [name for name, call in first.calls if call == "open"] == ["a", "b"]
    blocks = [name for name, call in first.calls if call == "block"]
    assert blocks == list("abba") * (len(found) + 1)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_store_has_whole_runs_and_more_than_the_blocks_that_are_dropped(operation: str) -> None:
    kind, block = OPERATIONS[operation], block_of(operation)
    in_a_run = min(kind.ITERATIONS, kind.ITERATIONS_PER_STORE)
    assert kind.ITERATIONS_PER_STORE % in_a_run == in_a_run % block == 0
    blocks = kind.ITERATIONS_PER_STORE // block
    assert blocks % 2 == 0
    assert blocks >= 4


def test_only_the_iterations_of_a_block_are_timed(monkeypatch) -> None:
    class Timed(Sound):
        now = 0

        def start_run(self, *arguments) -> str:
            Timed.now += 1000
            return super().start_run(*arguments)

        def log_param(self, *arguments) -> None:
            Timed.now += 1
            super().log_param(*arguments)

    monkeypatch.setattr("benchmarks.trackers.floor.Floor", Timed)
    side = Side("floor", None, lambda: Timed.now)
    side.open("log parameters")
    values = block_of("log parameters") * OPERATIONS["log parameters"].VALUES
    assert [side.block() for _ in range(10)] == [values] * 10
    side.close()


@pytest.mark.parametrize(
    ("operation", "tracker"),
    [
        ("log parameters", LosesAParameter),
        ("log metrics", LosesAMetric),
        ("start and end a run", LosesTheEnd),
    ],
)
def test_a_loss_fails(operation, tracker, monkeypatch) -> None:
    with pytest.raises(AssertionError, match="lost or changed"):
        ratios(operation, *sides(monkeypatch, 1, 1, tracker=tracker))


def test_what_a_role_costs_cancels() -> None:
    """Who comes first takes a tenth more; our release takes a fifth more than theirs."""
    we_first, they_first = [1.2 * 1.1] * 3, [1 / 1.2 * 1.1] * 3
    assert combined([(we_first, they_first)] * 2) == [120.0] * 6


def test_samples_are_of_both_roles() -> None:
    assert combined([([1.0, 1.1, 1.2], [1.0, 1.1]), ([1.3], [1.3, 1.3])]) == [100.0] * 3


def test_a_failure_in_any_turn_is_one() -> None:
    failed = Missing("it lost a point", failed=True)
    assert combined([([1.0], [1.0]), ([1.0], failed)]) == failed
