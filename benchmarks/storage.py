"""What the notebook's runs and artifacts occupy."""

from . import workload
from .harness.cases import Measured, build_stores, shown
from .harness.sizes import Suite
from .harness.stores import ARTIFACTS, RUNS
from .trackers.kinds import EMBEDDED


class Storage(Measured):
    """Size and number of the files after ten runs, and after ten artifacts.

    Sizes are lengths as in the notebook, not blocks. MLflow stores absolute paths, so its
    bytes differ a little with the folder that it runs in.
    """

    suite = Suite.QUICK
    version = workload.VERSION
    params = [[RUNS, ARTIFACTS], EMBEDDED]
    param_names = ["content", "tracker"]
    setup_cache = staticmethod(build_stores)

    def prepare(self, content: str, tracker: str) -> None:
        directory = self.found[content].directory
        self.files = [path for path in directory.rglob("*") if path.is_file()]

    @shown(f"Size of a store of {workload.RUNS}", "bytes")
    def track_bytes(self, found: dict, content: str, tracker: str) -> int:
        return sum(path.stat().st_size for path in self.files)

    @shown(f"Files of a store of {workload.RUNS}", "files")
    def track_files(self, found: dict, content: str, tracker: str) -> int:
        return len(self.files)
