"""Validation's verdicts are those of ``asv compare``, on a made-up project."""

import json
import random
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from asv.config import Config
from asv_runner.statistics import compute_stats

from validation import synthetic
from validation.comparison import worse
from website.thresholds import named, threshold

BENCHMARKS = ("against_mlflow", "metrics", "queries", "scale")  # none of which is looked at
BENCHMARKS += ("storage", "memory", "many_writers", "counts", "hostile_input")
# One that is looked at, but was something else before.
OTHER_VERSION = "counts.Writes.track_calls"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two commits with values that differ by nothing, little or much, and few or many samples."""
    directory = tmp_path_factory.mktemp("comparison")
    benchmarks = synthetic.described(*BENCHMARKS)
    synthetic.write(directory, benchmarks, lambda *key: 1.0, ["v1", "v2"], website=False)
    noise = random.Random(1)
    for path in sorted((directory / "results" / "local").glob("*-*.json")):
        results = json.loads(path.read_text())
        results["result_columns"] = ["result", "params", "version", "started_at", "duration"]
        results["result_columns"] += ["stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"]
        results["result_columns"] += ["stats_number", "stats_repeat", "samples"]
        for name, row in results["results"].items():
            measured = [_measured(noise) for _ in product(*benchmarks[name]["params"])]
            columns = [list(column) for column in zip(*measured, strict=True)]
            version = "old" if name == OTHER_VERSION and path == _first(directory) else row[2]
            results["results"][name] = [columns[0], row[1], version, *row[3:5], *columns[1:]]
        path.write_text(json.dumps(results))
    return directory


def _first(directory: Path) -> Path:
    return min((directory / "results" / "local").glob("*-*.json"))


def _measured(noise: random.Random) -> list:
    """Return a value, its statistics and its samples; some failed, and some were skipped."""
    kind = noise.choice(["failed", "skipped", "zero", *["plain"] * 3, *["sampled"] * 6])
    level = noise.choice([1.0, 1.002, 1.01, 1.04, 1.2, 1.6, 2.5])
    if kind in ("failed", "skipped", "zero"):
        return [{"failed": None, "skipped": float("nan"), "zero": 0.0}[kind], *[None] * 7]
    if kind == "plain":
        return [level, *[None] * 7]
    spread = noise.choice([1e-4, 0.02, 0.3])
    samples = [level * noise.gauss(1, spread) for _ in range(noise.choice([1, 3, 12]))]
    value, found = compute_stats(samples, 1)
    ends = found["ci_99_a"], found["ci_99_b"], found["q_25"], found["q_75"]
    return [value, *ends, 1, len(samples), noise.choice([samples, None])]


def commits(project: Path) -> list[str]:
    """Return the older commit and the newer one."""
    command = ["git", "--git-dir", "history.git", "rev-parse", "v1", "v2"]
    return subprocess.check_output(command, cwd=project, text=True).split()


def asv_compare(project: Path, factor: float) -> set[str]:
    """Return the series that ``asv compare`` marks as worse."""
    command = [sys.executable, "-m", "asv", "compare", "--factor", str(factor), *commits(project)]
    printed = subprocess.check_output(command, cwd=project, text=True)
    rows = [line.split("|") for line in printed.splitlines() if line.startswith("| +")]
    return {row[5].strip() for row in rows}


def test_verdicts_are_those_of_asv_compare(project: Path) -> None:
    conf = Config.load(str(project / "asv.conf.json"))
    described = synthetic.described(*BENCHMARKS)
    allowed = {
        series: threshold(conf, series, "main")
        for name, benchmark in described.items()
        for series in (named(name, params) for params in product(*benchmark["params"]))
    }
    expected = {
        series
        for share in set(allowed.values()) - {None}
        for series in asv_compare(project, 1 + share)
        if allowed[series] == share
    }
    found = worse(project, "local", *commits(project))
    assert len(expected) > 10
    assert {line.rpartition(": ")[0] for line in found} == expected
    assert not any("mlflow" in line or "time_" in line for line in found)
    assert not any(OTHER_VERSION in line for line in found)


def test_the_ratio_is_told(project: Path) -> None:
    results = [_values(project, commit) for commit in commits(project)]
    for line in worse(project, "local", *commits(project)):
        series, _, ratio = line.rpartition(": ")
        before, after = (values[series] for values in results)
        assert ratio == (f"{after / before:.2f}" if before else "inf")


def _values(project: Path, commit: str) -> dict[str, float]:
    (path,) = (project / "results" / "local").glob(f"{commit[:8]}-*.json")
    return {
        named(name, params): value
        for name, row in json.loads(path.read_text())["results"].items()
        for params, value in zip(product(*row[1]), row[0], strict=True)
    }
