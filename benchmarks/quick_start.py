"""What a user writes, and gets, to log a first metric."""

import ast

from .harness import quick_starts
from .harness.cases import Measured, Outcome, shown
from .harness.once import once
from .harness.sizes import Suite
from .system import directories
from .trackers import TRACKERS, create, load
from .trackers.kinds import SYSTEMS

# What the trackers say of themselves: asv keeps it with a benchmark, and website/ reads it there.
ABOUT = [
    {
        "name": name,
        "display_name": load(name).display_name,
        "package": load(name).package,
        "kind": load(name).kind.value,
        "durability": load(name).durability,
        "quick_start": quick_starts.code(load(name)),
    }
    for name in TRACKERS
]


class QuickStart(Measured):
    """The statements of the shortest code that logs a metric, and the files that it leaves.

    It is run in a new process and a new folder, with no setting but its own, and its metric is
    read back.
    """

    suite = Suite.QUICK
    version = "1"
    params = [SYSTEMS]

    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SYSTEMS, once("quick-start", _run), workers=2)

    @shown("Statements of the quick start", "statements", trackers=ABOUT)
    def track_statements(self, found: dict, tracker: str) -> int:
        code = ast.parse(quick_starts.code(load(tracker)))
        return sum(isinstance(node, ast.stmt) for node in ast.walk(code))

    @shown("Files that the quick start leaves", "files")
    def track_files(self, found: dict, tracker: str) -> int:
        return self.found


def _run(name: str) -> int:
    """Run a quick start and read its metric back; return how many files it left."""
    tracker = create(name)
    with directories.empty_store() as store:
        quick_starts.run(tracker, store)
        files = sum(path.is_file() for path in store.rglob("*"))
        if not quick_starts.was_logged(tracker, store):
            raise AssertionError(f"{tracker.display_name} lost the metric of its quick start")
    return files
