"""Many writers at once: what each has been told is stored, and what can be read back."""

from functools import partial
from itertools import product
from time import perf_counter
from typing import Any

from .harness import sizes
from .harness.cases import Measured, Outcome, attempt, attributes, revealed, shown
from .harness.clock import samples
from .harness.losses import (
    COUNTS,
    ONE_EXPERIMENT,
    OWN_EXPERIMENTS,
    OWN_STORES,
    SECONDS,
    lose,
)
from .harness.sizes import Suite
from .harness.writers import Start, in_processes, in_threads
from .system import directories
from .trackers.kinds import BASELINES, SEARCHABLE

MEDIA = {"memory": directories.in_memory_or_on_disk, "disk": directories.on_disk}
OF_PROCESSES = [ONE_EXPERIMENT, OWN_EXPERIMENTS, OWN_STORES]
OF_THREADS = [ONE_EXPERIMENT, OWN_EXPERIMENTS]  # they share the store that their process has open


class _ManyWriters(Measured):
    version = "1"
    param_names = ["figure", "arrangement", "medium", "writers", "tracker"]

    def prepare(
        self, figure: str, arrangement: str, medium: str, writers: int, tracker: str
    ) -> None:
        sizes.require(_suite(arrangement, medium, writers))
        found = revealed(self.found[arrangement, medium, writers])
        if figure not in found:
            raise NotImplementedError("there is no way to tell")
        self.draws = samples(found[figure])


def _suite(arrangement: str, medium: str, writers: int) -> Suite:
    """Return the smallest suite that measures it."""
    is_long = medium == "disk" or writers == sizes.WRITERS[-1]
    is_other = arrangement != ONE_EXPERIMENT and writers > sizes.WRITERS[0]
    return Suite.FULL if is_long or is_other else Suite.STANDARD


def _measure(start: Start, arrangements: list[str], name: str) -> dict[tuple, Outcome]:
    return {
        case: attempt(_draw, start, name, *case)
        for case in product(arrangements, MEDIA, sizes.WRITERS)
        if _suite(*case) <= sizes.SUITE
    }


def _draw(
    start: Start, name: str, arrangement: str, medium: str, writers: int
) -> dict[str, list[float]]:
    """Return the draws of each figure, each of new stores."""
    draws, begin = [], perf_counter()
    while len(draws) < sizes.DRAWS:
        draws.append(lose(start, name, writers, arrangement, MEDIA[medium]))
        if name in BASELINES and perf_counter() - begin > sizes.SECONDS_OF_DRAWS:
            break
    return {figure: [draw[figure] for draw in draws] for figure in draws[0]}


class _Processes(_ManyWriters):
    @attributes(timeout=3600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, partial(_measure, in_processes, OF_PROCESSES))


class _Threads(_ManyWriters):
    @attributes(timeout=3600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, partial(_measure, in_threads, OF_THREADS))


class Processes(_Processes):
    """Several processes log points at once, each to its own run; then the stores are opened again.

    They share a store and an experiment, or a store, or nothing. 0 is right. What can be read back
    is chance: the value is the median of ten draws, and its interval goes from the least to the
    most. A point that cannot be read back may be whole in the file all the same.
    """

    params = [COUNTS, OF_PROCESSES, list(MEDIA), sizes.WRITERS, SEARCHABLE]

    @shown(f"Wrong when processes log {sizes.POINTS_OF_A_WRITER} points each at once", "cases")
    def track_count(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class Threads(_Threads):
    """The same with threads of one process, which share the open store."""

    params = [COUNTS, OF_THREADS, list(MEDIA), sizes.WRITERS, SEARCHABLE]

    @shown(f"Wrong when threads log {sizes.POINTS_OF_A_WRITER} points each at once", "cases")
    def track_count(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class ProcessSeconds(_Processes):
    """What processes that log at once wait: for a point of any of them, and at most for a call."""

    params = [SECONDS, OF_PROCESSES, list(MEDIA), sizes.WRITERS, SEARCHABLE]

    @shown("What processes wait that log at once", "seconds")
    def track_seconds(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class ThreadSeconds(_Threads):
    """The same with threads of one process."""

    params = [SECONDS, OF_THREADS, list(MEDIA), sizes.WRITERS, SEARCHABLE]

    @shown("What threads wait that log at once", "seconds")
    def track_seconds(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws
