"""The experiments that validate the suite: their parts, and all of them in their fast variant."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asv.config import Config
from helpers import MACHINE, ROOT, Project

from validation import report
from validation.comparison import threshold
from validation.neighbours import Release
from validation.project import SLOWDOWN, History

with_valgrind = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing")


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

    monkeypatch.setattr(time, "perf_counter", lambda: now)
    exec(SLOWDOWN.replace("{share}", str(share)), {"Run": Run, "range": spins})
    before = now
    assert Run().log_metric() == "logged"
    assert now - before == pytest.approx(100 * (1 + share))


def test_thresholds_are_those_of_the_configuration() -> None:
    conf = Config.load(str(ROOT / "asv.conf.json"))
    instructions = "against_mlflow.Instructions.track_cost('log metrics', 'mlflow-sqlite')"
    assert threshold(conf, instructions) <= 0.01
    assert threshold(conf, "metrics.LogMetrics.time_log_metrics('mlflow-file')") == float("inf")
    assert threshold(conf, "no.such.series('synadb')") == 0.05  # asv's default


def test_neighbours_have_the_same_code_and_nearly_the_same_library() -> None:
    symbols = frozenset({"SYNA_open"})
    release = Release("1.0", "a", "module", 1000, symbols)
    assert release.is_like(Release("1.1", "b", "module", 1032, symbols))
    assert not release.is_like(Release("1.1", "b", "other", 1000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 2000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 1000, frozenset()))


def test_the_page_follows_from_its_data(tmp_path) -> None:
    report.write(json.loads((ROOT / "docs" / "validation.json").read_text()), tmp_path)
    for name in ("validation.md", "validation.svg"):
        assert (tmp_path / name).read_text() == (ROOT / "docs" / name).read_text()


def history_of(project: Project) -> Path:
    (history,) = (project.path / ".asv" / "validation").glob("*/history.git")
    return history


def slowed_and_unslowed(project: Project) -> list[str]:
    """Return the first slowed commit of the only trial, and the one before."""
    history = History(history_of(project))
    return [history.git("rev-parse", f"slowed-100-0~{number}") for number in (1, 2)]


def first_blamed(history: Path) -> str:
    """Return the commit of the first step in the trial's published site."""
    site = history.parent / "slowed-100-0" / "html"
    (found,) = json.loads((site / "regressions.json").read_text())["regressions"]
    revision = found[-1][0][1]
    return json.loads((site / "index.json").read_text())["revision_to_hash"][str(revision)]


@with_valgrind
def test_the_fast_variant_finds_what_was_planted_and_nothing_else(published: Project) -> None:
    status, output = published.run("validation", "--quick", "--output", "proof")
    assert status == 0, output
    found = json.loads((published.path / "proof" / "validation.json").read_text())
    (trial,) = found["trials"]
    assert (trial["share"], trial["found"]) == (1.0, 1)
    # The wait takes a share of the time, so the second slowed commit may truly be slower still.
    assert first_blamed(history_of(published)) == slowed_and_unslowed(published)[0]
    assert trial["steps"][0] > 0.5
    assert (found["compared"]["pairs"], found["compared"]["worse"]) == (2, [])
    assert found["published"] == []
    neighbours = [set(group["versions"]) for group in found["neighbours"]]
    assert any({"1.0.0", "1.0.1", "1.0.2"} <= versions for versions in neighbours)
    assert "1 of 1" in (published.path / "proof" / "validation.md").read_text()

    status, output = published.run("validation", "--quick", "--output", "again")
    assert status == 0, output
    assert "Benchmarking" not in output, "what was measured already is used again"
    again = json.loads((published.path / "again" / "validation.json").read_text())
    assert again["variation"] == found["variation"]


@with_valgrind
def test_continuous_is_a_gate(published: Project) -> None:
    """The exit status tells whether a cost became worse; the slowed commit is twice as slow."""
    history = history_of(published)
    slowed, unslowed = slowed_and_unslowed(published)
    options = ["--config", str(history.parent / "slowed-100-0" / "asv.conf.json")]
    chosen = ["--machine", MACHINE, "-b", "Instructions.*'log metrics', 'mlflow-f"]
    status, output = published.run("asv", *options, "continuous", *chosen, unslowed, slowed)
    assert status == 1, output
    assert "SOME BENCHMARKS HAVE CHANGED SIGNIFICANTLY" in output
    status, output = published.run("asv", *options, "continuous", *chosen, slowed, unslowed)
    assert status == 0, output
