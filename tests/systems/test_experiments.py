"""The experiments that validate the suite, all of them in their fast variant."""

import json
import shutil
from pathlib import Path

import pytest
from helpers import MACHINE, Project

from validation.project import History

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing"),
]


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
