"""What the kernel sees of each write: bytes, write calls and syncs. These do not drift."""

from pathlib import Path
from tempfile import TemporaryDirectory

from .harness import sizes
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.operations import WRITES, Write, WriteInRun
from .harness.stores import log_small_run, new_store
from .system import strace
from .system.processes import IO, run_in_new_interpreter, writes_so_far
from .trackers import LoggedRun, create
from .trackers.kinds import STORING

LOGGING = [name for name in WRITES if name.startswith("log ")]


class _Counted(Measured):
    version = "2"
    params = [list(WRITES), STORING]
    param_names = ["operation", "tracker"]

    def require(self) -> None:
        if not IO.exists():
            raise NotImplementedError(f"this kernel has no {IO}")

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(STORING, once("counts", _count_apart), workers=2)

    def prepare(self, operation: str, tracker: str) -> None:
        self.count = self.found[operation]


class Writes(_Counted):
    """Bytes and write calls of one parameter, metric point, artifact or run.

    From the kernel's counters of the process, which see every tracker alike.
    """

    @shown("Bytes written for one value", "bytes")
    def track_bytes(self, found: dict, operation: str, tracker: str) -> float:
        return self.count["bytes"] / self.count["values"]

    @shown("Write calls for one value", "calls")
    def track_calls(self, found: dict, operation: str, tracker: str) -> float:
        return self.count["calls"] / self.count["values"]


class Amplification(_Counted):
    """Bytes written for one byte of the names and values that were logged."""

    params = [LOGGING, STORING]

    @shown("Bytes written for one byte that is logged", "bytes per byte")
    def track_amplification(self, found: dict, operation: str, tracker: str) -> float:
        return round(self.count["bytes"] / self.count["logged"], 3)


class Syncs(_Counted):
    """Syncs (fsync, fdatasync and the like) of one parameter, metric point, artifact or run."""

    def prepare(self, operation: str, tracker: str) -> None:
        super().prepare(operation, tracker)
        strace.require()

    @shown("Syncs for one value", "syncs")
    def track_syncs(self, found: dict, operation: str, tracker: str) -> float:
        return self.count["syncs"] / self.count["values"]


def _count_apart(name: str) -> dict[str, dict[str, int]]:
    """Do each operation in a process of its own, traced where that is possible."""
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        trace = Path(directory, "trace")
        try:
            strace.require()
        except NotImplementedError:
            return run_in_new_interpreter(count, name)
        prefix = strace.traced(strace.SYNCS, trace)
        counts = run_in_new_interpreter(count, name, prefix=prefix)
        sections = strace.between_marks(trace.read_text())
    for operation, section in zip(WRITES, sections, strict=True):
        counts[operation]["syncs"] = strace.syncs(section)
    return counts


def count(name: str) -> dict[str, dict[str, int]]:
    """Count in this process; a mark in the trace comes before and after each operation."""
    return {operation: _count(name, operation) for operation in WRITES}


def _count(name: str, operation: str) -> dict[str, int]:
    tracker = create(name)
    with new_store(tracker) as store:
        log_small_run(tracker)
        work = WRITES[operation](tracker, store.parent)
        iterations = min(sizes.COUNTED_ITERATIONS, work.ITERATIONS)
        work.setup()
        before = writes_so_far()
        strace.mark()
        for iteration in range(iterations):
            work.run(iteration)
        strace.mark()
        after = writes_so_far()
        work.teardown(iterations)
        tracker.close()
        work.verify(store)
    return {
        "values": iterations * work.VALUES,
        "logged": _logged_by(work, iterations),
        **{key: after[key] - before[key] for key in after},
    }


def _logged_by(work: Write, iterations: int) -> int:
    """Return the bytes of what so many iterations log, without what the run had before them."""
    if not isinstance(work, WriteInRun):
        return 0
    return _bytes_in(work.expected(iterations)) - _bytes_in(work.expected(0))


def _bytes_in(run: LoggedRun) -> int:
    """Return the bytes of a run's names and values; a point has two numbers of 8 bytes."""
    texts = [*run.parameters, *run.parameters.values()]
    points = sum((len(name) + 16) * len(points) for name, points in run.metrics.items())
    artifacts = sum(len(name) + len(data) for name, data in run.artifacts.items())
    return sum(len(text.encode()) for text in texts) + points + artifacts
