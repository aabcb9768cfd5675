"""Syncs that take as long as they are told, in a process that preloads a library for it."""

import hashlib
import mmap
import os
import platform
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import directories

SOURCE = Path(__file__).with_suffix(".c")
COMPILER = "cc"
# As the library has it: the price of a sync, how many there were, what they took beyond it.
ACCOUNT = struct.Struct("=QQQ")
PRICE = struct.Struct("=Q")


def library() -> Path:
    """Return the library, which is built once; NotImplementedError says why there is none."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    return directories.kept(f"slow_syncs-{platform.machine()}-{digest}.so", _build)


def _build(path: Path) -> None:
    if not shutil.which(COMPILER):
        raise NotImplementedError(f"a sync cannot be given a price: {COMPILER} is not installed")
    command = [COMPILER, "-O2", "-shared", "-fPIC", "-o", str(path), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise NotImplementedError(f"a sync cannot be given a price: {COMPILER} said {last}")


@contextmanager
def preloaded() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the account of a process to come, and the environment in which it preloads the library.

    The loader takes no path with a space, as that of a checkout may have.
    """
    with directories.in_memory() as aside:
        account, link = Path(aside, "account"), Path(aside, "slow_syncs.so")
        account.write_bytes(bytes(ACCOUNT.size))
        link.symlink_to(library())
        yield account, {"LD_PRELOAD": str(link), "SLOW_SYNCS": str(account)}


class Syncs:
    """The syncs of this process and of those that it forks, by their account."""

    def __init__(self, account: Path) -> None:
        with account.open("r+b") as file:
            self._account = mmap.mmap(file.fileno(), ACCOUNT.size)
            os.fsync(file.fileno())
        if self.counted() == (0, 0.0):
            raise RuntimeError("syncs have no price: the library was not preloaded")

    @contextmanager
    def at(self, microseconds: int) -> Iterator[None]:
        """Let each sync take so long."""
        PRICE.pack_into(self._account, 0, 1000 * microseconds)
        try:
            yield
        finally:
            PRICE.pack_into(self._account, 0, 0)

    def counted(self) -> tuple[int, float]:
        """Return how many syncs there were, and the seconds that they took beyond their price."""
        _, syncs, late = ACCOUNT.unpack_from(self._account)
        return syncs, late / 1e9
