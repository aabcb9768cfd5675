"""Instructions that an operation executes, counted by valgrind: nothing else changes them.

They are those of the process, not of the kernel, whose share is in ``counts``: calls and syncs.
"""

import gc
import os
import pickle
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ..system import directories
from ..system.processes import run_in_new_interpreter
from ..trackers import load
from . import sizes
from .operations import OPERATIONS, READS, WRITES
from .runner import Runner
from .stores import build_runs

VERSION = "1"  # to be changed with what the operations do
# One iteration of reading goes through ten runs; parameters of a run are four iterations.
ITERATIONS = {
    **dict.fromkeys(WRITES, sizes.COUNTED_INSTRUCTIONS_OF_WRITES),
    **dict.fromkeys(READS, sizes.COUNTED_INSTRUCTIONS_OF_READS),
}
# A function of the C library that nobody else calls: it marks where an operation begins and ends.
MARK = "ctermid"
CONTROL = "callgrind_control"  # comes with valgrind

# Instructions of one iteration by operation.
Counted = dict[str, float]


def require() -> None:
    """Raise NotImplementedError where there is no valgrind."""
    for program in ("valgrind", CONTROL):
        if not shutil.which(program):
            raise NotImplementedError(f"instructions cannot be counted: {program} is not installed")


def count(name: str) -> Counted:
    """Do the operations of a tracker in a process of its own, under valgrind; count each."""
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        store, dumps = Path(directory, "store"), Path(directory, "dump")
        store.write_bytes(pickle.dumps(build_runs(name)))
        options = ["--quiet", "--tool=callgrind", "--instr-atstart=no", f"--dump-before={MARK}"]
        run_in_new_interpreter(
            run_all,
            name,
            str(store),
            prefix=["valgrind", *options, f"--callgrind-out-file={dumps}"],
            hidden=load(name).optional_imports,
            PYTHONHASHSEED="0",
        )
        # There is a dump before each mark, of what was executed since the last one.
        return {
            operation: _total(Path(f"{dumps}.{2 * number}")) / iterations
            for number, (operation, iterations) in enumerate(ITERATIONS.items(), start=1)
        }


def _total(dump: Path) -> int:
    found = re.search(r"^totals: (\d+)", dump.read_text(), re.M)
    assert found, "callgrind writes the total into each dump"
    return int(found[1])


def run_all(name: str, store: str) -> None:
    """Do each operation on a store of its own: once to warm up, then once between two marks."""
    gc.disable()  # when it runs is chance
    for operation, iterations in ITERATIONS.items():
        with directories.in_memory_or_on_disk() as directory:
            to_be_read = pickle.loads(Path(store).read_bytes())
            runner = Runner(name, OPERATIONS[operation], store=to_be_read)
            runner.open(Path(directory))
            _run(runner, iterations, edge=bool)
            _switch("on")
            _run(runner, iterations, edge=getattr(os, MARK))
            _switch("off")
            runner.close()


def _run(runner: Runner, iterations: int, edge: Callable[[], object]) -> None:
    runner.setup()
    edge()
    for iteration in range(iterations):
        runner.run(iteration)
    edge()
    runner.teardown(iterations)


def _switch(state: str) -> None:
    """Let valgrind count or not: all but the operation would take minutes if it were counted."""
    command = [CONTROL, f"--instr={state}", str(os.getpid())]
    control = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while control.poll() is None:
        time.sleep(0.01)  # valgrind listens as long as this process runs
    if control.returncode:
        raise RuntimeError(f"{CONTROL} ended with status {control.returncode}")
