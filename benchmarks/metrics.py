"""Logging metrics."""

from functools import partial
from operator import itemgetter

from . import workload
from .harness import operations, sizes
from .harness.cases import WriteOnDisk, shown
from .harness.operations import LogSteps
from .harness.sizes import Suite
from .trackers import Tracker, load
from .trackers.base import Point
from .trackers.kinds import LOGGING

ONE_BY_ONE = "one by one"
# How the points of a run are logged, by the call that a tracker needs for it.
WAYS = {
    ONE_BY_ONE: ("log_metric", LogSteps.one_by_one),
    "by step": ("log_step", LogSteps.by_step),
    "by step, in the background": ("log_step_in_background", LogSteps.in_background),
    "by step, not waited for": ("log_step_in_background", LogSteps.not_waited_for),
    "a whole run": ("log_batch", LogSteps.whole_run),
}


class LogMetrics(WriteOnDisk):
    """Log the metric points of one run, one call each (the notebook's throughput)."""

    version = workload.VERSION
    operation = operations.LogMetrics
    iterations = operation.ITERATIONS

    @shown(f"Log the {workload.POINTS} metric points of a run")
    def time_log_metrics(self, tracker: str) -> None:
        self.run()


def _offers(name: str, call: str) -> bool:
    """Whether a tracker has a call of its own, and not just the interface's."""
    return getattr(load(name), call) is not getattr(Tracker, call)


class LogMetricsInBatches(WriteOnDisk):
    """Log the metric points of a run in every way that there is, each tracker by the same calls.

    By step is what a training loop does: ``log_metrics`` with the values of a step, in SynaDB as in
    MLflow. MLflow can do so in the background (``synchronous=False``) and wait for all steps at the
    end; not waited for is the same without that end, which comes after the clock. A whole run
    (``log_batch``) is what an importer does, which has all points already. SynaDB has none of these
    three.
    """

    version = f"{workload.VERSION}.2"
    timeout = 600
    min_run_count = 1
    params = [
        list(WAYS),
        list(sizes.SAMPLES_OF_STEPS),
        [name for name in LOGGING if _offers(name, "log_step")],
    ]
    param_names = ["way", "values", "tracker"]

    def prepare(self, way: str, values: int, tracker: str) -> None:
        call, log = WAYS[way]
        if not _offers(tracker, call):
            raise NotImplementedError(f"{tracker} has no call that logs {way}")
        if values > workload.METRICS:
            sizes.require(Suite.STANDARD)
            if way == ONE_BY_ONE:
                raise NotImplementedError(f"one by one, {values} values are more of the same")
        self.repeat = sizes.SAMPLES_OF_STEPS[values]
        self.operation = partial(LogSteps, _points(values), log)
        super().prepare(tracker)

    @shown(f"Log {workload.EPOCHS} steps of metric values")
    def time_log_metrics(self, way: str, values: int, tracker: str) -> None:
        self.run()


def _points(values: int) -> list[Point]:
    """Return steps of so many values: the metrics of several runs as if they were one's."""
    points = [
        (f"{name}_{number}", value, step)
        for number, run in enumerate(workload.load().runs[: values // workload.METRICS])
        for name, value, step in run.metrics
    ]
    return sorted(points, key=itemgetter(2))
