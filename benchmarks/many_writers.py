"""Many writers at once: what each has been told is stored, and what can be read back afterwards."""

from dataclasses import asdict
from functools import partial
from typing import Any

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import samples
from .harness.once import once
from .harness.sizes import Suite
from .harness.writers import LAYOUTS, Start, in_processes, in_threads, lose
from .system import directories
from .trackers import Kind, load
from .trackers.kinds import SEARCHABLE, SUBJECT, SYSTEMS

MEDIA = {"on disk": directories.on_disk, "in memory": directories.in_memory_or_on_disk}
UNREAD = f"Points that cannot be read back, of the {sizes.POINTS_OF_A_WRITER} that each"
OF_LAYOUT = sizes.POINTS_OF_A_WRITER * sizes.WRITERS_OF_A_LAYOUT
TOGETHER = f"of the {OF_LAYOUT:,} that {sizes.WRITERS_OF_A_LAYOUT} processes log at once"

# The figures of a draw by their names.
Draw = dict[str, Any]


class _ManyWriters(Measured):
    """What writers that log at once left, draw by draw: how their calls meet is chance."""

    version = "2"
    draws: list[Draw]

    def of_draws(self, figure: str) -> list[Any]:
        return [draw[figure] for draw in self.draws]


class _Writers(_ManyWriters):
    """So many writers, all in one experiment of one store on disk; the most in the full suite."""

    params = [sizes.WRITERS, SEARCHABLE]
    param_names = ["writers", "tracker"]

    def look_up(self, *params: Any) -> None:
        if params[0] == sizes.WRITERS[-1]:
            sizes.require(Suite.FULL)
        super().look_up(*params)

    def prepare(self, writers: int, tracker: str) -> None:
        self.draws = self.found[str(writers)]


class Processes(_Writers):
    """Several processes log points, each to its own run of one experiment in one store, on disk.

    A point cannot be read back if its logging call has returned without an error and the tracker's
    own calls do not return it when the store is opened again: 0 is right. It may still be in the
    file. Ten draws, of a baseline two in the standard suite: the least, the median and the most.
    """

    @attributes(timeout=900)
    def setup_cache(self) -> dict[str, Outcome]:
        kept = once(f"processes-{sizes.DRAWS_OF_A_BASELINE}", draw_processes)
        return self.measure_each(SEARCHABLE, kept)

    @shown(f"{UNREAD} process logs on disk, least of any draw", "points")
    def track_unread_minimum(self, found: dict, writers: int, tracker: str) -> int:
        return min(self.of_draws("points"))

    @shown(f"{UNREAD} process logs on disk, median", "points")
    def track_unread_median(self, found: dict, writers: int, tracker: str) -> dict[str, Any]:
        return samples(self.of_draws("points"))

    @shown(f"{UNREAD} process logs on disk, most of any draw", "points")
    def track_unread_maximum(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("points"))

    @shown("Points that are read back with another value, on disk, most of any draw", "points")
    def track_wrong_values(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("wrong"))

    @shown("Runs that are not listed, of one of each process, on disk, most of any draw", "runs")
    def track_unlisted_runs(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("runs"))

    @shown("Errors that processes were told that log at once on disk, most of any draw", "errors")
    def track_errors(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("errors"))


class Waits(_Writers):
    """How long the same processes wait for each other, on disk."""

    suite = Suite.FULL

    @attributes(timeout=1800)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, draw_processes)

    @shown("The slowest call of processes that log at once on disk, median", "seconds")
    def track_slowest_call(self, found: dict, writers: int, tracker: str) -> dict[str, Any]:
        return samples(self.of_draws("slowest"))


class Threads(_Writers):
    """The same with threads of one process, which share the open store."""

    suite = Suite.FULL

    @attributes(timeout=900)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, partial(draw_each, in_threads))

    @shown(f"{UNREAD} thread logs on disk, most of any draw", "points")
    def track_unread_maximum(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("points"))

    @shown("Errors that threads were told that log at once on disk, most of any draw", "errors")
    def track_errors(self, found: dict, writers: int, tracker: str) -> int:
        return max(self.of_draws("errors"))

    @shown("The slowest call of threads that log at once on disk, median", "seconds")
    def track_slowest_call(self, found: dict, writers: int, tracker: str) -> dict[str, Any]:
        return samples(self.of_draws("slowest"))


def draw_processes(name: str) -> dict[str, list[Draw]]:
    """Draw each number of processes."""
    return draw_each(in_processes, name)


def draw_each(start: Start, name: str) -> dict[str, list[Draw]]:
    """Draw each number of writers that this suite has."""
    most = None if sizes.SUITE >= Suite.FULL else -1
    return {str(writers): draw(start, name, writers) for writers in sizes.WRITERS[:most]}


def draw(start: Start, name: str, writers: int, *where: Any) -> list[Draw]:
    """Let writers log at once, again and again; less often where nothing varies."""
    is_baseline = load(name).kind is Kind.BASELINE
    draws = sizes.DRAWS_OF_A_BASELINE if is_baseline else sizes.DRAWS
    return [asdict(lose(start, name, writers, *where)) for _ in range(draws)]


class _Layouts(_ManyWriters):
    """What processes share, and where their stores are; nothing is timed.

    All log to one experiment of one store, or each to its own experiment in one store, or each to
    a file, folder or database of its own.
    """

    suite = Suite.FULL
    params = [LAYOUTS, list(MEDIA), SYSTEMS]
    param_names = ["layout", "medium", "tracker"]

    @attributes(timeout=900)
    def setup_cache(self) -> dict[str, Outcome]:
        kept = once(f"layouts-{sizes.DRAWS_OF_A_BASELINE}", draw_layouts)
        return self.measure_each(SYSTEMS, kept, workers=2)

    def prepare(self, layout: str, medium: str, tracker: str) -> None:
        self.draws = self.found[layout][medium]


def draw_layouts(name: str) -> dict[str, dict[str, list[Draw]]]:
    """Draw each layout on each medium."""
    return {
        layout: {
            medium: draw(in_processes, name, sizes.WRITERS_OF_A_LAYOUT, layout, MEDIA[medium])
            for medium in MEDIA
        }
        for layout in LAYOUTS
    }


class Layouts(_Layouts):
    """Processes that log at once to one store, to an experiment each in it, or to a file each."""

    @shown(f"Points that cannot be read back, {TOGETHER}, least of any draw", "points")
    def track_unread_minimum(self, found: dict, layout: str, medium: str, tracker: str) -> int:
        return min(self.of_draws("points"))

    @shown(f"Points that cannot be read back, {TOGETHER}, median", "points")
    def track_unread_median(
        self, found: dict, layout: str, medium: str, tracker: str
    ) -> dict[str, Any]:
        return samples(self.of_draws("points"))

    @shown(f"Points that cannot be read back, {TOGETHER}, most of any draw", "points")
    def track_unread_maximum(self, found: dict, layout: str, medium: str, tracker: str) -> int:
        return max(self.of_draws("points"))

    @shown(f"Points that are read back with another value, {TOGETHER}, most of any draw", "points")
    def track_wrong_values(self, found: dict, layout: str, medium: str, tracker: str) -> int:
        return max(self.of_draws("wrong"))

    @shown("Errors that processes were told that log at once, most of any draw", "errors")
    def track_errors(self, found: dict, layout: str, medium: str, tracker: str) -> int:
        return max(self.of_draws("errors"))

    @shown("Lines on stderr when what processes logged at once is opened, median", "lines")
    def track_messages(self, found: dict, layout: str, medium: str, tracker: str) -> dict[str, Any]:
        return samples(self.of_draws("messages"))


class Remains(_Layouts):
    """What is left of the same points when SynaDB's keys are read one by one, and in its file.

    A record in the file is whole if key and value are what was logged, wherever it stands: opening
    follows the lengths in the file, and a wrong one may end it.
    """

    params = [LAYOUTS, list(MEDIA), [SUBJECT]]

    @shown(f"Points that cannot be read key by key, {TOGETHER}, median", "points")
    def track_unread_by_key(
        self, found: dict, layout: str, medium: str, tracker: str
    ) -> dict[str, Any]:
        return samples(self.of_draws("by_key"))

    @shown(f"Points whose records are not whole in the file, {TOGETHER}, median", "points")
    def track_torn_records(
        self, found: dict, layout: str, medium: str, tracker: str
    ) -> dict[str, Any]:
        return samples(self.of_draws("in_file"))
