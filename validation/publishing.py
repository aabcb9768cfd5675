"""What the pages of our own add to the time of ``asv publish``, on a long history.

``python -m validation.publishing`` prints both times and their ratio.
"""

import random
import shutil
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from website import asv_pages

from . import synthetic
from .project import ROOT

COMMITS, SERIES, ROUNDS = 2000, 40, 3
BENCHMARKS = (
    "against_mlflow.InMemory",
    "against_mlflow.Instructions",
    "against_mlflow.OnDisk",
    "parameters.LogParametersAtOnce",
)
NPM = asv_pages.INSTALLED


def main() -> None:
    with TemporaryDirectory(dir=ROOT / ".asv") as directory:
        projects = {name: Path(directory, name) for name in ("asv alone", "with our pages")}
        for name, project in projects.items():
            print(f"Writing {COMMITS} commits x {SERIES} series for {name}")
            _write(project, website=name != "asv alone")
        if (ROOT / NPM).exists():  # installing the scripts is done once, not per publication
            shutil.copytree(ROOT / NPM, projects["with our pages"] / NPM)
        seconds: dict[str, list[float]] = {name: [] for name in projects}
        for _ in range(ROUNDS):
            for name, project in projects.items():
                seconds[name].append(_publish(project))
                print(f"{name}: {seconds[name][-1]:.1f} s", flush=True)
        alone, ours = (min(times) for times in seconds.values())
        print(f"with our pages it takes {ours / alone:.2f} times as long as asv alone")


def _write(project: Path, website: bool) -> None:
    """Write a history in which each series walks at random."""
    benchmarks = synthetic.described(*BENCHMARKS)
    noise = random.Random(42)
    walks: dict[tuple, list[float]] = {}

    def value(machine: str, number: int, name: str, params: tuple[str, ...]) -> float:
        if (name, params) not in walks:
            steps = (noise.choices([0, noise.gauss(0, 20)], [99, 1])[0] for _ in range(COMMITS))
            walks[name, params] = [abs(50 + step) + 1 for step in accumulate(steps)]
        return walks[name, params][number] * noise.gauss(1, 0.02)

    versions = [f"v1.{number}.0" for number in range(COMMITS)]
    synthetic.write(project, benchmarks, value, versions, website=website)
    assert len(walks) == SERIES


def _publish(project: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "asv", "publish"]
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
