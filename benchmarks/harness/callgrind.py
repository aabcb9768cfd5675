"""Instructions that an operation executes, counted by valgrind: nothing else changes them.

They are those of the process, not of the kernel, whose share is in ``counts``: calls and syncs.
"""

import gc
import os
import pickle
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..system import directories
from ..system.processes import run_in_fork, run_in_new_interpreter
from ..trackers import Kind, Tracker, create, load
from . import layout, sizes, stacks
from .operations import READS, WRITES, Operation
from .stacks import Stacks
from .stores import Store, log_small_run, new_store

VERSION = "7"  # to be changed with what the operations do, and with what is counted of them
# One iteration of reading goes through ten runs; parameters of a run are four iterations.
ITERATIONS = {
    **dict.fromkeys(WRITES, sizes.COUNTED_INSTRUCTIONS_OF_WRITES),
    **dict.fromkeys(READS, sizes.COUNTED_INSTRUCTIONS_OF_READS),
}
# An artifact comes last: its megabytes change where memory lies.
_WRITES = sorted(WRITES, key="log artifact".__eq__)
# A function of the C library that nobody else calls: it marks where an operation begins and ends.
MARK = "ctermid"
CONTROL = "vgdb"  # comes with valgrind
# The C library chooses its functions by what a processor has. Without what not every one of the
# last 15 years has, it chooses the same functions on each.
FEATURES = "AVX AVX2 AVX512F AVX512VL AVX_Fast_Unaligned_Load BMI1 BMI2 ERMS FSRM LZCNT MOVBE RTM"
# Small blocks that are free are put together at once, or kept by size, as many as there are: when
# else, and how long one that fits is looked for, is chance, and takes 1 % of a list.
TUNABLES = {
    "glibc.cpu.hwcaps": ",".join(f"-{name}" for name in FEATURES.split()),
    "glibc.malloc.mxfast": "0",
    "glibc.malloc.tcache_count": "65535",
}
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "GLIBC_TUNABLES": ":".join(f"{name}={value}" for name, value in TUNABLES.items()),
}
INHERITED = ("PATH", "HOME")
# Where a process works, its arguments, and where its modules are, are in its memory, too: by how
# long these names are, its counts would differ by up to 0.7 %. So the modules are found by links in
# a temporary directory, whose names are as long in every checkout.
PLACE = Path("/")


@dataclass(frozen=True)
class Counted:
    """What so many iterations of an operation executed: instructions in all and by call path."""

    instructions: int
    stacks: Stacks
    iterations: int

    @property
    def of_one(self) -> float:
        """The instructions of one iteration."""
        return self.instructions / self.iterations


def require() -> None:
    """Raise NotImplementedError where there is no valgrind."""
    for program in ("valgrind", CONTROL):
        if not shutil.which(program):
            raise NotImplementedError(f"instructions cannot be counted: {program} is not installed")


def operations_of(name: str) -> list[str]:
    """Return what can be counted of a tracker, in the order in which it is."""
    return [*_WRITES, *([] if load(name).kind is Kind.FLOOR else READS)]


def count(
    name: str, store: Store | None, callers: int, draws: Sequence[int]
) -> list[dict[str, Counted]]:
    """Do the operations of a tracker in a process under valgrind, once in each draw; count each.

    Further draws are forks of it, when it has imported the tracker: memory lies elsewhere in each.
    What is read, if anything, is a copy of the store. A call path is a function and so many
    of its callers, from where counting begins.
    """
    with directories.in_memory_or_on_disk() as directory:
        to_be_read, dumps = Path(directory, "store"), Path(directory, "dump")
        to_be_read.write_bytes(pickle.dumps(store))
        options = ["--quiet", "--tool=callgrind", "--instr-atstart=no", f"--dump-before={MARK}"]
        # Forks can be switched only if children are traced; programs that they start are not.
        options += ["--trace-children=yes", "--trace-children-skip=*"]
        options += [f"--separate-callers={callers}", f"--callgrind-out-file={dumps}.%p"]
        processes = run_in_new_interpreter(
            run_draws,
            name,
            str(to_be_read),
            draws,
            prefix=["valgrind", *options],
            hidden=load(name).optional_imports,
            inherited=INHERITED,
            directory=PLACE,
            links=Path(directory),
            **ENVIRONMENT,
        )
        return [_read(name, f"{dumps}.{process}") for process in processes]


def _read(name: str, dumps: str) -> dict[str, Counted]:
    # There is a dump before each mark, of what was executed since the last one.
    return {
        operation: Counted(*stacks.read(Path(f"{dumps}.{2 * number}")), ITERATIONS[operation])
        for number, operation in enumerate(operations_of(name), start=1)
    }


def run_draws(name: str, store: str, draws: list[int]) -> list[int]:
    """Draw in this process, and in forks of it where there are more; return all processes."""
    gc.disable()  # when it runs is chance
    first, *others = draws
    gaps = layout.settle(first)
    create(name)  # imports it, once for all
    to_be_read: Store | None = pickle.loads(Path(store).read_bytes())
    forks = [run_in_fork(_run_all, name, to_be_read, draw) for draw in others]
    this = _run_all(name, to_be_read, first)
    del gaps  # not before
    return [this, *forks]


def _run_all(name: str, store: Store | None, draw: int) -> int:
    """Write to a new store, and read from a copy of another one; return this process."""
    gaps = layout.settle(draw)
    layout.number_types(draw)
    tracker = create(name)
    with new_store(tracker) as new:
        log_small_run(tracker)
        _run_each(tracker, new, {name: WRITES[name](tracker, new.parent) for name in _WRITES})
    if store:
        with directories.in_memory_or_on_disk() as directory:
            copy = shutil.copytree(store.directory, Path(directory, "store"))
            tracker.open(copy)
            _run_each(tracker, copy, {name: read(tracker, store) for name, read in READS.items()})
    del gaps
    return os.getpid()


def _run_each(tracker: Tracker, store: Path, operations: Mapping[str, Operation]) -> None:
    """Do each operation once to warm up, then once between two marks; read back what was done."""
    for name, operation in operations.items():
        _run(operation, ITERATIONS[name], edge=bool)
    _switch("on")
    for name, operation in operations.items():
        _run(operation, ITERATIONS[name], edge=getattr(os, MARK))
    _switch("off")
    tracker.close()
    for operation in operations.values():
        operation.verify(store)


def _run(operation: Operation, iterations: int, edge: Callable[[], object]) -> None:
    operation.setup()
    edge()
    for iteration in range(iterations):
        operation.run(iteration)
    edge()
    operation.teardown(iterations)


def _switch(state: str) -> None:
    """Let valgrind count or not: all but the operation would take minutes if it were counted."""
    command = [CONTROL, f"--pid={os.getpid()}", "instrumentation", state]
    control = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while control.poll() is None:
        time.sleep(0.01)  # valgrind listens as long as this process runs
    if control.returncode:
        raise RuntimeError(f"{CONTROL} ended with status {control.returncode}")
