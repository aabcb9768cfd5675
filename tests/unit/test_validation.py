"""The parts of the experiments that validate the suite."""

import json
from pathlib import Path

import pytest
from helpers import ROOT

from validation import report, sensitivity, slowdown, speed
from validation.neighbours import Release


def test_a_slowed_call_does_the_same_and_takes_its_turns(monkeypatch) -> None:
    turns = []

    class Run:
        def log_param(self, name: str, value: int) -> tuple[str, int]:
            return name, value

        log_metric = log_param

    monkeypatch.setattr(slowdown, "repeat", lambda _, number: turns.append(number) or [])
    slowdown.slow_down(Run, {"log_param": 7})
    assert Run().log_param("x", value=1) == ("x", 1)
    assert Run().log_metric("x", 1) == ("x", 1)
    assert turns == [7]


def test_what_a_call_costs_in_turns_follows_from_a_probe() -> None:
    """A call of 2,000 instructions that has 6,000 with the probe's turns is half as many."""
    series = "instructions.Operations.track_instructions('log metrics', 'synadb')"
    before, after = {series: {"a": 1_900.0, "b": 2_100.0}}, {series: {"c": 6_000.0}}
    half = sensitivity.PROBED / 2
    assert sensitivity.turns_of_a_call(before, after) == {"log_metric": pytest.approx(half)}


def test_neighbours_have_the_same_code_and_nearly_the_same_library() -> None:
    symbols = frozenset({"SYNA_open"})
    release = Release("1.0", "a", "module", 1000, symbols)
    assert release.is_like(Release("1.1", "b", "module", 1032, symbols))
    assert not release.is_like(Release("1.1", "b", "other", 1000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 2000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 1000, frozenset()))


def test_timed_seconds_are_added_up_whoever_took_them() -> None:
    assert speed.added_up("InMemory 1.5\nlog parameters 0.25\nInMemory 2e-3\n") == 1.752
    assert speed.added_up("") == 0


def test_the_page_follows_from_its_data(tmp_path: Path) -> None:
    report.write(json.loads((ROOT / "docs" / "validation.json").read_text()), tmp_path)
    for name in ("validation.md", "validation.svg"):
        assert (tmp_path / name).read_text() == (ROOT / "docs" / name).read_text()
