"""Draws: instructions counted several times; memory lies elsewhere in each."""

import gzip
import json
from typing import Any

from ..system import directories
from ..trackers import Kind, load
from ..trackers.kinds import EMBEDDED
from . import callgrind
from .callgrind import Counted
from .cases import Measured, Missing, Outcome, attributes
from .once import once
from .operations import READS
from .stacks import pruned
from .stores import build_runs

# By kind: the callers in the paths of each process, its draws, and the least share of a path that
# is kept. SynaDB's draws are of three new processes, and of forks, in which types have other
# numbers. Importing MLflow takes a third of the time, so most of a baseline's are forks; paths take
# long, too: but for SynaDB one draw has them, and they are cut.
PATHS = {
    Kind.SUBJECT: ([(40, [0, 3]), (40, [1, 4]), (40, [2])], 0.0005),
    Kind.LIBRARY: ([(40, [0]), (0, [1, 2])], 0.0005),
    Kind.BASELINE: ([(8, [0]), (0, [1, 2, 3, 4])], 0.005),
    Kind.FLOOR: ([(40, [0]), (40, [1]), (40, [2])], 0.0005),
}
# What a tracker executed by call path, by operation, in some iterations.
STACKS = "stacks-{}.json.gz"


class Drawn(Measured):
    """A benchmark that shows what was drawn; asv has it drawn once for all of them.

    ``found`` has a list by operation: the instructions of an iteration in each draw. Where they go
    is kept beside asv's results.
    """

    version = callgrind.VERSION

    def require(self) -> None:
        callgrind.require()

    @attributes(timeout=1200)
    def setup_cache(self) -> dict[str, Outcome]:
        slowest_first = EMBEDDED[::-1]
        found = self.measure_each(slowest_first, once("instructions", draw), workers=2)
        kept = {name: drawn for name, drawn in found.items() if not isinstance(drawn, Missing)}
        for name, drawn in kept.items():
            stacks = json.dumps(_each(drawn, "stacks")).encode()
            directories.keep_beside(STACKS.format(name), gzip.compress(stacks, mtime=0))
        return found | {name: _each(drawn, "draws") for name, drawn in kept.items()}


def draw(name: str) -> dict[str, dict[str, Any]]:
    """Return what ``Drawn`` finds of a tracker, as JSON."""
    processes, least = PATHS[load(name).kind]
    store = build_runs(name) if READS.keys() <= set(callgrind.operations_of(name)) else None
    drawn, with_paths = [], []
    for callers, draws in processes:
        counted = callgrind.count(name, store, callers, draws)
        drawn += counted
        with_paths += counted if callers else []
    return {
        operation: {
            "draws": [counted[operation].of_one for counted in drawn],
            "stacks": _stacks([counted[operation] for counted in with_paths], least),
        }
        for operation in callgrind.operations_of(name)
    }


def _stacks(draws: list[Counted], least: float) -> dict[str, Any]:
    """Return the call paths of the draw in the middle, which asv shows as the median."""
    middle = sorted(draws, key=lambda draw: draw.instructions)[len(draws) // 2]
    return {"iterations": middle.iterations, "stacks": pruned(middle.stacks, least)}


def _each(drawn: dict[str, dict[str, Any]], what: str) -> dict[str, Any]:
    return {operation: found[what] for operation, found in drawn.items()}
