"""Neighbours: processes that keep the machine busy."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .servers import Server

COMPUTE = [sys.executable, "-c", "while True: pass"]


@contextmanager
def busy(neighbours: int, directory: Path) -> Iterator[None]:
    """Have so many processes compute without end; they end with this one, however that ends.

    What they say is in a directory, a file for each.
    """
    with ExitStack() as started:
        for number in range(neighbours):
            neighbour = Server(COMPUTE, directory / f"neighbour-{number}")
            started.callback(neighbour.stop)
        yield
