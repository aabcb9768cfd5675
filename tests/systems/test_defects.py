"""Each piece of code in docs/defects.md prints what stands below it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

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
        elif token.type == "fence" and token.info.startswith("text"):
            found[heading] = code, token.info, token.content
    return found


SHOWN = shown()


def without_mlflow() -> dict[str, str]:
    """The environment but for what MLflow has written to it, in other tests of this process."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}


@contextmanager
def run_in_a_group(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a command; it and all that it started, such as servers, end with the context."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes, **options) as started:
        try:
            yield started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.parametrize("heading", SHOWN)
def test_it_prints_what_stands_below_it(heading: str, tmp_path: Path) -> None:
    code, comparison, expected = SHOWN[heading]
    assert len(code.splitlines()) <= MOST_LINES
    (tmp_path / "shown.py").write_text(code)
    command, environment = [sys.executable, "shown.py"], without_mlflow()
    with run_in_a_group(command, cwd=tmp_path, env=environment) as started:
        printed, said = started.communicate(timeout=120)
    assert started.returncode == 0, said
    if comparison == LIKE:
        printed, expected = (re.sub(r"\d+", "0", text) for text in (printed, expected))
    assert printed == expected
