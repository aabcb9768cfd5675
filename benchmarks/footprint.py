"""What it takes to have a system: the distributions it brings along, and their size."""

from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .harness.cases import Case, Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.sizes import Suite
from .harness.stores import log_small_run, new_store
from .system import directories
from .system.processes import run_in_new_interpreter
from .trackers import create, load
from .trackers.kinds import PACKAGES, SYSTEMS, of_package

PROCESS = {"threads": Path("/proc/self/task"), "files": Path("/proc/self/fd")}


class Footprint(Case):
    """The package and all that it requires, without extras; ``numpy`` counts for both."""

    suite = Suite.QUICK
    version = "1"
    params = [PACKAGES]
    param_names = ["package"]
    timeout = 60

    def prepare(self, package: str) -> None:
        create(of_package(package))

    @shown("Distributions that are installed", "distributions")
    def track_distributions(self, package: str) -> int:
        return len(required(package))

    @shown("Installed size", "bytes")
    def track_bytes(self, package: str) -> int:
        return sum(map(_size, required(package).values()))


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
    paths = [Path(str(f.locate())) for f in installed.files or [] if f.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.is_file())


class Running(Measured):
    """Threads and open files of a process that has logged a first run, beyond those of Python."""

    suite = Suite.QUICK
    version = "1"
    params = [SYSTEMS]
    timeout = 60

    @attributes(timeout=120)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SYSTEMS, once("running", _count_apart), workers=2)

    @shown("Threads after a first run", "threads")
    def track_threads(self, found: dict, tracker: str) -> int:
        return self.found["threads"]

    @shown("Open files after a first run", "files")
    def track_open_files(self, found: dict, tracker: str) -> int:
        return self.found["files"]


def _count_apart(name: str) -> dict[str, int]:
    return run_in_new_interpreter(count, name, hidden=load(name).optional_imports)


def count(name: str) -> dict[str, int]:
    """Log a first run in this process; return what it has more of than before the import."""
    before = _counts()
    tracker = create(name)
    with new_store(tracker, directories.on_disk):
        log_small_run(tracker)
        after = _counts()
        tracker.close()
    return {kind: after[kind] - before[kind] for kind in PROCESS}


def _counts() -> dict[str, int]:
    return {kind: len(list(path.iterdir())) for kind, path in PROCESS.items()}
