"""Where stores are written: on the file system of the checkout, since /tmp may be memory."""

import os
import shutil
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


def in_memory(room: int = 0) -> tempfile.TemporaryDirectory:
    """Return the same in a memory file system, where a sync costs nothing.

    Raises NotImplementedError where there is none, or none with room for so many bytes.
    """
    if not os.access(_MEMORY, os.W_OK):
        raise NotImplementedError(f"there is no memory file system that is writable in {_MEMORY}")
    if shutil.disk_usage(_MEMORY).free < room:
        raise NotImplementedError(f"{_MEMORY} has no room for {room:,} bytes")
    return tempfile.TemporaryDirectory(dir=_MEMORY)


def anywhere(room: int = 0) -> tempfile.TemporaryDirectory:
    """Return one in memory if there can be one, for work that is not timed."""
    try:
        return in_memory(room)
    except NotImplementedError:
        return on_disk()
