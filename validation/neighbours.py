"""Releases that follow each other and are the same, as far as tracking is concerned."""

import io
import json
from dataclasses import dataclass
from itertools import combinations

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from website.releases import LIBRARY, TRACKING_MODULE

from .comparison import worse
from .project import COMMITTED, ROOT, History

SAME_SIZE = 64  # bytes by which two libraries may differ


@dataclass(frozen=True)
class Release:
    """What is compared of a release: git's hash of the tracking module, and the library."""

    version: str
    commit: str
    module: str
    size: int
    symbols: frozenset[str]

    def is_like(self, other: "Release") -> bool:
        same = (self.module, self.symbols) == (other.module, other.symbols)
        return same and abs(self.size - other.size) <= SAME_SIZE


def groups(history: History) -> list[list[Release]]:
    """Return the neighbours: same tracking module, same exported symbols, same size."""
    found: list[list[Release]] = []
    for pin in json.loads((ROOT / "history" / "releases.json").read_text()):
        release = _describe(history, pin["version"], pin["commit"])
        if found and release.is_like(found[-1][-1]):
            found[-1].append(release)
        else:
            found.append([release])
    return [group for group in found if len(group) > 1]


def _describe(history: History, version: str, commit: str) -> Release:
    library = history.read(f"{commit}:{LIBRARY}")
    module = history.git("rev-parse", f"{commit}:{TRACKING_MODULE}")
    section = ELFFile(io.BytesIO(library)).get_section_by_name(".dynsym")
    symbols = section.iter_symbols() if isinstance(section, SymbolTableSection) else ()
    exported = frozenset(symbol.name for symbol in symbols if symbol["st_shndx"] != "SHN_UNDEF")
    return Release(version, commit, module, len(library), exported)


def compared(group: list[Release]) -> list[str]:
    """Compare all pairs of a group in the committed results; return what is worse."""
    measured = [release for release in group if list(COMMITTED.glob(f"{release.commit[:8]}-*"))]
    found = []
    for before, after in combinations(measured, 2):
        lines = worse(ROOT, COMMITTED.name, before.commit, after.commit)
        found += [f"v{before.version} v{after.version} {line}" for line in lines]
    return found
