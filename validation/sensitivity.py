"""Is a planted slowdown found, and only where it is?

A trial is a history: points without a slowdown and one with it, measured again, or some more. All
are drawn from pools, since which measurement of a tree stands where is chance.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product, repeat
from statistics import median

from . import pools
from .change_points import DETECTORS
from .plan import Plan, Planted, Trees
from .pools import Point, Pool
from .project import History, Planting, blamed, thresholds

# The calls that are slowed, by the operation that shows it.
CALLS = {
    "log parameters": "log_param",
    "log metrics": "log_metric",
    "log artifact": "log_artifact",
    "start and end a run": "end",
}
NOTHING: Planting = dict.fromkeys(CALLS.values(), ("instructions", 0.0))
# So many units are planted to learn which share of a call one is.
PROBED = {"instructions": 2_000.0, "extra sync": 10.0, "slower sync": 3.0}


def run(history: History, plan: Plan, trees: Trees, unslowed: Pool) -> list[dict]:
    """Return a row for each share and operation: in how many trials it was found, and how."""
    rows = []
    units = units_of_a_call(history, plan, trees, unslowed)
    for place, number in enumerate(trees.trials):
        shares = [(planted, planted.shares[place]) for planted in trees.planted]
        name = "-".join(f"{planted.name}-{1000 * share:.0f}" for planted, share in shares)
        of_a_call = {
            operation: (kind, share * units[operation])
            for planted, share in shares
            for operation, kind in planted.kinds.items()
        }
        slowed = measure(history, plan, trees, name, of_a_call, number)
        for row in judge(history, plan, name, shares, unslowed, slowed):
            _, of_it = of_a_call[row["operation"]]
            rows.append(row | {"units": float(f"{of_it:.3g}")})
    names = [planted.name for planted in trees.planted]
    return sorted(rows, key=lambda row: (names.index(row["planted"]), row["share"]))


def units_of_a_call(history: History, plan: Plan, trees: Trees, unslowed: Pool) -> dict[str, float]:
    """Return how many units take as long as a call does, by operation."""
    probing = {
        operation: (kind, PROBED.get(kind, 1.0))
        for planted in trees.planted
        for operation, kind in planted.kinds.items()
    }
    probed = measure(history, plan, trees, f"{trees.part}-probe", probing, 1)
    # As many as there are at least: more of them must not change what is planted.
    first = Pool([], {series: values[: plan.before] for series, values in unslowed.values.items()})
    return {
        operation: probing[operation][1]
        / step(series_of(planted, operation, probed)[0], first, probed)
        for planted in trees.planted
        for operation in planted.kinds
    }


def measure(
    history: History,
    plan: Plan,
    trees: Trees,
    name: str,
    of_a_call: Mapping[str, tuple[str, float]],
    number: int,
) -> Pool:
    """Measure so often what is planted in calls, by the operation that they show."""
    planting = NOTHING | {CALLS[operation]: units for operation, units in of_a_call.items()}
    benchmarks = [rf"^{one}\(" for planted in trees.planted for one in planted.benchmarks]
    lanes = plan.lanes if trees.part == "counts" else 1
    return pools.measure(history, name, planting, number, benchmarks, lanes)


def series_of(planted: Planted, operation: str, measured: Pool) -> list[str]:
    """Return the series that show an operation, in the order of their benchmarks."""
    begins = tuple(f"{benchmark}('{operation}'" for benchmark in planted.benchmarks)
    series = thresholds(series for series in measured.values if series.startswith(begins))
    return sorted(series, key=lambda one: [one.startswith(begin) for begin in begins], reverse=True)


def step(series: str, before: Pool, after: Pool) -> float:
    """Return by which share the median of a series differs between pools."""
    return median(after.values[series]) / median(before.values[series]) - 1


def above(series: str, before: Pool, after: Pool) -> tuple[float, float]:
    """Return which shares of all pairs are beyond the threshold alone, and beyond chance, too."""
    allowed = thresholds([series])[series]
    return pools.worse(product(before.known(series), after.known(series)), allowed)


def judge(
    history: History,
    plan: Plan,
    name: str,
    shares: Sequence[tuple[Planted, float]],
    unslowed: Pool,
    slowed: Pool,
) -> list[dict]:
    """Make a history of each measurement; return in how many of them who found the slowdowns."""
    trials = range(len(slowed.files))
    seen = {}
    for where, after in (("alone", 0), ("after", plan.after)):
        chosen = [(_drawn(plan.before, t), _drawn(1 + after, t)) for t in trials]
        histories = {
            f"trial-{trial}": points(unslowed, slowed, *chosen[trial], trial) for trial in trials
        }
        commits, reports = pools.publish(history, f"{name}-{where}", histories)
        first = commits[plan.before]
        by_trial = [blamed(reports[machine]) for machine in histories]
        seen[where] = chosen, first, by_trial
    rows = []
    operations = tuple(f"('{operation}'" for planted, _ in shares for operation in planted.kinds)
    untouched = {one for one in slowed.values if not any(name in one for name in operations)}
    for planted, share in shares:
        targets = {operation: series_of(planted, operation, slowed) for operation in planted.kinds}
        others = {one for one in untouched if one.startswith(planted.benchmarks)}
        rows += [
            {
                "planted": planted.name,
                "kind": kind,
                "share": share,
                "operation": operation,
                "trials": len(trials),
                "steps": [round(step(one, unslowed, slowed), 5) for one in targets[operation]],
                "pairs": _most(above(one, unslowed, slowed) for one in targets[operation]),
                **{
                    where: _row(plan, targets[operation], others, unslowed, slowed, *found)
                    for where, found in seen.items()
                },
            }
            for operation, kind in planted.kinds.items()
        ]
    return rows


def _most(shares: Iterable[tuple[float, ...]]) -> list[float]:
    """Return the largest of each column."""
    return [round(max(column), 3) for column in zip(*shares, strict=True)]


def _row(
    plan: Plan,
    targets: list[str],
    others: set[str],
    unslowed: Pool,
    slowed: Pool,
    chosen: list[tuple[list[int], list[int]]],
    first: str,
    by_trial: list[dict[str, list[str]]],
) -> dict:
    """Return in how many trials one of the targets was marked, and at the right point alone."""
    marks = [[found for one in targets if (found := trial.get(one))] for trial in by_trial]
    row = {
        "found": sum(map(bool, marks)),
        "right": sum(map(_all, marks, repeat([first]))),
        "elsewhere": sorted({one for trial in by_trial for one in trial if one in others}),
    }
    allowed = thresholds(targets)
    for name, find in DETECTORS.items():
        steps = [
            [
                at
                for one in targets
                if (at := find(_values(one, unslowed, slowed, *of), allowed[one]))
            ]
            for of in chosen
        ]
        row[name] = sum(map(bool, steps))
        row[f"{name} right"] = sum(map(_all, steps, repeat([plan.before])))
    return row


def _all(found: list, right: list) -> bool:
    """Whether something was found, and everywhere what is right."""
    return bool(found) and all(one == right for one in found)


def _values(
    series: str, unslowed: Pool, slowed: Pool, before: list[int], after: list[int]
) -> list[float]:
    """Return a history's values of a series."""
    return _around(unslowed.values[series], before) + _around(slowed.values[series], after)


def _drawn(number: int, trial: int) -> list[int]:
    """Return which measurements of a pool a trial has, counted around."""
    return [trial + point for point in range(number)]


def _around(items: list, indices: Iterable[int]) -> list:
    return [items[index % len(items)] for index in indices]


def points(
    unslowed: Pool, slowed: Pool, before: list[int], after: list[int], trial: int
) -> list[Point]:
    """Return a history; the last point before and the only one after are measured again."""
    *earlier, last = [Point(file) for file in _around(unslowed.files, before)]
    later = [Point(file) for file in _around(slowed.files, after)]
    again = range(1, 1 + pools.times_again(len(slowed.files)))
    last = Point(last.file, tuple(_around(unslowed.files, (before[-1] + n for n in again))))
    if len(later) == 1:
        later = [Point(later[0].file, tuple(_around(slowed.files, (trial + n for n in again))))]
    return [*earlier, last, *later]
