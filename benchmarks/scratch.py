"""Where stores are written: on the file system of the checkout, since /tmp may be memory."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".asv" / "cache"
_SCRATCH = ROOT / ".asv" / "scratch"
_MEMORY = Path("/dev/shm")


def on_disk() -> tempfile.TemporaryDirectory:
    """Return a new, empty directory that its owner cleans up."""
    _SCRATCH.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=_SCRATCH)


def in_memory() -> tempfile.TemporaryDirectory:
    """Return the same in a memory file system where there is one, for work that is not timed."""
    if os.access(_MEMORY, os.W_OK):
        return tempfile.TemporaryDirectory(dir=_MEMORY)
    return on_disk()
