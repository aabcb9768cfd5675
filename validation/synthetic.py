"""Projects with made-up results, to publish: as many releases and machines as one likes."""

import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

from asv.util import load_json

from .project import RESULTS, ROOT

# A benchmark's value by machine, number of the release, name and parameters: NaN is skipped, None
# failed. Costs get an interval of 5 % around it.
Values = Callable[[str, int, str, tuple[str, ...]], float | None]
DAY = 86_400
FIRST = 1_700_000_000  # seconds since the epoch
STATS = {"ci_99_a": 0.95, "ci_99_b": 1.05, "q_25": 0.98, "q_75": 1.02}


def described(*names: str) -> dict[str, dict]:
    """Return this suite's benchmarks whose names begin with one of ``names``."""
    benchmarks = json.loads((RESULTS / "benchmarks.json").read_text())
    return {
        name: benchmark
        for name, benchmark in benchmarks.items()
        if name != "version" and name.startswith(names)
    }


def write(
    directory: Path,
    benchmarks: dict[str, dict],
    values: Values,
    versions: Iterable[str],
    machines: Iterable[str] = ("local",),
    website: bool = True,
) -> None:
    """Write a project that ``asv publish`` can publish: history, results and configuration."""
    directory.mkdir(exist_ok=True)
    history = directory / "history.git"
    commits = _history(history, list(versions))
    results = directory / "results"
    results.mkdir()
    for machine in machines:
        (results / machine).mkdir(parents=True)
        about = {"machine": machine, "os": "Linux", "arch": "x86_64", "cpu": "a processor"}
        about |= {"num_cpu": "2", "ram": str(8 * 2**30)}
        _dump(results / machine / "machine.json", {**about, "version": 1})
        for number, commit in enumerate(commits):
            result = {
                "commit_hash": commit,
                "env_name": "virtualenv-py3.11-mlflow3.17.2",
                "date": 1000 * (FIRST + number * DAY),
                "params": {**about, "python": "3.11", "mlflow": "3.17.2"},
                "python": "3.11",
                "requirements": {"mlflow": "3.17.2"},
                "env_vars": {},
                "result_columns": _columns(),
                "results": {
                    name: _row(benchmark, number, lambda *key, m=machine: values(m, *key))
                    for name, benchmark in benchmarks.items()
                },
                "durations": {},
                "version": 2,
            }
            _dump(results / machine / f"{commit[:8]}-{result['env_name']}.json", result)
    _dump(results / "benchmarks.json", {**benchmarks, "version": 2})
    conf = load_json(str(ROOT / "asv.conf.json"), js_comments=True)
    conf |= {"dvcs": "git", "repo": str(history), "branches": ["main"]}
    conf |= {"plugins": [".website"] if website else []}
    _dump(directory / "asv.conf.json", conf)
    if website:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "website", directory / "website", ignore=ignored)


def _dump(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value), "utf-8")


def _columns() -> list[str]:
    stats = [f"stats_{name}" for name in STATS]
    return ["result", "params", "version", "started_at", "duration", *stats]


def _row(benchmark: dict, number: int, value: Callable) -> list:
    found = [value(number, benchmark["name"], p) for p in product(*benchmark["params"])]
    known = [v is not None and not math.isnan(v) for v in found]
    stats = [
        [v * share if k else None for v, k in zip(found, known, strict=True)]
        for share in STATS.values()
    ]
    started = 1000 * (FIRST + number * DAY)
    return [found, benchmark["params"], benchmark["version"], started, 1.0, *stats]


def _history(path: Path, versions: list[str]) -> list[str]:
    """Write a bare repository with an empty commit and a tag for each version."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    commands = []
    for number, version in enumerate(versions):
        author = f"synthetic <synthetic@synadb.invalid> {FIRST + number * DAY} +0000"
        commands.append(f"commit refs/heads/main\nauthor {author}\ncommitter {author}\n")
        commands.append(f"data {len(version.encode())}\n{version}\n")
        commands.append(f"reset refs/tags/{version}\nfrom refs/heads/main\n\n")
    git = ["git", "--git-dir", str(path)]
    stream = "".join(commands)
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, text=True, check=True)
    listed = subprocess.run(
        [*git, "rev-list", "--reverse", "main"], stdout=subprocess.PIPE, text=True, check=True
    )
    return listed.stdout.split()
