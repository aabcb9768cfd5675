"""A metric of many points: what it takes to read it, in a process that has opened nothing yet."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .harness import sizes
from .harness.cases import Measured, Outcome, attempt, attributes, revealed, shown
from .harness.clock import samples, timed
from .harness.sizes import Suite
from .harness.stores import Store, build_long
from .system import directories
from .system.processes import run_in_fork
from .trackers import create
from .trackers.kinds import SYSTEMS
from .workload import EXPERIMENT

OPEN = "open the store"
POINTS, VALUES, NEWEST = "read steps and values", "read values", "read the newest value"
READS = {POINTS: "read_metric", VALUES: "read_values", NEWEST: "read_newest"}


class LongMetric(Measured):
    """Open a store of one run with one long metric, on disk, and read it in three ways.

    Trackers take turns. Each sample is of a new process, in which the system is imported and has
    done nothing; the store is in the page cache. It is opened before the clock of what reads it.
    SynaDB has calls for steps with values, and for values alone; the newest value is the last of
    these. MLflow has one for points, and the newest values with the run. It takes minutes to make
    the stores: a baseline's is kept. What is read is compared with what was logged.
    """

    suite = Suite.FULL
    version = "1"
    params = [[OPEN, *READS], SYSTEMS]
    param_names = ["work", "tracker"]

    @attributes(timeout=1800)
    def setup_cache(self) -> dict[str, list[Outcome]]:
        with directories.on_disk() as disk:
            points = sizes.POINTS_OF_A_LONG_METRIC
            build = partial(build_long, points=points, directory=Path(disk))
            stores = self.measure_each(SYSTEMS, build, workers=2)
            measure, rounds = partial(_measure, stores), range(sizes.ROUNDS_OF_LONG_METRICS)
            found = [self.measure_each(SYSTEMS, measure) for _ in rounds]
        return {name: [outcomes[name] for outcomes in found] for name in stores}

    def prepare(self, work: str, tracker: str) -> None:
        rounds = [revealed(found) for found in self.found]
        self.seconds = [revealed(found[work]) for found in rounds]

    @shown(f"A metric of {sizes.POINTS_OF_A_LONG_METRIC:,} points, on disk, page cache warm")
    def track_seconds(self, found: dict, work: str, tracker: str) -> dict[str, Any]:
        return samples(self.seconds)


def _measure(stores: dict[str, Outcome], name: str) -> dict[str, Outcome]:
    """Return the seconds of each work by itself."""
    store: Store = revealed(stores[name])
    for file in store.directory.rglob("*"):
        if file.is_file():
            file.read_bytes()  # so that it is in the page cache
    return {work: run_in_fork(attempt, seconds_of, name, store, work) for work in (OPEN, *READS)}


def seconds_of(name: str, store: Store, work: str) -> float:
    """Open a store in this process and do some work; return its seconds."""
    tracker = create(name)
    ((run_id, run),) = store.logged.items()
    ((metric, points),) = run.metrics.items()
    seconds, _ = timed(lambda: (tracker.open(store.directory), tracker.set_experiment(EXPERIMENT)))
    if work != OPEN:
        read = getattr(tracker, READS[work])
        seconds, found = timed(partial(read, EXPERIMENT, run_id, metric))
        values = [value for _, value in points]
        logged = {POINTS: points, VALUES: values, NEWEST: values[-1]}[work]
        if not np.array_equal(found, logged):
            raise AssertionError(f"{tracker.display_name} lost or changed points")
    tracker.close()
    return seconds
