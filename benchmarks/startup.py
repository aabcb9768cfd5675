"""Start-up: importing a system, and logging the first metric with it, in a fresh interpreter."""

from pathlib import Path

from .harness import quick_starts, sizes
from .harness.cases import Case, shown
from .harness.sizes import Suite
from .system import directories
from .trackers import create
from .trackers.kinds import PACKAGES, SYSTEMS, of_package
from .workload import EXPERIMENT


class _StartUp(Case):
    suite = Suite.QUICK
    version = "2"
    rounds = 1
    repeat = sizes.SAMPLES_OF_STARTS
    warmup_time = 0


class Import(_StartUp):
    """Import the package, with what it imports and does not need hidden."""

    params = [PACKAGES]
    param_names = ["package"]

    def prepare(self, package: str) -> None:
        # A release whose library is not found can still be imported; one that is not
        # installed cannot run at all.
        self.tracker = create(of_package(package))

    @shown("Import")
    def timeraw_import(self, package: str) -> tuple[str, str]:
        return f"import {package}", quick_starts.hide(self.tracker.optional_imports)


class FirstMetric(_StartUp):
    """From the import to the first metric in a store that did not exist before.

    For MLflow with SQLite this includes the creation of its tables.
    """

    params = [SYSTEMS]

    def prepare(self, tracker: str) -> None:
        self.tracker = create(tracker)
        self.scratch = Path(self.cleanup.enter_context(directories.on_disk()))
        self.cleanup.callback(self.read_back)

    @shown("Import and log a first metric to a new store")
    def timeraw_first_metric(self, tracker: str) -> tuple[str, str]:
        directory = self.scratch / str(len(list(self.scratch.iterdir())))
        directory.mkdir()
        prepare = f"""
            import sys
            from pathlib import Path
            sys.path.insert(0, {str(directories.ROOT)!r})
            from benchmarks.trackers import create
            {quick_starts.hide(self.tracker.optional_imports)}
        """
        statement = f"""
            tracker = create({tracker!r})
            tracker.open(Path({str(directory)!r}))
            run_id = tracker.start_run({EXPERIMENT!r}, ["first"])
            tracker.log_metric(run_id, "loss", 0.5, 0)
        """
        return statement, prepare

    def read_back(self) -> None:
        for directory in self.scratch.iterdir():
            self.tracker.open(directory)
            (run_id,) = self.tracker.list_runs(EXPERIMENT)
            # Not the status: MLflow ends the run when the interpreter exits.
            read = self.tracker.read_run(EXPERIMENT, run_id, ["loss"], [])
            self.tracker.close()
            if read.metrics != {"loss": [(0, 0.5)]}:
                raise AssertionError(f"{self.tracker.display_name} lost the metric: {read}")
