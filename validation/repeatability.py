"""How much do the results of one release differ, measured again and again?"""

import shutil
from statistics import mean, stdev

from . import pools
from .plan import Plan
from .pools import Pool
from .project import History, Project, checkout


def repeat(history: History, plan: Plan) -> Pool:
    """Measure the newest release so often, each time as another commit and as on a new machine.

    Each is measured in a checkout of its own, with a newly built environment and nothing kept:
    what is kept of the baselines is drawn anew.
    """
    commits = history.grow("repeat", plan.repeats)
    head = [history.newest(), *commits][-1]
    project = Project(history, "repeats", head)
    for number, commit in enumerate(commits, 1):
        if commit not in project.files():
            print(f"Repeat {number} of {plan.repeats}", flush=True)
            # Each path has another length, and spaces.
            path = project.directory / ("checkout" + number * " x")
            shutil.rmtree(path, ignore_errors=True)
            alone = Project(history, "repeats", head, checkout(path))
            alone.measure([commit], *plan.repeated)
            shutil.rmtree(path)
    return pools.pool([project], commits)


def variation(pool: Pool) -> dict[str, float]:
    """Return the coefficient of variation of each series, in percent."""
    return {
        series: round(100 * stdev(values) / mean(values), 3)
        for series, values in sorted(pool.values.items())
        if len(values) > 1 and mean(values)
    }


def ranges(pool: Pool) -> dict[str, float]:
    """Return by how much the largest value of a series exceeds its least, in percent."""
    return {
        series: round(100 * (max(values) / min(values) - 1), 3)
        for series, values in sorted(pool.values.items())
        if len(values) > 1 and min(values)
    }
