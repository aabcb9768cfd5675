"""Memory: by how much a process grows at most, beyond what it has after a first run."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from pathlib import Path

from . import fresh, many_runs, scratch
from .on_disk import warm_up
from .trackers import SUBJECT, SYSTEMS, Tracker, create
from .trackers.base import COMPLETED
from .workload import EXPERIMENT

POINTS, RUNS = 10_000, 1_000
METRIC = "loss"
LOG, READ, OPEN = f"log {POINTS:,} points", f"read {POINTS:,} points", f"open {RUNS:,} runs"
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
CLEAR_PEAK = "5"

# Bytes by work and tracker.
Peaks = dict[tuple[str, str], int]


class Memory:
    """Peak growth of the resident memory, each in a process of its own that imports the system.

    The process has logged and read a small run in another store before, so what a system needs
    anyway is not in it. To open is to list the runs, too: MLflow opens a store when it is asked
    for something.
    """

    version = "1"
    params = [[LOG, READ, OPEN], SYSTEMS]
    param_names = ["work", "tracker"]
    timeout = 120

    def setup_cache(self) -> Peaks:
        stores: dict[str, Path] = {}
        for name in SYSTEMS if _can_count() else []:
            with suppress(NotImplementedError):  # setup says why
                create(name)
                stores[name] = many_runs.build(name, RUNS).directory
        with ThreadPoolExecutor() as pool:  # memory is no matter of time
            return dict(chain.from_iterable(pool.map(_peaks, stores, stores.values())))

    setup_cache.timeout = 600

    def setup(self, peaks: Peaks, work: str, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if not peaks:
            raise NotImplementedError(f"peaks cannot be counted here ({CLEAR})")

    def track_peak(self, peaks: Peaks, work: str, tracker: str) -> int:
        return peaks[work, tracker]

    track_peak.unit = "bytes"


def _can_count() -> bool:
    return os.access(CLEAR, os.W_OK)


def _peaks(name: str, many: Path) -> list[tuple[tuple[str, str], int]]:
    with scratch.anywhere() as directory:
        points = Path(directory, "store")
        return [
            ((LOG, name), _apart("log", name, points)),
            ((READ, name), _apart("read", name, points)),
            ((OPEN, name), _apart("list_runs", name, many)),
        ]


def _apart(work: str, name: str, store: Path) -> int:
    return fresh.call(peak, work, name, str(store), alone=name == SUBJECT)


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
    for step in range(POINTS):
        tracker.log_metric(run_id, METRIC, step + 0.5, step)
    tracker.end_run(run_id, COMPLETED)
    tracker.close()


def _read(tracker: Tracker, store: Path) -> None:
    tracker.open(store)
    (run_id,) = tracker.list_runs(EXPERIMENT)
    points = tracker.read_metric(EXPERIMENT, run_id, METRIC)
    tracker.close()
    if points != [(step, step + 0.5) for step in range(POINTS)]:
        raise AssertionError(f"{type(tracker).__name__} lost or changed points")


def _list_runs(tracker: Tracker, store: Path) -> None:
    tracker.open(store)
    run_ids = tracker.list_runs(EXPERIMENT)
    tracker.close()
    if len(run_ids) != RUNS:
        raise AssertionError(f"{type(tracker).__name__} found {len(run_ids)} of {RUNS} runs")


WORK = {"log": _log, "read": _read, "list_runs": _list_runs}
