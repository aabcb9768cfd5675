"""The releases of SynaDB that are compared: the one that is measured, and its reference."""

import compileall
import io
import os
import subprocess
import tarfile
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ..system import directories
from ..system.processes import mapped_files
from ..trackers import load
from ..trackers.kinds import SUBJECT

# With another one what is compared with it is another series, whose version has to change.
REFERENCE = "1.4.0"
PACKAGE = load(SUBJECT).package
# What asv walks: each tag is a release, its library inside.
HISTORY = directories.ROOT / ".asv" / "releases.git"


@dataclass(frozen=True)
class Release:
    """A release and the directory of its package; ``path`` is where Python has to look first."""

    version: str
    directory: Path
    path: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return f"{PACKAGE} {self.version}"

    def require(self) -> None:
        """Raise RuntimeError unless the package and the library in this process are its own."""
        package = import_module(PACKAGE)
        files = {Path(str(package.__file__)), *(f for f in mapped_files() if PACKAGE in f.name)}
        own = self.directory.resolve()
        strangers = {str(file) for file in files if not file.resolve().is_relative_to(own)}
        if strangers or package.__version__ != self.version:
            found = ", ".join(sorted(strangers)) or package.__version__
            raise RuntimeError(f"{self} was to be measured, and not {found}")


def measured() -> Release:
    """Return the release that is installed."""
    found = find_spec(PACKAGE)
    assert found, "what cannot be found is skipped before"
    return Release(version(PACKAGE), Path(str(found.origin)).parent)


def reference() -> Release:
    """Return the reference, which is unpacked from the history once and kept.

    Raises NotImplementedError where there is no history with it.
    """
    place = directories.kept(f"{PACKAGE}-{REFERENCE}", _unpack)
    return Release(REFERENCE, place / PACKAGE, (place,))


def _unpack(place: Path) -> None:
    command = ["git", "--git-dir", str(HISTORY), "archive", f"v{REFERENCE}", PACKAGE]
    # Settings of a user could change what is unpacked.
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    try:
        done = subprocess.run(command, env=os.environ | plain, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        missing = f"there is no history with {PACKAGE} {REFERENCE} in {HISTORY.name}"
        raise NotImplementedError(f"{missing}, which `asv run` makes") from error
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(place, filter="data")
    compileall.compile_dir(place, quiet=1)
