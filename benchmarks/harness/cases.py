"""What all benchmark classes share: they skip with a reason, clean up, and look up."""

import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from ..system import directories
from ..trackers import EMBEDDED, create
from . import sizes
from .operations import Write
from .sizes import Suite
from .stores import build_both, log_small_run, new_store

Attributes = TypeVar("Attributes", bound=Callable)


def shown(pretty_name: str, unit: str = "", **others: Any) -> Callable[[Attributes], Attributes]:
    """Give a benchmark's function what asv's results tell of it: its title, its unit and others."""

    def add(function: Attributes) -> Attributes:
        function.__dict__.update(pretty_name=pretty_name, **others)
        if unit:
            function.__dict__.update(unit=unit)
        return function

    return add


@dataclass(frozen=True)
class Missing:
    """Why there is nothing of a tracker: its system cannot run here, or it failed."""

    reason: str
    failed: bool = False

    def reveal(self) -> None:
        """Raise what makes asv skip a benchmark, or show that it failed."""
        raise RuntimeError(self.reason) if self.failed else NotImplementedError(self.reason)


# What was measured of a tracker, or why there is nothing.
Outcome = Any


def measure_each(
    trackers: Iterable[str], measure: Callable[[str], Any], workers: int = 1
) -> dict[str, Outcome]:
    """Return what was measured of each tracker; one that cannot run leaves the others alone.

    Several ``workers`` measure at once, which is for what is not timed.
    """
    # Systems are imported one after the other, and before anything is forked.
    found = {name: _attempt(create, name) for name in trackers}
    here = [name for name, outcome in found.items() if not isinstance(outcome, Missing)]
    with ThreadPoolExecutor(workers) as pool:
        measured = pool.map(lambda name: _attempt(measure, name), here)
        return found | dict(zip(here, measured, strict=True))


def _attempt(measure: Callable[[str], Any], name: str) -> Outcome:
    try:
        return measure(name)
    except NotImplementedError as reason:
        return Missing(str(reason))
    except Exception:
        return Missing(traceback.format_exc(), failed=True)


class Case:
    """The lifecycle of a benchmark: ``prepare`` comes before the clock, ``cleanup`` after it.

    asv calls ``teardown`` even if ``setup`` has skipped the benchmark.
    """

    suite = Suite.STANDARD
    """The smallest suite that measures it."""
    param_names = ["tracker"]
    timeout = 120

    def setup(self, *params: Any) -> None:
        self.cleanup = ExitStack()
        try:
            sizes.require(self.suite)
            self.require()
            self.prepare(*params)
        except BaseException:
            self.cleanup.close()
            raise

    def teardown(self, *params: Any) -> None:
        self.cleanup.close()

    def require(self) -> None:
        """Raise NotImplementedError, which says why, where this cannot be measured."""

    def prepare(self, *params: Any) -> None:
        """Get ready; what is entered into or called back from ``cleanup`` comes after the clock."""


class Measured(Case):
    """A benchmark that shows what ``setup_cache`` has measured of a tracker, its last parameter."""

    def measure_each(
        self, trackers: Iterable[str], measure: Callable[[str], Any], workers: int = 1
    ) -> dict[str, Outcome]:
        """Measure trackers, if it is asked for and can be done; otherwise ``setup`` says why."""
        try:
            sizes.require(self.suite)
            self.require()
        except NotImplementedError:
            return {}
        return measure_each(trackers, measure, workers)

    def prepare(self, found: dict[str, Outcome], *params: Any) -> None:
        outcome = found[params[-1]]
        if isinstance(outcome, Missing):
            outcome.reveal()
        self.found = outcome


def build_stores() -> dict[str, Outcome]:
    """Build, for each tracker that runs here, one store of ten runs and one of ten artifacts.

    It is the ``setup_cache`` of more than one class, so asv calls it once for all of them.
    """
    return measure_each(EMBEDDED, build_both, workers=2)


build_stores.timeout = 300


class OnDisk(Case):
    """An operation on a fresh store on disk for every sample, read back when the clock has stopped.

    The file system is that of the checkout.
    """

    operation: type[Write]
    suite = Suite.QUICK
    iterations = 1
    params: list[list[str]] = [EMBEDDED]
    rounds = 1
    repeat = sizes.SAMPLES_OF_WRITES
    warmup_time = 0

    def prepare(self, tracker: str) -> None:
        self.tracker = create(tracker)
        store = self.cleanup.enter_context(new_store(self.tracker, directories.on_disk))
        log_small_run(self.tracker)
        self.work = self.operation(self.tracker, store.parent)
        self.work.setup()

        def read_back() -> None:
            self.work.teardown(self.iterations)
            self.tracker.close()
            self.work.verify(store)

        self.cleanup.callback(read_back)

    def run(self) -> None:
        """Do all of the operation's iterations."""
        for number in range(self.iterations):
            self.work.run(number)
