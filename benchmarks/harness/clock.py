"""The clock of what this suite times itself; asv has its own for the ``time_`` benchmarks."""

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from . import sizes

# A file that gets the seconds of everything timed here, to tell their share of the suite's time.
NOTES = os.environ.get("SECONDS_IN_TIMED_REGIONS")
Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the seconds that work takes, and its result."""
    start = perf_counter()
    result = work()
    seconds = perf_counter() - start
    note(seconds)
    return seconds, result


def note(seconds: float) -> None:
    """Note seconds that were timed, where somebody wants to know."""
    if NOTES:
        with Path(NOTES).open("a") as file:
            file.write(f"{seconds}\n")


def timed_warm(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the seconds of the last of some calls, and its result; what is slow has fewer."""
    seconds, result = timed(work)
    spent = seconds
    for _ in range(sizes.WARM_UP_CALLS):
        if spent < sizes.SECONDS_TO_WARM_UP:
            seconds, result = timed(work)
            spent += seconds
    return seconds, result


def samples(seconds: list[float]) -> dict[str, Any]:
    """Return seconds in the form in which asv takes samples."""
    return {"samples": seconds, "number": 1}
