"""What it takes to have a system: the distributions it brings along, and their size."""

from contextlib import suppress
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import fresh, scratch
from .on_disk import open_new
from .trackers import SUBJECT, SYSTEMS, create

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
                counted[name] = fresh.call(count, name, alone=name == SUBJECT)
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


def count(name: str) -> dict[str, int]:
    """Log a first run in this process; return what it has more of than before the import."""
    before = _counts()
    with scratch.on_disk() as directory:
        tracker = create(name)
        open_new(tracker, Path(directory))
        after = _counts()
        tracker.close()
    return {kind: after[kind] - before[kind] for kind in PROCESS}


def _counts() -> dict[str, int]:
    return {kind: len(list(path.iterdir())) for kind, path in PROCESS.items()}
