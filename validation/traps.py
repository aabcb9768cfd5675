"""What is not SynaDB's doing: nothing may be blamed on it, and the page says what it was."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from .plan import INSTRUCTIONS
from .pools import SECONDS_TO_START
from .project import ROOT, History, Project, blamed, checkout

COUNTS = ("^instructions", "^counts", "^storage")
ALONE = {"TRACKERS": "synadb"}
BESIDE_FILES = {"TRACKERS": "synadb,mlflow-file"}
BESIDE_SQLITE = {"TRACKERS": "synadb,mlflow-sqlite"}
FAILED = (0, 2)  # asv's exit statuses
OLD_PROCESSOR = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-ERMS"}
OLDER = "sqlalchemy<2.1"
POINTS = 3


def run(history: History) -> list[dict]:
    """Return for each trap which series were blamed, and what the page said."""
    with ThreadPoolExecutor(1) as beside:  # what is counted depends on no clock
        older = beside.submit(_older_sqlalchemy, history)
        time.sleep(SECONDS_TO_START)
        without = [_without(history, tool) for tool in ("valgrind", "strace")]
        counted = [_cannot_be_imported(history), *without, older.result()]
    return [*counted, _another_processor(history), _twice_as_fast(history)]


def _cannot_be_imported(history: History) -> dict:
    tree = history.changed('raise ImportError("there is no such thing")')
    (before,) = history.grow("broken", 1)
    (after,) = history.grow("broken", 1, tree, before)
    project = Project(history, "broken", after, environment=ALONE)
    project.measure([before, after], *COUNTS, statuses=FAILED)
    return _judged("a release that cannot be imported", history, "broken")


def _without(history: History, tool: str) -> dict:
    name = f"without-{tool}"
    before, after = history.grow(name, 2)
    Project(history, name, after, environment=ALONE).measure([before], *COUNTS)
    with path_without(tool) as path:
        project = Project(history, name, after, environment=ALONE | {"PATH": path})
        project.measure([after], *COUNTS)
    return _judged(f"no {tool}", history, name)


@contextmanager
def path_without(tool: str) -> Iterator[str]:
    """Yield a search path with every program but one.

    It has no spaces, unlike a checkout may: Debian's valgrind is a script that does not like them.
    """
    with TemporaryDirectory() as folder:
        for directory in os.get_exec_path()[::-1]:
            for program in Path(directory).glob("*"):
                if program.name != tool:
                    Path(folder, program.name).unlink(missing_ok=True)
                    Path(folder, program.name).symlink_to(program)
        yield folder


def _older_sqlalchemy(history: History) -> dict:
    """The baseline gets another library, so that it executes something else."""
    name = "older-sqlalchemy"
    before, after = history.grow(name, 2)
    work = history.path.parent
    newer = checkout(work / f"{name}-before")
    Project(history, name, after, newer, BESIDE_SQLITE).measure([before], *COUNTS)
    root = checkout(work / f"{name}-after", _downgrade)
    project = Project(history, name, after, root, BESIDE_SQLITE | {"PYTHONPATH": str(root)})
    project.measure([after], *COUNTS)
    return _judged("SQLAlchemy one minor version older", history, name)


def _downgrade(root: Path) -> None:
    """Write a lock with an older library into a checkout."""
    for room in ("building", "requirements", "recording", "website"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, root / room, ignore=ignored)
    with (root / "requirements" / "test.in").open("a", encoding="utf-8") as wanted:
        wanted.write(f"\n{OLDER}\n")  # the lock of the environment agrees with this one
    subprocess.run([sys.executable, root / "requirements" / "lock.py", "--write"], check=True)


def _another_processor(history: History) -> dict:
    name = "another-processor"
    before, after = history.grow(name, 2)
    chosen = [f"^{INSTRUCTIONS}", r"^against_release\.InMemory"]
    Project(history, name, after, environment=ALONE).measure([before], *chosen)
    project = Project(history, name, after, environment=ALONE | OLD_PROCESSOR)
    project.measure([after], *chosen)
    return _judged("a processor without AVX2 and ERMS", history, name)


def _twice_as_fast(history: History) -> dict:
    """As many busy neighbours as there are cores, which leave in the middle of a history."""
    name = "twice-as-fast"
    commits = history.grow(name, 2 * POINTS)
    chosen = [r"^(metrics|parameters)\..*time_", r"^against_release\.InMemory"]
    project = Project(history, name, commits[-1], environment=BESIDE_FILES)
    for commits_of, around in ((commits[:POINTS], _neighbours), (commits[POINTS:], nullcontext)):
        with around():
            project.measure(commits_of, *chosen)
    return _judged("a machine twice as fast in the middle of a history", history, name)


@contextmanager
def _neighbours() -> Iterator[None]:
    busy = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(busy) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _judged(trap: str, history: History, name: str) -> dict:
    (machine,) = Project(history, name, name).publish()["machines"]
    newest, (before, gaps) = machine["newest"], machine["gaps"][-2:]
    lacked = {gap["benchmark"]: len(gap["params"]) for gap in before["not_measured"]}
    return {
        "trap": trap,
        "blamed": sorted(blamed(machine)),
        "findings": [finding["state"] for finding in newest["findings"]],
        "failed": sum(len(gap["params"]) for gap in gaps["failed"]),
        "not measured": [
            gap["title"]
            for gap in gaps["not_measured"]
            if len(gap["params"]) > lacked.get(gap["benchmark"], 0)
        ],
        "words": newest["words"] + [shift["words"] for shift in machine["shifts"]],
    }
