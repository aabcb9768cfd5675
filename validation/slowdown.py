"""Makes SynaDB's calls slower; this file is appended to a copy of its tracking module.

A call takes so many units more on average: turns of an empty loop, which are instructions, or waits
that are hardly any. A share of what a call takes would be another one under valgrind, where looking
at the clock takes long.
"""

import os
from collections.abc import Callable
from functools import cache
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from time import perf_counter, sleep

SHORT = 50e-6  # seconds, which is about what the kernel adds to each wait besides
NOTHING = 20e-6  # seconds: a sync that takes less than that is none


def slow_down(run: type, planted: dict[str, tuple[str, float]]) -> None:
    """Let the calls of a class take units of a kind more, by name."""
    for name, (kind, units) in planted.items():
        setattr(run, name, slowed(getattr(run, name), KINDS[kind], units))


def slowed(call, do: Callable[[int], object], units: float):
    """Return a function that does what the call does, and units after it as they become due."""
    owed = 0.0

    def slow(*arguments, **keywords):
        nonlocal owed
        result = call(*arguments, **keywords)
        owed += units
        due = int(owed)
        owed -= due
        do(due)
        return result

    return slow


def turn(number: int) -> None:
    for _ in repeat(None, number):  # which makes no numbers, so that each turn is like the last
        pass


def wait(number: int) -> None:
    for _ in repeat(None, number):
        sleep(SHORT)


def wait_for_lock(number: int) -> None:
    for _ in repeat(None, number):
        held().acquire(timeout=SHORT)


def sync(number: int) -> None:
    for _ in repeat(None, number):
        own_file().write(b"x")
        os.fdatasync(own_file().fileno())


def sync_slowly(number: int) -> None:
    """Wait as if the call's own syncs took longer, which they do not where they cost nothing."""
    if price() > NOTHING:
        wait(number)


KINDS = {
    "instructions": turn,
    "sleep": wait,
    "lock": wait_for_lock,
    "extra sync": sync,
    "slower sync": sync_slowly,
}


@cache
def held():
    lock = Lock()
    lock.acquire()
    return lock


@cache
def own_file():
    return TemporaryFile(dir=Path.cwd(), buffering=0)


@cache
def price() -> float:
    """Return the seconds of a bare sync, of which there was one before."""
    sync(1)
    start = perf_counter()
    sync(1)
    return perf_counter() - start
