"""What is measured of a baseline once: it depends on no clock and not on SynaDB's release."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import distributions
from typing import Any

from ..system import directories
from ..trackers import load
from ..trackers.kinds import BASELINES, SUBJECT


def once(what: str, measure: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a measurement that is made of a baseline once, and kept for the next release.

    Its result is JSON. It is made again when anything but SynaDB changes: Python, what is
    installed, or the code of these benchmarks.
    """

    def kept(name: str) -> Any:
        if name not in BASELINES:
            return measure(name)
        file = f"{what}-{name}-{_digest()}.json"
        path = directories.kept(file, lambda new: new.write_text(json.dumps(measure(name))))
        return json.loads(path.read_text())

    return kept


def _digest() -> str:
    subject = load(SUBJECT).package
    installed = sorted({(d.name, d.version) for d in distributions() if d.name != subject})
    tools = [shutil.which(tool) for tool in ("strace", "unshare", "valgrind")]
    digest = hashlib.sha256(repr((sys.version, installed, tools)).encode())
    for file in sorted((directories.ROOT / "benchmarks").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
