"""How much do the results of one release differ, measured again and again?"""

from statistics import mean, stdev

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
