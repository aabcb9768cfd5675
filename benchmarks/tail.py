"""What a single call takes at worst, while a run grows."""

from contextlib import ExitStack
from functools import partial
from itertools import chain, cycle, islice
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from . import workload
from .harness import sizes
from .harness.bare_sync import bare_sync
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.clock import note
from .harness.sizes import Suite
from .harness.stores import log_small_run, new_store
from .harness.verify import verify
from .system import directories
from .system.processes import locked
from .trackers import create
from .trackers.base import COMPLETED, Point
from .trackers.kinds import STORING
from .workload import EXPERIMENT, Run

# Takes half a minute for as many points as the others log in some seconds.
SLOW = ["mlflow-sqlite"]
TITLE, CALLS = "Log a metric point on disk", f"{sizes.CALLS:,} calls"


class LogMetric(Measured):
    """Log the points of a long training to one run on disk, each call timed by itself.

    A step has five points, as in the workload. Each tracker has a process of its own; they take
    turns, and whoever is timed is alone, so that a neighbour on the machine who stays for some
    seconds meets all of them. The garbage collector works, as it does with a user. All points are
    read back.
    """

    version = workload.VERSION
    params = [STORING]

    @attributes(timeout=1800)
    def setup_cache(self) -> dict[str, Outcome]:
        trackers = [name for name in STORING if name not in SLOW or sizes.SUITE >= Suite.FULL]
        log = partial(log_in_turns, Path("lock").absolute())
        return self.measure_each(trackers, log, workers=len(trackers))

    def look_up(self, *params: str) -> None:
        if params[-1] in SLOW:
            sizes.require(Suite.FULL)
        super().look_up(*params)

    def percentile(self, percent: float) -> float:
        return float(np.percentile(self.found, percent))

    @shown(f"{TITLE}, median of {CALLS}")
    def track_p50(self, found: dict, tracker: str) -> float:
        return self.percentile(50)

    @shown(f"{TITLE}, 99th percentile of {CALLS}")
    def track_p99(self, found: dict, tracker: str) -> float:
        return self.percentile(99)

    @shown(f"{TITLE}, 99.9th percentile of {CALLS}")
    def track_p999(self, found: dict, tracker: str) -> float:
        return self.percentile(99.9)

    @shown(f"{TITLE}, longest of {CALLS}")
    def track_longest(self, found: dict, tracker: str) -> float:
        return max(self.found)


def log_in_turns(lock: Path, name: str) -> list[float]:
    """Log all points to a new store of one tracker; return the seconds of each call."""
    tracker, points, seconds = create(name), _points(), []
    with ExitStack() as stack:
        with locked(lock, shared=True):
            store = stack.enter_context(new_store(tracker, directories.on_disk))
            sync = stack.enter_context(bare_sync(directories.on_disk))
            log_small_run(tracker)
            run_id = tracker.start_run(EXPERIMENT, ["long"])
        for start in range(0, len(points), sizes.CALLS_PER_ROUND):
            with locked(lock):
                sync()  # waits for what the others have left in the journal
                for name, value, step in points[start : start + sizes.CALLS_PER_ROUND]:
                    before = perf_counter()
                    tracker.log_metric(run_id, name, value, step)
                    seconds.append(perf_counter() - before)
                note(sum(seconds[start:]))
            sleep(sizes.SECONDS_BETWEEN_ROUNDS)  # another one gets the lock
        with locked(lock, shared=True):
            tracker.end_run(run_id, COMPLETED)
            tracker.close()
            verify(tracker, store, {run_id: Run({}, points).logged})
            stack.close()
    return seconds


def _points() -> list[Point]:
    """Return the points of the workload's runs one after the other, as of one run."""
    logged = cycle(chain.from_iterable(run.metrics for run in workload.load().runs))
    return [
        (name, value, number // workload.METRICS)
        for number, (name, value, _) in enumerate(islice(logged, sizes.CALLS))
    ]
