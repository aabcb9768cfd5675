"""What is measured once of all but SynaDB: it depends on no clock and not on SynaDB's release."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import distributions
from inspect import getfile
from pathlib import Path
from platform import libc_ver
from typing import Any

from ..system import directories
from ..trackers import load
from ..trackers.kinds import SUBJECT


def once(what: str, measure: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a measurement that is made of other trackers once, and kept for the next release.

    Its result is JSON. It is made again when anything but SynaDB changes: Python, what is
    installed, the processor, the C library, the tools, or the code that measures.
    """

    def kept(name: str) -> Any:
        if load(name).package == load(SUBJECT).package:
            return measure(name)
        file = f"{what}-{name}-{_digest(measure)}.json"
        path = directories.kept(file, lambda new: new.write_text(json.dumps(measure(name))))
        return json.loads(path.read_text())

    return kept


def _digest(measure: Callable[[str], Any]) -> str:
    subject = load(SUBJECT).package
    installed = sorted({(d.name, d.version) for d in distributions() if d.name != subject})
    tools = [_found(tool) for tool in ("strace", "unshare", "valgrind")]
    known = sys.version, installed, tools, libc_ver(), processor()
    digest = hashlib.sha256(repr(known).encode())
    benchmarks = directories.ROOT / "benchmarks"
    rooms = (file for file in benchmarks.rglob("*.py") if file.parent != benchmarks)
    for file in sorted({*rooms, benchmarks / "workload.py", Path(getfile(measure))}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _found(tool: str) -> tuple[str, int, int] | None:
    """Return where a tool is, and what changes with its version; None if it is not here."""
    path = shutil.which(tool)
    return (path, Path(path).stat().st_size, Path(path).stat().st_mtime_ns) if path else None


def processor() -> str:
    """Return what the processor can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")
