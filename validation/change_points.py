"""Apache Otava's step detection, to lay beside asv's; what is imported of it is its analysis."""

from otava.series import AnalysisOptions, Metric, Series


def found(values: list[float]) -> list[int]:
    """Return the indices of the values with which Otava sees a series become larger.

    The options are its own: a p-value of at most 0.001, and no least size.
    """
    times = list(range(len(values)))
    series = Series("", None, times, {"": Metric()}, {"": values}, {})
    points = series.analyze(AnalysisOptions()).change_points[""]
    return [point.index for point in points if point.mean_after() > point.mean_before()]
