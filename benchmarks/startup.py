"""Start-up: importing a system, and logging the first metric with it, in a fresh interpreter."""

from pathlib import Path

from . import scratch
from .quick_start import ALONE
from .trackers import SYSTEMS, create
from .workload import EXPERIMENT


class Import:
    """Import the package; SynaDB with MLflow and Flask hidden, since it imports them."""

    version = "2"
    params = [["synadb", "mlflow"]]
    param_names = ["package"]
    timeout = 120
    rounds = 1
    repeat = (2, 3, 2.0)
    warmup_time = 0

    def setup(self, package: str) -> None:
        # A release whose library is not found can still be imported; one that is not
        # installed cannot run at all.
        create({"synadb": "synadb", "mlflow": "mlflow-sqlite"}[package])

    def timeraw_import(self, package: str) -> tuple[str, str]:
        return f"import {package}", ALONE if package == "synadb" else ""


class FirstMetric:
    """From the import to the first metric in a store that did not exist before.

    For MLflow with SQLite this includes the creation of its tables. SynaDB is alone here, too.
    """

    version = "2"
    params = [SYSTEMS]
    param_names = ["tracker"]
    timeout = 120
    rounds = 1
    repeat = (2, 3, 2.0)
    warmup_time = 0

    def setup(self, tracker: str) -> None:
        self.tracker = create(tracker)
        self.scratch = scratch.on_disk()
        self.directories: list[Path] = []

    def timeraw_first_metric(self, tracker: str) -> tuple[str, str]:
        directory = Path(self.scratch.name, str(len(self.directories)))
        directory.mkdir()
        self.directories.append(directory)
        prepare = f"""
            import sys
            from pathlib import Path
            sys.path.insert(0, {str(scratch.ROOT)!r})
            from benchmarks.trackers import create
            {ALONE if tracker == "synadb" else ""}
        """
        statement = f"""
            tracker = create({tracker!r})
            tracker.open(Path({str(directory)!r}))
            run_id = tracker.start_run({EXPERIMENT!r}, ["first"])
            tracker.log_metric(run_id, "loss", 0.5, 0)
        """
        return statement, prepare

    def teardown(self, tracker: str) -> None:
        try:
            for directory in self.directories:
                self.tracker.open(directory)
                (run_id,) = self.tracker.list_runs(EXPERIMENT)
                # Not the status: MLflow ends the run when the interpreter exits.
                read = self.tracker.read_run(EXPERIMENT, run_id, ["loss"], [])
                self.tracker.close()
                if read.metrics != {"loss": [(0, 0.5)]}:
                    raise AssertionError(f"{tracker} lost or changed the metric: {read}")
        finally:
            self.scratch.cleanup()
