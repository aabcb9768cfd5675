"""Logging metrics."""

from functools import partial

from . import workload
from .harness import operations, sizes
from .harness.cases import WriteOnDisk, shown
from .harness.sizes import Suite
from .trackers import load
from .trackers.kinds import STORING_SYSTEMS

ONE_BY_ONE, IN_BATCHES = "one by one", "in batches"
# What a training loop waits for: each call, no call, or no call but all of them at its end.
WAITING, IN_BACKGROUND = "waiting for each step", "in the background"
FLUSHED = f"{IN_BACKGROUND}, flushed"


class LogMetrics(WriteOnDisk):
    """Log the metric points of one run, one call each (the notebook's throughput)."""

    version = workload.VERSION
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS

    @shown(f"Log the {workload.POINTS} metric points of a run")
    def time_log_metrics(self, tracker: str) -> None:
        self.run()


class LogMetricsInBatches(WriteOnDisk):
    """Log the same points with each system's best documented way for many, next to one by one.

    Not equal work: MLflow's ``log_batch`` takes all points of a run in one call, which is for an
    importer, since a training does not have them yet. SynaDB has no such call; its best one is
    ``log_metrics`` for each step. ``LogSteps`` has the same calls on both sides.
    """

    version = "2"
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS
    repeat = sizes.SAMPLES_OF_BATCHES
    params = [[ONE_BY_ONE, IN_BATCHES], STORING_SYSTEMS]
    param_names = ["way", "tracker"]

    def prepare(self, way: str, tracker: str) -> None:
        super().prepare(tracker)
        assert isinstance(self.work, operations.LogMetrics)
        at_once = partial(self.tracker.log_batch, self.work.run_id, self.work.points)
        self.log = self.run if way == ONE_BY_ONE else at_once

    @shown(f"Log {workload.POINTS} metric points at once")
    def time_log_metrics(self, way: str, tracker: str) -> None:
        self.log()


class LogSteps(WriteOnDisk):
    """Log the steps of a training, the values of each with one call: ``log_metrics`` on all sides.

    SynaDB waits for each step. MLflow can log in the background, too: what the loop waits for is
    timed without the flush that follows it, and with it.
    """

    version = workload.VERSION
    suite = Suite.FULL
    iterations = operations.LogSteps.ITERATIONS
    repeat = sizes.SAMPLES_OF_BATCHES
    params = [sizes.VALUES_OF_A_STEP, [WAITING, IN_BACKGROUND, FLUSHED], STORING_SYSTEMS]
    param_names = ["values", "way", "tracker"]

    def prepare(self, values: int, way: str, tracker: str) -> None:
        if way != WAITING and not load(tracker).offers("log_step_in_background"):
            raise NotImplementedError(f"{tracker} has no call to log in the background")
        self.operation = partial(operations.LogSteps, values=values, in_background=way != WAITING)
        super().prepare(tracker)

    @shown(f"Log {workload.EPOCHS} steps of a training, one call each")
    def time_log_steps(self, values: int, way: str, tracker: str) -> None:
        self.run()
        if way == FLUSHED:
            self.tracker.flush()
