"""Instructions that an operation executes, counted by valgrind: nothing else changes them.

They are those of the process, not of the kernel, whose share is in ``counts``: calls and syncs.
"""

import gc
import hashlib
import json
import os
import pickle
import re
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

from ..system import directories
from ..system.processes import run_in_new_interpreter
from ..trackers import BASELINES, SUBJECT, load
from . import sizes
from .interleaved import Runner
from .operations import OPERATIONS, READS, WRITES
from .stores import build_runs

VERSION = "1"  # to be changed with what the operations do
# One iteration of reading goes through ten runs; parameters of a run are four iterations.
ITERATIONS = {
    **dict.fromkeys(WRITES, sizes.COUNTED_INSTRUCTIONS_OF_WRITES),
    **dict.fromkeys(READS, sizes.COUNTED_INSTRUCTIONS_OF_READS),
}
# A function of the C library that nobody else calls: it marks where an operation begins and ends.
MARK = "ctermid"

# Instructions of one iteration by operation.
Counted = dict[str, float]


def require() -> None:
    """Raise NotImplementedError where there is no valgrind."""
    if not shutil.which("valgrind"):
        raise NotImplementedError("instructions cannot be counted: valgrind is not installed")


def count(name: str) -> Counted:
    """Count the instructions of a tracker's operations; a baseline's are kept."""
    if name not in BASELINES:
        return _count(name)
    # What is installed besides SynaDB decides on a baseline's.
    subject = load(SUBJECT).package
    installed = sorted({(d.name, d.version) for d in distributions() if d.name != subject})
    digest = hashlib.sha256(repr((VERSION, sys.version, installed)).encode()).hexdigest()

    def write(path: Path) -> None:
        path.write_text(json.dumps(_count(name)))

    kept = directories.kept(f"instructions-{name}-{digest[:16]}.json", write)
    return json.loads(kept.read_text())


def _count(name: str) -> Counted:
    """Do the operations of a tracker in a process of its own, under valgrind; count each."""
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        store, dumps = Path(directory, "store"), Path(directory, "dump")
        store.write_bytes(pickle.dumps(build_runs(name)))
        out = f"--callgrind-out-file={dumps}"
        run_in_new_interpreter(
            run_all,
            name,
            str(store),
            prefix=["valgrind", "--quiet", "--tool=callgrind", f"--dump-before={MARK}", out],
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
            _run(runner, iterations)
            _run(runner, iterations, marked=True)
            runner.close()


def _run(runner: Runner, iterations: int, marked: bool = False) -> None:
    # Both ways the same is executed but for the mark, which must not be warmed up by another call.
    edge = getattr(os, MARK) if marked else bool
    runner.setup()
    edge()
    for iteration in range(iterations):
        runner.run(iteration)
    edge()
    runner.teardown(iterations)
