"""Memory: by how much a process grows at most, beyond what it has after a first run."""

import os
from functools import partial
from pathlib import Path

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.stores import build_many, warm_up
from .system import directories
from .system.processes import run_in_new_interpreter
from .trackers import Tracker, create, load
from .trackers.base import COMPLETED
from .trackers.kinds import SYSTEMS
from .workload import EXPERIMENT

METRIC = "loss"
LOG = f"log {sizes.MEMORY_POINTS:,} points"
READ = f"read {sizes.MEMORY_POINTS:,} points"
OPEN = f"open {sizes.MEMORY_RUNS:,} runs"
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
CLEAR_PEAK = "5"


class Memory(Measured):
    """Peak growth of the resident memory, each in a process of its own that imports the system.

    The process has logged and read a small run in another store before, so what a system needs
    anyway is not in it. To open is to list the runs, too: MLflow opens a store when it is asked
    for something.
    """

    version = "1"
    params = [[LOG, READ, OPEN], SYSTEMS]
    param_names = ["work", "tracker"]

    def require(self) -> None:
        if not os.access(CLEAR, os.W_OK):
            raise NotImplementedError(f"peaks cannot be counted here ({CLEAR})")

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SYSTEMS, once("memory", _peaks), workers=len(SYSTEMS))

    @shown("Memory", "bytes")
    def track_peak(self, found: dict, work: str, tracker: str) -> int:
        return self.found[work]


def _peaks(name: str) -> dict[str, int]:
    """Return the bytes by which a process grows at most, by what it does."""
    apart = partial(run_in_new_interpreter, peak, hidden=load(name).optional_imports)
    with directories.in_memory_or_on_disk() as directory:
        points = str(Path(directory, "store"))
        many = str(build_many(name, sizes.MEMORY_RUNS, sizes.POINTS_OF_MANY_RUNS).directory)
        return {work: apart(work, name, many if work == OPEN else points) for work in WORK}


def peak(work: str, name: str, store: str) -> int:
    """Return by how many bytes this process grows at most while it does some work."""
    tracker = create(name)
    warm_up(tracker)
    CLEAR.write_text(CLEAR_PEAK)
    before = _kilobytes("VmRSS")
    WORK[work](tracker, Path(store))
    return 1024 * max(_kilobytes("VmHWM") - before, 0)


def _kilobytes(field: str) -> int:
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1])


def _log(tracker: Tracker, store: Path) -> None:
    """Log to a new store; when it is read, the same points are looked for."""
    store.mkdir()
    tracker.prepare(store)
    tracker.open(store)
    run_id = tracker.start_run(EXPERIMENT, ["points"])
    for step in range(sizes.MEMORY_POINTS):
        tracker.log_metric(run_id, METRIC, step + 0.5, step)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()


def _read(tracker: Tracker, store: Path) -> None:
    tracker.open(store)
    (run_id,) = tracker.list_runs(EXPERIMENT)
    points = tracker.read_metric(EXPERIMENT, run_id, METRIC)
    tracker.close()
    if points != [(step, step + 0.5) for step in range(sizes.MEMORY_POINTS)]:
        raise AssertionError(f"{tracker.display_name} lost or changed points")


def _list_runs(tracker: Tracker, store: Path) -> None:
    tracker.open(store)
    run_ids = tracker.list_runs(EXPERIMENT)
    tracker.close()
    if len(run_ids) != sizes.MEMORY_RUNS:
        raise AssertionError(f"{tracker.display_name} found {len(run_ids)} runs")


WORK = {LOG: _log, READ: _read, OPEN: _list_runs}
