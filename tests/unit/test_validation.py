"""The parts of the experiments that validate the suite."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import ROOT

from validation import report, slowdown, speed
from validation.neighbours import Release


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_planted_slowdown_takes_its_share(share: float, monkeypatch) -> None:
    """On a clock that goes on by 0.001 s with each spin."""
    now = 0.0

    def spins(number: int) -> Iterator[int]:
        nonlocal now
        for spin in range(number):
            now += 0.001
            yield spin

    class Run:
        def log_param(self) -> str:
            nonlocal now
            now += 100
            return "logged"

        log_metric = log_artifact = log_param

    monkeypatch.setattr(slowdown, "perf_counter", lambda: now)
    monkeypatch.setattr(slowdown, "range", spins, raising=False)
    slowdown.slow_down(Run, share)
    before = now
    assert Run().log_metric() == "logged"
    assert now - before == pytest.approx(100 * (1 + share))


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
