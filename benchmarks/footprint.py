"""What it takes to have a system: the distributions it brings along, and their size."""

from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .trackers import create


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
