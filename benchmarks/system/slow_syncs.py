"""Syncs that take as long as they are told, in a process of their own.

A library that is loaded before the C library delays them and counts them; its source is beside this
file.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .processes import run_in_new_interpreter

COMPILER = "cc"
SOURCE = Path(__file__).with_suffix(".c")


def require() -> None:
    """Raise NotImplementedError where the library cannot be compiled."""
    if not shutil.which(COMPILER):
        raise NotImplementedError(f"syncs cannot be made slow: no C compiler ({COMPILER})")


def run(function: Callable[..., Any], *arguments: Any, hidden: Sequence[str] = ()) -> Any:
    """Return what a function returns in a new interpreter, where ``price`` and ``count`` work.

    Arguments, result and ``hidden`` are those of ``run_in_new_interpreter``. It works in a
    directory of its own with the library, whose path could not have a space otherwise.
    """
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        library = Path(directory, "slow_syncs.so")
        subprocess.run([COMPILER, "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        return run_in_new_interpreter(
            function,
            *arguments,
            hidden=hidden,
            directory=library.parent,
            LD_PRELOAD=f"./{library.name}",
        )


@contextmanager
def price(seconds: float) -> Iterator[None]:
    """Let each sync of this process take so long at least."""
    set_price = ctypes.CDLL(None).set_sync_price
    set_price(ctypes.c_long(round(seconds * 1e9)))
    try:
        yield
    finally:
        set_price(ctypes.c_long(0))


def count() -> int:
    """Return how many syncs this process has called so far."""
    counted = ctypes.CDLL(None).count_syncs
    counted.restype = ctypes.c_long
    return counted()
