"""Training loops that compute and log, next to the same loop without logging."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, product
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time, thread_time
from typing import Any

import numpy as np

from ..system import directories
from ..trackers import LoggedRun, Tracker, create, load
from ..trackers.base import COMPLETED
from ..workload import EXPERIMENT, SEED
from . import sizes
from .clock import note, timed
from .stores import log_small_run, new_store
from .verify import verify

WAITING, BACKGROUND = "waiting", "in the background"
WAYS = [WAITING, BACKGROUND]
# How a loop logs: in which way, and how many values a step has; PLAIN is the loop that does not.
Form = tuple[str, int]
PLAIN: Form = ("", 0)
CALIBRATING_PRODUCTS = 20
_MATRIX = np.random.RandomState(SEED).rand(sizes.SIDE_OF_MATRICES, sizes.SIDE_OF_MATRICES)


@dataclass(frozen=True)
class Block:
    """Steps in a row: seconds of each, CPU time of the loop, and of helpers until all is stored."""

    steps: list[float]
    loop: float
    helpers: float


@dataclass(frozen=True)
class Cost:
    """What logging costs.

    ``overhead`` is in percent of a step, one for each round; ``stall`` in seconds; ``helpers`` in
    percent of the loop's CPU time; ``end``, which flushes and ends the run, in seconds.
    """

    overhead: list[float]
    stall: float
    helpers: float
    end: float


def cost(plain: list[Block], logging: list[Block], end: float) -> Cost:
    """Return what logging costs next to as many plain blocks; what is below 0 is noise."""
    longest = [max(chain.from_iterable(block.steps for block in side)) for side in (logging, plain)]
    helpers = sum(block.helpers for block in logging) / sum(block.loop for block in logging)
    return Cost(
        [
            max(100 * (sum(ours.steps) / sum(theirs.steps) - 1), 0.0)
            for ours, theirs in zip(logging, plain, strict=True)
        ],
        max(longest[0] - longest[1], 0.0),
        max(100 * helpers, 0.0),
        end,
    )


def compute(products: int) -> None:
    """Multiply matrices so often, in this thread alone.

    ``einsum`` has a loop of its own for that. BLAS has threads, which wait busily for the next
    product: their CPU time could not be told from that of a tracker's threads.
    """
    for _ in range(products):
        np.einsum("ij,jk->ik", _MATRIX, _MATRIX)


def calibrated() -> int:
    """Return how many products take the time of a step on this machine."""
    fastest = min(timed(partial(compute, 1))[0] for _ in range(CALIBRATING_PRODUCTS))
    return max(round(sizes.SECONDS_PER_STEP / fastest), 1)


@contextmanager
def neighbours(number: int) -> Iterator[None]:
    """Let so many processes compute meanwhile; they end with this one, however that ends."""
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_compute_for, args=(os.getpid(),)) for _ in range(number)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _compute_for(owner: int) -> None:
    while os.getppid() == owner:
        compute(1)


def ways(name: str) -> list[str]:
    """Return the ways in which a tracker logs the values of a step."""
    waits = load(name).log_step_in_background is Tracker.log_step_in_background
    return [WAITING] if waits else WAYS


def train(name: str, products: int) -> dict[Form, Cost]:
    """Log steps to a new store of one tracker, in all its ways; return what each of them costs.

    The blocks of a round are in turns with those without logging, and every other round goes
    backwards, so that drift cancels.
    """
    tracker = create(name)
    forms = list(product(ways(name), sizes.VALUES_PER_STEP))
    blocks: dict[Form, list[Block]] = {form: [] for form in [PLAIN, *forms]}
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        training = _Training(tracker, products)
        for form in blocks:
            training.do(form, 1)  # a first call takes longer
        for number in range(sizes.ROUNDS_OF_TRAINING):
            for form in list(blocks)[:: -1 if number % 2 else 1]:
                blocks[form].append(training.do(form, sizes.STEPS_PER_BLOCK))
        training.end()
        ends = {form: training.seconds_of_end(form) for form in forms}
        tracker.close()
        verify(tracker, store, training.logged)
    return {form: cost(blocks[PLAIN], blocks[form], ends[form]) for form in forms}


class _Training:
    """A run that steps are logged to; ``logged`` has those that have ended."""

    def __init__(self, tracker: Tracker, products: int) -> None:
        self.logged: dict[str, LoggedRun] = {}
        self._tracker, self._products = tracker, products
        self._logs: dict[str, Callable[..., Any]] = {
            PLAIN[0]: lambda *step: None,
            WAITING: tracker.log_step,
            BACKGROUND: tracker.log_step_in_background,
        }
        self._start()

    def _start(self) -> None:
        self._run_id = self._tracker.start_run(EXPERIMENT, ["training"])
        self._metrics: dict[str, list[tuple[int, float]]] = {}
        self._next = 0

    def end(self) -> None:
        """End the run, when all that was logged is stored."""
        self._tracker.flush()
        self._tracker.end_run(self._run_id, COMPLETED)
        self.logged[self._run_id] = LoggedRun(metrics=self._metrics)

    def do(self, form: Form, steps: int) -> Block:
        """Do a block of steps, and wait for what they have left, which is not of the next block."""
        loop, helpers = thread_time(), _cpu_of_helpers()
        seconds, waits = self._do(form, steps)
        loop = thread_time() - loop
        for wait in waits:
            wait()
        note(sum(seconds))
        return Block(seconds, loop, _cpu_of_helpers() - helpers)

    def seconds_of_end(self, form: Form) -> float:
        """Return what the end of a run takes after a block that nobody has waited for."""
        self._start()
        self._do(form, sizes.STEPS_PER_BLOCK)
        return timed(self.end)[0]

    def _do(self, form: Form, steps: int) -> tuple[list[float], list[Callable[[], object]]]:
        """Return the seconds of each step, and what waits until its values are stored.

        A step logs first, what the one before has computed, so that what is done in the background
        is done beside a step, as in a long loop.
        """
        log, seconds, waits = self._logs[form[0]], [], []
        for step, values in self._values(form[1], steps):
            before = perf_counter()
            wait = log(self._run_id, values, step)
            compute(self._products)
            seconds.append(perf_counter() - before)
            if wait:
                waits.append(wait)
        return seconds, waits

    def _values(self, values: int, steps: int) -> list[tuple[int, dict[str, float]]]:
        """Return what the next steps log; every value is another one."""
        numbers = range(self._next, self._next + steps)
        self._next += steps
        found = [(step, {f"metric_{n}": step + n / 64 for n in range(values)}) for step in numbers]
        for step, row in found:
            for name, value in row.items():
                self._metrics.setdefault(name, []).append((step, value))
        return found


def _cpu_of_helpers() -> float:
    """Return the CPU seconds of the other threads, and of child processes that have ended."""
    ended = getrusage(RUSAGE_CHILDREN)
    return process_time() - thread_time() + ended.ru_utime + ended.ru_stime
