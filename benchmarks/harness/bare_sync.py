"""The price of a sync: what a disk takes to keep one record of a metric point."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ..trackers.floor import Floor
from .clock import timed

# As long as those of the workload's points.
KEY = "exp/benchmark/run/00000000-0000-0000-0000-000000000000/metric/loss/0"


@contextmanager
def bare_sync(medium: Callable[[], TemporaryDirectory[str]]) -> Iterator[Callable[[], float]]:
    """Yield a function that appends a record to a file and syncs it; it returns the seconds."""
    floor = Floor()
    with medium() as directory:
        floor.open(Path(directory))
        try:
            yield lambda: timed(partial(floor.append_value, KEY, 0.5))[0]
        finally:
            floor.close()
