"""Where stores are written: on the file system of the checkout, since /tmp may be memory."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".asv" / "cache"
SCRATCH = ROOT / ".asv" / "scratch"
MEMORY = Path("/dev/shm")
# A folder for what belongs beside asv's results, where somebody keeps it.
BESIDE = os.environ.get("BESIDE_RESULTS")


def on_disk() -> tempfile.TemporaryDirectory[str]:
    """Return a new, empty directory that its owner cleans up."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=SCRATCH)


def in_memory(room: int = 0) -> tempfile.TemporaryDirectory[str]:
    """Return the same in a memory file system, where a sync costs nothing.

    Raises NotImplementedError where there is none, or none with room for so many bytes.
    """
    if not os.access(MEMORY, os.W_OK):
        raise NotImplementedError(f"there is no memory file system that is writable in {MEMORY}")
    if shutil.disk_usage(MEMORY).free < room:
        raise NotImplementedError(f"{MEMORY} has no room for {room:,} bytes")
    return tempfile.TemporaryDirectory(dir=MEMORY)


def in_memory_or_on_disk(room: int = 0) -> tempfile.TemporaryDirectory[str]:
    """Return one in memory if there can be one, for work that is not timed."""
    try:
        return in_memory(room)
    except NotImplementedError:
        return on_disk()


@contextmanager
def empty_store(
    medium: Callable[[], tempfile.TemporaryDirectory[str]] = in_memory_or_on_disk,
) -> Iterator[Path]:
    """Yield an empty directory for a store; the one around it is for what belongs beside it."""
    with medium() as directory:
        store = Path(directory, "store")
        store.mkdir()
        yield store


def kept(name: str, build: Callable[[Path], object]) -> Path:
    """Return the file or directory that is kept for later runs under a name.

    If there is none yet, ``build`` makes it at the path that it is given, and it is renamed when it
    is whole, so that nobody ever sees a part of it.
    """
    path = CACHE / name
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as aside:
            new = Path(aside, "new")
            build(new)
            try:
                os.replace(new, path)
            except OSError:
                if not path.exists():  # else another process was faster
                    raise
    return path


def keep_beside(name: str, content: bytes) -> None:
    """Keep a file beside asv's results, where somebody wants it."""
    if BESIDE:
        Path(BESIDE).mkdir(parents=True, exist_ok=True)
        Path(BESIDE, name).write_bytes(content)
