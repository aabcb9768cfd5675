"""Step detection of others, to lay beside this suite's: asv's own and Apache Otava's."""

from asv.step_detect import detect_regressions, detect_steps
from otava.series import AnalysisOptions, Metric, Series


def by_asv(values: list[float], threshold: float) -> list[int]:
    """Return the indices of the values with which asv sees a series become worse."""
    *_, jumps = detect_regressions(
        detect_steps(values),
        threshold,  # pyright: ignore[reportArgumentType] # its default is an int
    )
    return [jump[1] for jump in jumps or []]


def by_otava(values: list[float], threshold: float) -> list[int]:
    """Return the indices of the values with which Otava sees a series become worse.

    Its options are its own, a p-value of at most 0.001 and no least size: it needs no threshold.
    """
    del threshold
    times = list(range(len(values)))
    series = Series("", None, times, {"": Metric()}, {"": values}, {})
    points = series.analyze(AnalysisOptions()).change_points[""]
    return [point.index for point in points if point.mean_after() > point.mean_before()]


DETECTORS = {"asv": by_asv, "Otava": by_otava}
