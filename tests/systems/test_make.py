"""What make says and what the small programs behind it do."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout; its two outputs come as one."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )


def test_make_alone_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", makefile, re.M)
    assert phony
    targets = phony[1].replace("\\", "").split()
    done = run("make")
    assert done.returncode == 0
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert {target for _, target, explanation in lines if explanation} == set(targets)
    assert len(lines) == len(targets)


def test_try_asks_for_a_benchmark_in_one_line() -> None:
    done = run("make", "try")
    assert done.returncode != 0
    (line,) = done.stdout.splitlines()
    assert "make try BENCH=metrics.LogMetrics" in line


def test_a_benchmark_is_tried_and_nothing_is_saved(tmp_path: Path) -> None:
    machine = run(sys.executable, "-m", "tools.machine", "local", HOME=str(tmp_path))
    assert machine.returncode == 0, machine.stdout
    saved = {path: path.read_bytes() for path in (ROOT / "results").rglob("*.json")}
    done = run(sys.executable, "-m", "tools.once", "startup.Import", HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "startup.Import.timeraw_import" in done.stdout
    assert {path: path.read_bytes() for path in (ROOT / "results").rglob("*.json")} == saved


def test_a_benchmark_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    run(sys.executable, "-m", "tools.machine", "local", HOME=str(tmp_path))
    done = run(sys.executable, "-m", "tools.once", "nothing.Here", HOME=str(tmp_path))
    assert done.returncode == 1
    assert "No benchmarks selected" in done.stdout
