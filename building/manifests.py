"""The Python package and the Rust crate in a tree, found by what their manifests say."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from asv.util import UserError
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# What is no source: git's own, what was built, and what belongs to others.
SKIPPED = {"target", "build", "dist", "node_modules", "__pycache__", "venv"}
LIBRARIES = {"linux": "lib{}.so", "darwin": "lib{}.dylib", "win32": "{}.dll"}
NAME_IN_SETUP = re.compile(r"""\bname\s*=\s*["']([\w.-]+)["']""")

T = TypeVar("T")


@dataclass(frozen=True)
class Package:
    """A Python package: the folder of its project, and that of its modules."""

    folder: Path
    modules: Path

    def library(self, name: str) -> Path:
        """Return where it looks for a native library."""
        return self.modules / LIBRARIES.get(sys.platform, LIBRARIES["linux"]).format(name)


@dataclass(frozen=True)
class Crate:
    """A Rust crate that builds a library for programs in other languages."""

    manifest: Path
    library: str

    @property
    def folder(self) -> Path:
        return self.manifest.parent


def find_package(root: Path, project: str) -> Package:
    """Return the Python package of a project.

    Raises UserError where there is none or more than one.
    """
    folders = {
        manifest.parent
        for name, read in READERS.items()
        for manifest in _files(root, name)
        if canonicalize_name(read(manifest) or "-") == canonicalize_name(project)
    }
    folder = _only(sorted(folders), root, f"a Python project named {project}")
    if not folder:
        raise UserError(f"There is no Python project named {project}: no manifest says so")
    modules = project.replace("-", "_")
    places = [folder / "src" / modules, folder / "python" / modules, folder / modules]
    found = next((place for place in places if (place / "__init__.py").exists()), places[-1])
    return Package(folder, found)


def find_crate(root: Path, project: str) -> Crate | None:
    """Return the crate that builds the project's library, if there is one.

    Raises UserError where there is more than one.
    """
    name = project.replace("-", "_")
    crates = [crate for path in _files(root, "Cargo.toml") if (crate := _crate(path))]
    return _only([c for c in crates if c.library == name], root, f"a library named {name}")


def _crate(manifest: Path) -> Crate | None:
    content = _toml(manifest)
    library, package = content.get("lib", {}), content.get("package", {})
    if "cdylib" not in library.get("crate-type", library.get("crate_type", [])):
        return None
    name = library.get("name") or str(package.get("name", "")).replace("-", "_")
    return Crate(manifest, name)


def _only(found: list[T], root: Path, what: str) -> T | None:
    if len(found) > 1:
        paths = (one.manifest if isinstance(one, Crate) else Path(str(one)) for one in found)
        named = ", ".join(path.relative_to(root).as_posix() for path in paths)
        raise UserError(f"More than one is {what}: {named}")
    return found[0] if found else None


def _files(root: Path, name: str) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
        if name in files:
            yield Path(folder, name)


def _toml(manifest: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{manifest.name} cannot be read: {error}") from error


def _in_pyproject(manifest: Path) -> str:
    content = _toml(manifest)
    poetry = content.get("tool", {}).get("poetry", {})
    return content.get("project", {}).get("name") or poetry.get("name", "")


def _in_setup_cfg(manifest: Path) -> str:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(manifest.read_text("utf-8"))
    except (ConfigError, ValueError):
        return ""
    return parser.get("metadata", "name", fallback="")


def _in_setup_py(manifest: Path) -> str:
    found = NAME_IN_SETUP.search(manifest.read_text("utf-8", "replace"))
    return found[1] if found else ""


READERS: dict[str, Callable[[Path], str]] = {
    "pyproject.toml": _in_pyproject,
    "setup.cfg": _in_setup_cfg,
    "setup.py": _in_setup_py,
}
