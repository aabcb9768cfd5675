"""``asv compare`` between two commits, judged by the thresholds in asv.conf.json."""

import re
import subprocess
import sys
from pathlib import Path

from asv.config import Config

from .project import ROOT


def worse(directory: Path, machine: str, before: str, after: str) -> list[str]:
    """Return the series that are worse by more than their threshold, as ``series: ratio``."""
    conf = Config.load(str(ROOT / "asv.conf.json"))
    smallest = 1 + min(conf.regressions_thresholds.values())
    options = ["--machine", machine, "--factor", str(smallest), "--only-changed"]
    command = [sys.executable, "-m", "asv", "compare", *options, before, after]
    done = subprocess.run(command, cwd=directory, check=True, stdout=subprocess.PIPE, text=True)
    lines = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| +")]
    found = [(cells[5].strip(), float(cells[4])) for cells in lines]
    return [f"{series}: {ratio}" for series, ratio in found if ratio > 1 + threshold(conf, series)]


def threshold(conf: Config, series: str) -> float:
    """Return what asv takes as the series' threshold; infinite where it looks for nothing."""
    entry = f"{series}@releases"
    for regex, start in conf.regressions_first_commits.items():
        if start is None and re.match(regex, entry):
            return float("inf")
    matching = [
        share for regex, share in conf.regressions_thresholds.items() if re.match(regex, entry)
    ]
    return max(matching, default=0.05)
