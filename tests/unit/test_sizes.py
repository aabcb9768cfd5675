"""SUITE says how much is measured, and TRACKERS of what."""

import os
import subprocess
import sys

import pytest
from helpers import ROOT

from benchmarks import trackers


@pytest.mark.parametrize(
    ("module", "setting", "status", "said"),
    [
        ("harness.sizes", "SUITE=", 1, "SUITE= is unknown: set it to quick, standard or full"),
        (
            "harness.sizes",
            "SUITE=nightly",
            1,
            "SUITE=nightly is unknown: set it to quick, standard",
        ),
        ("harness.sizes", "SUITE=quick", 0, ""),
        ("harness.sizes", "SUITE=Full", 0, ""),
        ("trackers.kinds", "TRACKERS=synadb,wandb", 1, "TRACKERS has wandb: name some of synadb, "),
        ("trackers.kinds", "TRACKERS=", 1, "TRACKERS has an empty name: name some of synadb, "),
        ("trackers.kinds", "TRACKERS=synadb,floor", 0, ""),
    ],
)
def test_what_is_unknown_is_one_line(module: str, setting: str, status: int, said: str) -> None:
    name, _, value = setting.partition("=")
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    environment = os.environ | {name: value}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == status
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == bool(said)


def test_a_tracker_that_is_left_out_is_skipped(monkeypatch) -> None:
    monkeypatch.setattr(trackers, "CHOSEN", ["synadb"])
    with pytest.raises(NotImplementedError, match="TRACKERS leaves it out"):
        trackers.create("floor")
