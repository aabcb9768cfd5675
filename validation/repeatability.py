"""How much do the results of one release differ, measured again and again?"""

from statistics import mean, stdev

from .plan import Plan
from .project import History, Project, checkout


def repeat(history: History, plan: Plan) -> tuple[Project, list[str]]:
    """Measure the newest release so often, each time as another commit and as on a new machine.

    Each is measured in a checkout of its own, with a newly built environment and nothing kept:
    what is kept of the baselines is drawn anew.
    """
    commits = [history.newest()]
    for number in range(1, plan.repeats + 1):
        commits.append(history.grow(commits[-1], f"repeat {number}"))
    project = Project(history, "repeats", commits[-1])
    for number, commit in enumerate(commits[1:], 1):
        if commit not in project.measured():
            print(f"Repeat {number} of {plan.repeats}", flush=True)
            # Each path has another length, and spaces.
            with checkout(project.directory / ("checkout" + number * " x")) as root:
                alone = Project(history, "repeats", commits[-1], root)
                alone.measure([commit], *plan.benchmarks)
    return Project(history, "repeats", commits[-1]), commits[1:]


def variation(project: Project) -> dict[str, float]:
    """Return the coefficient of variation of each series, in percent."""
    return {
        series: round(100 * stdev(by_commit.values()) / mean(by_commit.values()), 3)
        for series, by_commit in sorted(project.values().items())
    }
