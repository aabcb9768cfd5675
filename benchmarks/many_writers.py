"""Many writers at once: what each has been told is stored, and what is there afterwards."""

from functools import partial

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.writers import Losses, Start, in_processes, in_threads, lose
from .trackers.kinds import SEARCHABLE


class _ManyWriters(Measured):
    version = "1"
    params = [sizes.WRITERS, SEARCHABLE]
    param_names = ["writers", "tracker"]

    def measure(self, start: Start) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, partial(_lose, start))

    def prepare(self, writers: int, tracker: str) -> None:
        self.losses = self.found[writers]


def _lose(start: Start, name: str) -> dict[int, Losses]:
    return {writers: lose(start, name, writers) for writers in sizes.WRITERS}


class Processes(_ManyWriters):
    """Several processes log points, each to its own run, to one store at once.

    Lost is what was acknowledged and is missing or wrong in the store when it is opened again:
    0 is right. The store is in memory, so the seconds are those of the software.
    """

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure(in_processes)

    @shown(f"Points lost of the {sizes.POINTS_OF_A_WRITER} that each process logs", "points")
    def track_points_lost(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.points

    @shown("Runs lost of the one that each process logs", "runs")
    def track_runs_lost(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.runs

    @shown("Errors that processes were told while they logged at once", "errors")
    def track_errors(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.errors

    @shown("A point of processes that log at once", "seconds")
    def track_seconds_per_point(self, found: dict, writers: int, tracker: str) -> float:
        return self.losses.seconds_per_point


class Threads(_ManyWriters):
    """The same with threads of one process, which share the open store."""

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure(in_threads)

    @shown(f"Points lost of the {sizes.POINTS_OF_A_WRITER} that each thread logs", "points")
    def track_points_lost(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.points

    @shown("Runs lost of the one that each thread logs", "runs")
    def track_runs_lost(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.runs

    @shown("Errors that threads were told while they logged at once", "errors")
    def track_errors(self, found: dict, writers: int, tracker: str) -> int:
        return self.losses.errors

    @shown("A point of threads that log at once", "seconds")
    def track_seconds_per_point(self, found: dict, writers: int, tracker: str) -> float:
        return self.losses.seconds_per_point
