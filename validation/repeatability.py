"""How much do the results of one release differ, measured again and again?"""

from statistics import mean, median, stdev

from .plan import Plan
from .project import History, Project


def repeat(history: History, plan: Plan) -> tuple[Project, list[str]]:
    """Measure the newest release so often, each time as another commit and in fresh processes."""
    commits = [history.newest()]
    for number in range(1, plan.repeats + 1):
        commits.append(history.grow(commits[-1], f"repeat {number}"))
    project = Project(history, "repeats", commits[-1])
    project.measure(commits[1:], *plan.benchmarks)
    return project, commits[1:]


def variation(project: Project) -> dict[str, float]:
    """Return the coefficient of variation of each series, in percent."""
    return {
        series: round(100 * stdev(by_commit.values()) / mean(by_commit.values()), 3)
        for series, by_commit in sorted(project.values().items())
    }


def growth(project: Project) -> dict[str, float]:
    """Return by how much each series grew while it was sampled, in percent, over all repeats.

    It compares the second half of the samples with the first: a cost that grows with their index
    is drift.
    """
    grown = {}
    for series, samples in sorted(project.samples().items()):
        ratios = [median(s[len(s) // 2 :]) / median(s[: len(s) // 2]) for s in samples]
        grown[series] = round(100 * (median(ratios) - 1), 3)
    return grown
