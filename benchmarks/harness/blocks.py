"""Two releases that take turns in blocks, each in a process of its own (ABBA).

Who is started first and comes first may be slower for that: so all is done in both roles, and what
a role costs cancels. Both are on one core, since two of them are rarely equally fast: others use
them, too.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from ..system.processes import on_one_core
from ..system.workers import Worker
from ..trackers import create, load
from ..trackers.kinds import SUBJECT
from . import sizes
from .cases import Missing, Outcome, attempt
from .clock import note
from .operations import OPERATIONS
from .releases import Release
from .runner import Runner
from .stores import Medium, Store, build_runs_once, warm_up


class Side:
    """A tracker in a process of its own: does blocks of an operation, and times them."""

    def __init__(
        self, tracker: str, to_be_read: Store | None, clock: Callable[[], float] = perf_counter
    ) -> None:
        self._tracker = tracker
        self._to_be_read = to_be_read
        self._clock = clock

    def open(self, operation: str) -> None:
        """Open a new store in the working directory."""
        self._runner = Runner(create(self._tracker), OPERATIONS[operation], store=self._to_be_read)
        self._aside = TemporaryDirectory(dir=Path.cwd())
        self._runner.open(Path(self._aside.name))
        self._blocks = self._timed(block_of(operation))

    def block(self) -> float:
        """Do the next block; return the seconds that it took."""
        return next(self._blocks)

    def close(self) -> None:
        """Read everything back, and remove the store."""
        assert not list(self._blocks), "they come to an end with the store's"
        self._runner.close()
        self._aside.cleanup()
        gc.collect()

    def _timed(self, block: int) -> Iterator[float]:
        operation = self._runner.operation
        iterations = min(operation.ITERATIONS, operation.ITERATIONS_PER_STORE)
        for _ in range(operation.ITERATIONS_PER_STORE // iterations):
            self._runner.setup()
            for first in range(0, iterations, block):
                start = self._clock()
                for iteration in range(first, first + block):
                    self._runner.run(iteration)
                yield self._clock() - start
            self._runner.teardown(iterations)


def block_of(operation: str) -> int:
    """Return the iterations of a block."""
    return sizes.ITERATIONS_OF_BLOCK.get(operation, 1)


def compare(ours: Release, theirs: Release, medium: Medium, rounds: int) -> dict[str, Outcome]:
    """Return by operation our time in percent of theirs, in samples, or why there are none.

    Each round has two turns, with new processes and swapped roles, and a core of its own.
    """
    turns = []
    with TemporaryDirectory(dir=Path.cwd()) as aside:
        one, other = (ours, Path(aside, "ours")), (theirs, Path(aside, "theirs"))
        for number in range(rounds):
            with on_one_core(number):
                turns.append((take_turns(one, other, medium), take_turns(other, one, medium)))
    return {
        name: combined([(one[name], other[name]) for one, other in turns]) for name in OPERATIONS
    }


def combined(rounds: list[tuple[Outcome, Outcome]]) -> Outcome:
    """Return percentages out of ratios in which we came first and those in which they did.

    A sample is the mean of one of each, in which the cost of a role cancels.
    """
    for outcome in chain(*rounds):
        if isinstance(outcome, Missing):
            return outcome
    pairs = (pair for ratios in rounds for pair in zip(*ratios, strict=False))
    return [round(100 * sqrt(ours / theirs), 2) for ours, theirs in pairs]


def take_turns(
    first: tuple[Release, Path], second: tuple[Release, Path], medium: Medium
) -> dict[str, Outcome]:
    """Return by operation ratios of the first release's time to the second's.

    Each release has a directory, in which it keeps the store to be read from turn to turn.
    """
    with ExitStack() as entered:
        workers = [
            worker_of(release, Path(entered.enter_context(medium())), kept)
            for release, kept in (first, second)
        ]
        for worker in workers:
            entered.enter_context(worker)
        return {name: attempt(ratios, name, *workers) for name in OPERATIONS}


def worker_of(release: Release, directory: Path, kept: Path) -> Worker:
    """Return a release's side, in a process that has SynaDB alone, with stores in a directory."""
    hidden = load(SUBJECT).optional_imports
    return Worker(str(release), partial(_start, release, kept), directory, release.path, hidden)


def _start(release: Release, kept: Path) -> Side:
    warm_up(create(SUBJECT))
    release.require()
    side = Side(SUBJECT, build_runs_once(SUBJECT, kept))
    gc.disable()
    gc.freeze()  # what was imported need not be looked at whenever a store is closed
    return side


def ratios(operation: str, first: Worker, second: Worker) -> list[float]:
    """Return ratios of the first side's time to the second's, as many as there is time for."""
    end = perf_counter() + sizes.SECONDS_PER_TURN
    found: list[float] = []
    while not found or perf_counter() < end:
        found += _on_new_stores(operation, first, second)
    return found


def _on_new_stores(operation: str, first: Worker, second: Worker) -> list[float]:
    """Return the ratios over new stores: the first blocks warm them up and are dropped."""
    for side in (first, second):
        side.call(Side.open, operation)
    blocks = OPERATIONS[operation].ITERATIONS_PER_STORE // block_of(operation)
    found = [_ratio(first, second) for _ in range(blocks // 2)]
    for side in (first, second):
        side.call(Side.close)
    return found[1:]


def _ratio(first: Worker, second: Worker) -> float:
    order = (first, second, second, first)
    a, b, c, d = (side.call(Side.block) for side in order)
    note(a + b + c + d)
    return (a + d) / (b + c)
