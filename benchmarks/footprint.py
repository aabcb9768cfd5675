"""What it takes to have a system: the distributions it brings along, and their size."""

import json
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import scratch
from .on_disk import open_new
from .quick_start import ALONE
from .trackers import SYSTEMS, create

PROCESS = {"threads": Path("/proc/self/task"), "files": Path("/proc/self/fd")}


class Footprint:
    """The package and all that it requires, without extras; ``numpy`` counts for both."""

    version = "1"
    params = [["synadb", "mlflow"]]
    param_names = ["package"]
    timeout = 60

    def setup(self, package: str) -> None:
        create({"synadb": "synadb", "mlflow": "mlflow-sqlite"}[package])

    def track_distributions(self, package: str) -> int:
        return len(required(package))

    track_distributions.unit = "distributions"

    def track_bytes(self, package: str) -> int:
        return sum(map(_size, required(package).values()))

    track_bytes.unit = "bytes"


def required(package: str) -> dict[str, Distribution]:
    """Return a package's distribution and those that it needs on this Python, by name."""
    found: dict[str, Distribution] = {}
    left = [package]
    while left:
        name = canonicalize_name(left.pop())
        if name not in found:
            found[name] = distribution(name)
            requirements = map(Requirement, found[name].requires or [])
            left += [r.name for r in requirements if not r.marker or r.marker.evaluate()]
    return found


def _size(installed: Distribution) -> int:
    """Return the bytes of the files that came with a distribution, compiled ones excepted."""
    paths = [file.locate() for file in installed.files or [] if file.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.is_file())


class Running:
    """Threads and open files of a process that has logged a first run, beyond those of Python."""

    version = "1"
    params = [SYSTEMS]
    param_names = ["tracker"]
    timeout = 60

    def setup_cache(self) -> dict[str, dict[str, int]]:
        counted = {}
        for name in SYSTEMS:
            with suppress(NotImplementedError):  # setup says why
                create(name)
                counted[name] = _count_apart(name)
        return counted

    setup_cache.timeout = 120

    def setup(self, counted: dict[str, dict[str, int]], tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why

    def track_threads(self, counted: dict[str, dict[str, int]], tracker: str) -> int:
        return counted[tracker]["threads"]

    track_threads.unit = "threads"

    def track_open_files(self, counted: dict[str, dict[str, int]], tracker: str) -> int:
        return counted[tracker]["files"]

    track_open_files.unit = "files"


def _count_apart(name: str) -> dict[str, int]:
    """Log a run in a new process; return what it has more of than before the import."""
    program = (
        f"{ALONE if name == 'synadb' else 'import sys'}\n"
        f"sys.path.insert(0, {str(scratch.ROOT)!r})\n"
        f"from benchmarks import footprint; footprint.print_counts({name!r})"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def print_counts(name: str) -> None:
    """Log a first run in this process, and print what it has more of then."""
    before = _counts()
    with scratch.on_disk() as directory:
        tracker = create(name)
        open_new(tracker, Path(directory))
        after = _counts()
        tracker.close()
    print(json.dumps({kind: after[kind] - before[kind] for kind in PROCESS}))


def _counts() -> dict[str, int]:
    return {kind: len(list(path.iterdir())) for kind, path in PROCESS.items()}
