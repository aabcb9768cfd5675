"""Each piece of code in docs/defects.md prints what stands below it."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import ROOT
from markdown_it import MarkdownIt

MOST_LINES = 10
LIKE = "text like"  # chance has a hand in its figures


def shown() -> dict[str, tuple[str, str, str]]:
    """Return by heading the code, how what it prints is compared, and what it prints."""
    tokens = MarkdownIt().parse((ROOT / "docs" / "defects.md").read_text("utf-8"))
    found, heading, code = {}, "", ""
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h3":
            heading = token.content
        elif token.type == "fence" and token.info == "python":
            code = token.content
        elif token.type == "fence":
            found[heading] = code, token.info, token.content
    return found


SHOWN = shown()


def without_mlflow() -> dict[str, str]:
    """The environment but for what MLflow has written to it, in other tests of this process."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}


@pytest.mark.parametrize("heading", SHOWN)
def test_it_prints_what_stands_below_it(heading: str, tmp_path: Path) -> None:
    code, comparison, expected = SHOWN[heading]
    assert len(code.splitlines()) <= MOST_LINES
    (tmp_path / "shown.py").write_text(code)
    command, environment = [sys.executable, "shown.py"], without_mlflow()
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    if comparison == LIKE:
        done.stdout, expected = (re.sub(r"\d+", "0", text) for text in (done.stdout, expected))
    assert done.stdout == expected
