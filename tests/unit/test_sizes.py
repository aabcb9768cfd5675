"""SUITE says how much is measured."""

import os
import subprocess
import sys

import pytest
from helpers import ROOT


@pytest.mark.parametrize(
    ("suite", "status", "said"),
    [
        ("", 1, "SUITE= is unknown: set it to quick, standard or full"),
        ("nightly", 1, "SUITE=nightly is unknown: set it to quick, standard or full"),
        ("quick", 0, ""),
        ("Full", 0, ""),
    ],
)
def test_an_unknown_suite_is_one_line(suite: str, status: int, said: str) -> None:
    command = [sys.executable, "-m", "benchmarks.harness.sizes"]
    environment = os.environ | {"SUITE": suite}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (status, said)
