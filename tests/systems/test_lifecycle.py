"""asv's own lifecycle of every benchmark: what cannot run here is skipped with the reason."""

from benchmarks.system.processes import run_in_new_interpreter
from benchmarks.trackers import TRACKERS, Kind, load
from tests.systems.apart import setups_and_teardowns

REASONS = ("not installed", "has no call", "there is no history")


def test_with_its_system_hidden_every_benchmark_is_skipped_with_the_reason() -> None:
    packages = sorted({load(name).package for name in TRACKERS} - {""})
    found = run_in_new_interpreter(setups_and_teardowns, hidden=packages, SUITE="full")
    floors = {f"'{name}'" for name in TRACKERS if load(name).kind is Kind.FLOOR}
    assert len(found) == 61
    for benchmark, outcomes in found.items():
        for outcome in outcomes:
            tracker, _, said = outcome.partition(" ")
            if tracker in floors:
                can_be = "skipped" not in said or "cannot look for them" in said
                assert can_be, f"{benchmark}: {outcome}"
            else:
                assert "asv: skipped: NotImplementedError(" in said, f"{benchmark}: {outcome}"
                assert any(reason in said for reason in REASONS), f"{benchmark}: {outcome}"
