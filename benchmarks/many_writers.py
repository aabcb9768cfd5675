"""Many writers at once: what each has been told is stored, and what can be read back."""

from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from .harness import sizes
from .harness.cases import Measured, Outcome, attempt, attributes, revealed, shown
from .harness.clock import samples
from .harness.losses import (
    BY_RUN,
    COUNTS,
    ERRORS,
    ONE_EXPERIMENT,
    OWN_EXPERIMENTS,
    OWN_STORES,
    SECONDS,
    WRONG,
    lose,
)
from .harness.sizes import Suite
from .harness.stores import Medium
from .harness.writers import Start, in_processes, in_threads
from .system import directories
from .trackers.kinds import BASELINES, SEARCHABLE


@dataclass(frozen=True)
class Case:
    """So many writers, what they share, and the smallest suite that measures them."""

    writers: int
    arrangement: str
    medium: Medium = directories.in_memory_or_on_disk
    suite: Suite = Suite.STANDARD

    def __str__(self) -> str:
        place = ", on disk" if self.medium is directories.on_disk else ""
        return f"{self.writers}, {self.arrangement}{place}"


FEW, SEVERAL, MOST = sizes.WRITERS


def _on_disk(arrangement: str) -> Case:
    return Case(SEVERAL, arrangement, directories.on_disk, Suite.FULL)


_SHARED = [
    _on_disk(ONE_EXPERIMENT),
    Case(FEW, ONE_EXPERIMENT),
    Case(SEVERAL, ONE_EXPERIMENT),
    Case(MOST, ONE_EXPERIMENT, suite=Suite.FULL),
]
_EXPERIMENTS = [Case(FEW, OWN_EXPERIMENTS), _on_disk(OWN_EXPERIMENTS)]
_STORES = [Case(FEW, OWN_STORES), _on_disk(OWN_STORES)]
OF_PROCESSES = {str(case): case for case in [*_STORES, *_EXPERIMENTS, *_SHARED]}
# They share the store that their process has open.
OF_THREADS = {str(case): case for case in [*_EXPERIMENTS, *_SHARED]}


class _ManyWriters(Measured):
    version = "1"
    param_names = ["figure", "writers", "tracker"]

    def prepare(self, figure: str, writers: str, tracker: str) -> None:
        sizes.require(OF_PROCESSES[writers].suite)
        found = revealed(self.found[writers])
        if figure not in found:
            raise NotImplementedError("there is no way to tell")
        self.draws = samples(found[figure])


def _measure(start: Start, cases: dict[str, Case], name: str) -> dict[str, Outcome]:
    measured = {writers: case for writers, case in cases.items() if case.suite <= sizes.SUITE}
    return {writers: attempt(_draw, start, name, case) for writers, case in measured.items()}


def _draw(start: Start, name: str, case: Case) -> dict[str, list[float]]:
    """Return the draws of each figure, each of new stores."""
    draws, begin = [], perf_counter()
    while len(draws) < sizes.DRAWS:
        draws.append(lose(start, name, case.writers, case.arrangement, case.medium))
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

    params = [COUNTS, list(OF_PROCESSES), SEARCHABLE]

    @shown(f"Wrong when processes log {sizes.POINTS_OF_A_WRITER} points each at once", "cases")
    def track_count(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class Threads(_Threads):
    """The same with threads of one process, which share the open store."""

    params = [[BY_RUN, WRONG, ERRORS], list(OF_THREADS), SEARCHABLE]

    @shown(f"Wrong when threads log {sizes.POINTS_OF_A_WRITER} points each at once", "cases")
    def track_count(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class ProcessSeconds(_Processes):
    """What processes that log at once wait: for a point of any of them, and at most for a call."""

    params = [SECONDS, list(OF_PROCESSES), SEARCHABLE]

    @shown("What processes wait that log at once", "seconds")
    def track_seconds(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws


class ThreadSeconds(_Threads):
    """The same with threads of one process."""

    params = [SECONDS, list(OF_THREADS), SEARCHABLE]

    @shown("What threads wait that log at once", "seconds")
    def track_seconds(self, found: dict, *params: Any) -> dict[str, Any]:
        return self.draws
