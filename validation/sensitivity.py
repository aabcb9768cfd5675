"""Is a planted slowdown found, and at the commit that brought it?"""

from statistics import mean, median

from .plan import Plan
from .project import History, Project
from .report import OPERATION

# The calls that are slowed, by the operation that shows it.
CALLS = {"log parameters": "log_param", "log metrics": "log_metric", "log artifact": "log_artifact"}
NONE = dict.fromkeys(CALLS.values(), 0)
PLANTED = "turns of an empty loop, as many as are a share of a call's own instructions"
PROBED = 2_000  # turns

# Results by series and commit.
Values = dict[str, dict[str, float]]


def run(history: History, plan: Plan) -> list[dict]:
    """Run all trials; return, for each slowdown and series, in how many it was found where.

    All trials share the unslowed points, which have the slowdown's code with no turns. So its
    own cost, some percent of a call, is in all points and not taken for the slowdown.
    """
    commits = [history.newest()]
    for point in range(1, plan.unslowed + 1):
        commits.append(history.grow(commits[-1], f"unslowed {point}", NONE))
    unslowed = Project(history, "unslowed", commits[-1])
    unslowed.measure(commits[1:], plan.slowed_series)
    probe = history.grow(commits[-1], "probed", dict.fromkeys(NONE, PROBED))
    probed = Project(history, "probed", probe)
    probed.measure([probe], plan.slowed_series)
    doubled = turns_of_a_call(unslowed.values(), probed.values())
    rows = []
    for share in plan.shares:
        turns = NONE | {call: round(share * number) for call, number in doubled.items()}
        slowed = _slowed(history, commits[-1], f"slowed by {share:.0%}", turns, plan.slowed)
        trials = [
            _trial(history, unslowed, slowed, f"slowed-{100 * share:.0f}-{number}", plan)
            for number in range(plan.trials)
        ]
        rows += [_row(share, series, trials) for series in sorted(trials[0])]
    return rows


def turns_of_a_call(before: Values, after: Values) -> dict[str, float]:
    """Return how many turns take what a call does, by call.

    From what was counted before, and after ``PROBED`` turns were planted in each call, by series
    and commit.
    """
    found: dict[str, list[float]] = {}
    for series, counts in before.items():
        match = OPERATION.match(series)
        assert match, series
        count, probed = (mean(values.values()) for values in (counts, after[series]))
        found.setdefault(CALLS[match[1]], []).append(PROBED * count / (probed - count))
    return {call: median(turns) for call, turns in found.items()}


def _slowed(
    history: History, parent: str, subject: str, turns: dict[str, int], points: int
) -> list[str]:
    commits = [parent]
    for point in range(1, points + 1):
        commits.append(history.grow(commits[-1], f"{subject} {point}", turns))
    return commits[1:]


def _trial(
    history: History, unslowed: Project, slowed: list[str], name: str, plan: Plan
) -> dict[str, dict]:
    """Return by series: whether a regression was found, at the right commit, and the step."""
    trial = Project(history, name, slowed[-1])
    trial.take_over(unslowed)
    trial.measure(slowed, plan.slowed_series)
    regressions = trial.regressions()
    result = {}
    for series, by_commit in trial.values().items():
        after = [by_commit[commit] for commit in slowed]
        before = [value for commit, value in by_commit.items() if commit not in slowed]
        blamed = regressions.get(series, [])
        result[series] = {
            "found": bool(blamed),
            "right": blamed == slowed[:1],
            "step": round(mean(after) / mean(before) - 1, 5),
        }
    return result


def _row(share: float, series: str, trials: list[dict[str, dict]]) -> dict:
    return {
        "share": share,
        "series": series,
        "trials": len(trials),
        "found": sum(trial[series]["found"] for trial in trials),
        "right": sum(trial[series]["right"] for trial in trials),
        "steps": [trial[series]["step"] for trial in trials],
    }
