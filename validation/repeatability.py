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
    what is kept of the baselines is drawn anew. One after the other is timed, and then all of so
    many lanes are counted at once.
    """
    commits = history.grow("repeat", plan.repeats)
    project = Project(history, "repeats", [history.newest(), *commits][-1])
    left = [n for n, commit in enumerate(commits, 1) if commit not in project.files()]
    for start in range(0, len(left), plan.lanes):
        numbers = left[start : start + plan.lanes]
        alone = [_as_on_a_new_machine(history, n, commits[n - 1]) for n in numbers]
        for number, one in zip(numbers, alone, strict=True):
            print(f"Repeat {number} of {plan.repeats}", flush=True)
            one.measure([commits[number - 1]], *plan.timed)
        pools.at_once(lambda one: one.run(one.files(), *plan.counted), alone)
        for one in alone:
            shutil.copytree(one.results, project.results, dirs_exist_ok=True)
            shutil.rmtree(one.directory)
    return pools.pool([project], commits)


def _as_on_a_new_machine(history: History, number: int, commit: str) -> Project:
    """Return a project with nothing but a checkout; each path has another length, and spaces."""
    name = f"repeat-{number}"
    directory = history.path.parent / name
    shutil.rmtree(directory, ignore_errors=True)
    return Project(history, name, commit, checkout(directory / ("checkout" + number * " x")))


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
