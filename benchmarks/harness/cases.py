"""What all benchmark classes share: they skip with a reason, clean up, and look up."""

import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..system import directories
from ..system.processes import run_in_forks
from ..trackers import Tracker, create
from ..trackers.base import NotOffered
from ..trackers.kinds import EMBEDDED, STORING
from . import sizes
from .operations import Write
from .sizes import Suite
from .stores import build_both, log_small_run, new_store

Function = TypeVar("Function", bound=Callable)


def attributes(**values: Any) -> Callable[[Function], Function]:
    """Give a function attributes, as asv reads them."""

    def add(function: Function) -> Function:
        function.__dict__.update(values)
        return function

    return add


def shown(pretty_name: str, unit: str = "seconds", **others: Any) -> Callable[[Function], Function]:
    """Give a benchmark what asv's results tell of it: its title, its unit and others."""
    return attributes(pretty_name=pretty_name, unit=unit, **others)


@dataclass(frozen=True)
class Missing:
    """Why there is nothing of a tracker: its system cannot run here, or it failed."""

    reason: str
    failed: bool = False


# What was measured of a tracker, or Missing.
Outcome = Any


def revealed(outcome: Outcome) -> Any:
    """Return what was measured, or raise what makes asv skip the benchmark or show a failure."""
    if isinstance(outcome, Missing):
        error = RuntimeError if outcome.failed else NotImplementedError
        raise error(outcome.reason)
    return outcome


def attempt(measure: Callable[..., Any], *arguments: Any) -> Outcome:
    """Return what was measured, or why there is nothing."""
    try:
        return measure(*arguments)
    except NotOffered as reason:
        return Missing(str(reason) or "the tracker has no call for this")
    except Exception:
        return Missing(traceback.format_exc(), failed=True)


def outcomes(
    trackers: Iterable[str], measure: Callable[[str], Any], workers: int = 1
) -> dict[str, Outcome]:
    """Return what was measured of each tracker; one that cannot run leaves the others alone.

    Several ``workers`` measure at once, in forks, which is for what is not timed.
    """
    # Systems are imported one after the other, and before anything is forked.
    found = {name: _found(name) for name in trackers}
    here = [name for name, missing in found.items() if missing is None]
    if workers == 1:
        return found | {name: attempt(measure, name) for name in here}
    answers = run_in_forks(attempt, [(measure, name) for name in here], workers)
    return found | {
        name: Missing(error, failed=True) if error else outcome
        for name, (outcome, error) in zip(here, answers, strict=True)
    }


def _found(name: str) -> Missing | None:
    """Return why a tracker cannot run here, None if it can."""
    try:
        create(name)
    except NotImplementedError as reason:
        return Missing(str(reason))
    except Exception:
        return Missing(traceback.format_exc(), failed=True)
    return None


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
        with self.cleanup as entered:
            sizes.require(self.suite)
            self.require()
            self.look_up(*params)
            self.prepare(*params)
            self.cleanup = entered.pop_all()

    def teardown(self, *params: Any) -> None:
        self.cleanup.close()

    def require(self) -> None:
        """Raise NotImplementedError, which says why, where this cannot be measured."""

    def look_up(self, *params: Any) -> None:
        """Look up what is known already."""

    def prepare(self, *params: Any, **named: Any) -> None:
        """Get ready; what is entered into or called back from ``cleanup`` comes after the clock.

        Subclasses take the parameters by name.
        """


class Measured(Case):
    """A benchmark that shows what ``setup_cache`` has measured of a tracker, its last parameter.

    ``found`` is that.
    """

    found: Any

    def measure_each(
        self, trackers: Iterable[str], measure: Callable[[str], Any], workers: int = 1
    ) -> dict[str, Outcome]:
        """Measure trackers, if it is asked for and can be done; otherwise ``setup`` says why."""
        try:
            sizes.require(self.suite)
            self.require()
        except NotImplementedError:
            return {}
        return outcomes(trackers, measure, workers)

    def setup(self, *params: Any) -> None:
        self.measured, *params_alone = params  # asv puts what setup_cache returned first
        super().setup(*params_alone)

    def look_up(self, *params: Any) -> None:
        self.found = revealed(self.measured[params[-1]])


@attributes(timeout=300)
def build_stores() -> dict[str, Outcome]:
    """Build, for each tracker that runs here, one store of ten runs and one of ten artifacts.

    It is the ``setup_cache`` of more than one class, so asv calls it once for all of them.
    """
    return outcomes(EMBEDDED, build_both, workers=2)


class WriteOnDisk(Case):
    """An operation on a fresh store on disk for every sample, read back when the clock has stopped.

    The file system is that of the checkout.
    """

    operation: Callable[[Tracker, Path], Write]
    suite = Suite.QUICK
    iterations = 1
    params: list[list[Any]] = [STORING]
    rounds = 1
    repeat = sizes.SAMPLES_OF_WRITES
    warmup_time = 0

    def prepare(self, *params: Any, **named: Any) -> None:
        self.tracker = create(params[-1])
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
