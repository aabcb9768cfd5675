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
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

from . import fresh, scratch
from .filled import RUNS, Stores
from .operations import OPERATIONS, READS, WRITES
from .side import Side
from .trackers import BASELINES, SUBJECT

VERSION = "1"  # to be changed with what the operations do
# One turn of reading goes through ten runs; parameters of a run are four turns.
TURNS = {**dict.fromkeys(WRITES, 4), **dict.fromkeys(READS, 1)}
# A function of the C library that nobody else calls: it marks where an operation begins and ends.
MARK = "ctermid"

# Instructions of one turn, by tracker and operation.
Counted = dict[str, dict[str, float]]


def require_valgrind() -> None:
    """Raise NotImplementedError where there is none."""
    if not shutil.which("valgrind"):
        raise NotImplementedError("instructions cannot be counted: valgrind is not installed")


def count(stores: Stores) -> Counted:
    """Count all trackers at once; a baseline's instructions are kept for the next release."""
    trackers = [name for name in (SUBJECT, *BASELINES) if (name, RUNS) in stores]
    missing = [name for name in trackers if not _kept(name).exists()]
    with ThreadPoolExecutor() as pool:
        counted = dict(zip(missing, pool.map(partial(_count, stores), missing), strict=True))
    for name in counted.keys() & BASELINES:
        aside = _kept(name).with_suffix(".new")
        aside.write_text(json.dumps(counted[name]))
        os.replace(aside, _kept(name))
    kept = {name: json.loads(_kept(name).read_text()) for name in BASELINES if _kept(name).exists()}
    return counted | kept


def _kept(name: str) -> Path:
    """Return where a baseline's count is kept: what is installed besides SynaDB decides on it."""
    installed = sorted({(d.name, d.version) for d in distributions() if d.name != SUBJECT})
    digest = hashlib.sha256(repr((VERSION, sys.version, installed)).encode()).hexdigest()
    return scratch.CACHE / f"instructions-{name}-{digest[:16]}.json"


def _count(stores: Stores, name: str) -> dict[str, float]:
    """Do the operations of a tracker in a process of its own, under valgrind; count each."""
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        store, dumps = Path(directory, "store"), Path(directory, "dump")
        store.write_bytes(pickle.dumps(stores[name, RUNS]))
        out = f"--callgrind-out-file={dumps}"
        valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--dump-before={MARK}", out]
        alone = name == SUBJECT
        fresh.call(run, name, str(store), prefix=valgrind, alone=alone, PYTHONHASHSEED="0")
        # There is a dump before each mark, of what was executed since the last one.
        return {
            operation: _total(Path(f"{dumps}.{2 * number}")) / turns
            for number, (operation, turns) in enumerate(TURNS.items(), start=1)
        }


def _total(dump: Path) -> int:
    return int(re.search(r"^totals: (\d+)", dump.read_text(), re.M)[1])


def run(name: str, store: str) -> None:
    """Do each operation on a store of its own: once to warm up, then once between two marks."""
    gc.disable()  # when it runs is chance
    mark = getattr(os, MARK)
    for operation, turns in TURNS.items():
        with scratch.anywhere() as directory:
            side = Side(name, OPERATIONS[operation], 1, pickle.loads(Path(store).read_bytes()))
            side.open(Path(directory))
            for at_edge in (bool, mark):
                side.before()
                at_edge()
                for number in range(turns):
                    side.turn(number)
                at_edge()
                side.after(turns)
            side.close()
