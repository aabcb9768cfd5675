"""What the notebook's runs and artifacts occupy."""

from .filled import ARTIFACTS, RUNS, Stores, setup_cache
from .trackers import WRITERS, create
from .workload import VERSION

__all__ = ["Storage", "setup_cache"]


class Storage:
    """Size and number of the files after ten runs, and after ten artifacts of 1 MiB.

    Sizes are lengths as in the notebook, not blocks. MLflow stores absolute paths, so its
    bytes differ a little with the folder that it runs in.
    """

    version = VERSION
    params = [[RUNS, ARTIFACTS], WRITERS]
    param_names = ["content", "tracker"]

    def setup(self, stores: Stores, content: str, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        directory = stores[tracker, content].directory
        self.files = [path for path in directory.rglob("*") if path.is_file()]

    def track_bytes(self, stores: Stores, content: str, tracker: str) -> int:
        return sum(path.stat().st_size for path in self.files)

    track_bytes.unit = "bytes"

    def track_files(self, stores: Stores, content: str, tracker: str) -> int:
        return len(self.files)

    track_files.unit = "files"
