"""SUITE says how much is measured, and TRACKERS of what."""

import os
import subprocess
import sys

import pytest
from helpers import ROOT

from benchmarks import trackers


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


@pytest.mark.parametrize(
    ("names", "status", "said"),
    [
        ("synadb,wandb", 1, "TRACKERS has wandb: name some of synadb, synadb-native, "),
        ("", 1, "TRACKERS has an empty name: name some of synadb, "),
        ("synadb,floor", 0, ""),
    ],
)
def test_an_unknown_tracker_is_one_line(names: str, status: int, said: str) -> None:
    command = [sys.executable, "-m", "benchmarks.trackers.kinds"]
    environment = os.environ | {"TRACKERS": names}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == status
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == bool(said)


def test_a_tracker_that_is_left_out_is_skipped(monkeypatch) -> None:
    monkeypatch.setattr(trackers, "CHOSEN", ["synadb"])
    with pytest.raises(NotImplementedError, match="TRACKERS leaves it out"):
        trackers.create("floor")
