"""Training loops: steps that compute and log, in turns with as many that only compute."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter, process_time, thread_time
from timeit import repeat
from typing import Any

import numpy as np

from ..system import directories
from ..system.neighbours import busy
from ..trackers import Tracker, create
from ..trackers.base import COMPLETED, NotOffered, Point, by_step
from ..workload import EXPERIMENT, SEED, Run
from . import sizes
from .clock import note, timed
from .stores import log_small_run, new_store
from .verify import verify

# The call that logs a step, by what the loop does meanwhile.
WAYS = {"waiting": "log_step", "in the background": "log_step_in_background"}
# NumPy's libraries read it when they are imported: a step computes in one thread.
ONE_THREAD: dict[str, Any] = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"
)
# Of the matrices that a step multiplies: a product takes a millisecond. Python is free for helpers
# during each, so they can hold up a step some twenty times, as one of so many operations.
ORDER = 256
PRODUCTS_PER_SAMPLE, SAMPLES_OF_PRODUCTS = 10, 9

Step = tuple[int, Mapping[str, float]]


@dataclass(frozen=True)
class Training:
    """What a training took, in seconds.

    ``bare`` are steps that only compute, half of them before the training and half after it;
    ``steps`` are as many that log, ``calls`` what logging has of each, and ``drain`` is what comes
    after the last one. ``processor`` is the time of processors that others than the loop had.
    """

    bare: list[float]
    steps: list[float]
    calls: list[float]
    drain: float
    processor: float

    @property
    def overhead(self) -> float:
        """By how much steps that log are longer, in percent; less than nothing is noise."""
        return max(100 * (sum(self.steps) / sum(self.bare) - 1), 0.0)

    @property
    def stall(self) -> float:
        """By how much the longest call is longer than the one in the middle, in seconds."""
        return max(self.calls) - median(self.calls)

    @property
    def helpers(self) -> float:
        """The processor time of others than the loop, in percent of its own time."""
        return max(100 * self.processor / sum(self.steps), 0.0)


def computing(seconds: float) -> Callable[[], None]:
    """Return a step of so many seconds: as many products of matrices as take that now."""
    left, right, product = np.random.RandomState(SEED).rand(3, ORDER, ORDER)
    multiply = partial(np.matmul, left, right, out=product)
    taken = repeat(multiply, number=PRODUCTS_PER_SAMPLE, repeat=SAMPLES_OF_PRODUCTS)
    products = max(round(seconds * PRODUCTS_PER_SAMPLE / median(taken)), 1)

    def compute() -> None:
        for _ in range(products):
            multiply()

    return compute


def train(
    name: str, values: int, way: str, neighbours: int, compute: Callable[[], None]
) -> list[Training]:
    """Train some times, each time in a run of its own of one new store on disk, and read it back.

    Raises NotOffered, which says why, if the tracker cannot log in that way.
    """
    tracker, points = create(name), _points(values)
    with new_store(tracker, directories.on_disk) as store:
        log_small_run(tracker)
        with busy(neighbours, store.parent):
            try:
                found = dict(
                    _train(tracker, getattr(tracker, WAYS[way]), list(by_step(points)), compute)
                    for _ in range(sizes.TRAININGS)
                )
            except NotOffered:
                raise NotOffered(f"{name} has no call to log a step {way}") from None
        tracker.close()
        verify(tracker, store, dict.fromkeys(found, Run({}, points).logged))
    return list(found.values())


def _points(values: int) -> list[Point]:
    """Return so many values for each step, and for one before the clock."""
    drawn = np.random.RandomState(SEED).rand(1 + sizes.STEPS_OF_A_TRAINING, values).tolist()
    return [
        (f"metric_{number}", value, step)
        for step, row in enumerate(drawn)
        for number, value in enumerate(row)
    ]


def _train(
    tracker: Tracker, log: Callable[..., None], steps: Sequence[Step], compute: Callable[[], None]
) -> tuple[str, Training]:
    """Train once; return the run's id, and what it took.

    The first step of a run makes files or rows for it, which a training does once: it comes before
    the clock.
    """
    (first, values), *others = steps
    half = len(others) // 2
    before, _ = _loop(compute, _log_nothing, others[:half])
    run_id = tracker.start_run(EXPERIMENT, ["training"])
    log(run_id, values, first)
    start = _processor_of_helpers()
    seconds, calls = _loop(compute, partial(log, run_id), others)
    processor = _processor_of_helpers() - start
    drain, _ = timed(partial(_drain, tracker, run_id))
    after, _ = _loop(compute, _log_nothing, others[half:])
    return run_id, Training(before + after, seconds, calls, drain, processor)


def _loop(
    compute: Callable[[], None], log: Callable[..., None], steps: Sequence[Step]
) -> tuple[list[float], list[float]]:
    """Compute and log each step; return the seconds of the steps, and those of logging alone."""
    seconds, calls = [], []
    for step, values in steps:
        start = perf_counter()
        compute()
        computed = perf_counter()
        log(values, step)
        end = perf_counter()
        seconds.append(end - start)
        calls.append(end - computed)
    note(sum(seconds))
    return seconds, calls


def _log_nothing(values: Mapping[str, float], step: int) -> None:
    pass


def _drain(tracker: Tracker, run_id: str) -> None:
    tracker.flush()
    tracker.end_run(run_id, COMPLETED)


def _processor_of_helpers() -> float:
    """Return the processor time that other threads and ended children have had, in seconds."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() - thread_time() + children.ru_utime + children.ru_stime
