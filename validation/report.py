"""docs/validation.md and its plot, from what the experiments found."""

import json
import re
from math import comb
from pathlib import Path

import altair
from jinja2 import Environment, PackageLoader, StrictUndefined

from .change_points import DETECTORS
from .project import ROOT

# What was published before the baselines were drawn anew for each repeat.
OLD = ROOT / "docs" / "validation-2026-11-23.json"
# Earlier runs of all of it: by how much the day matters, and the machine.
DAYS = ("2026-11-24", "2026-11-26-busy", "2026-11-26")
EARLIER = [ROOT / "docs" / f"validation-{name}.json" for name in DAYS]
COST = re.compile(r"against_mlflow\.(InMemory|OnDisk|Instructions)\.track_cost\('(.*)', '(.*)'\)")
COUNT = re.compile(r"instructions\.Operations\.track_instructions\('(.*)', '(.*)'\)")
TIME = re.compile(r"against_release\.(\w+\.track_\w+)\('(.*)'\)")
WHERE = ("alone", "after")
# By who looks for a slowdown: the names in a row of where, and of what was right.
METHODS = {
    f"{where}, {who or 'this suite'}": (key, f"{who} right".lstrip())
    for key, where in zip(WHERE, ("newest release", "points after it"), strict=True)
    for who in ("", *DETECTORS)
}


def write(found: dict, directory: Path) -> None:
    """Write the page and the plot into a folder."""
    _plot(found["trials"]).save(str(directory / "validation.svg"))
    environment = Environment(
        loader=PackageLoader("validation"), undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("validation.md").render(
        found=found,
        signals=_signals(found),
        costs=_costs(found["variation"], json.loads(OLD.read_text("utf-8"))["variation"]),
        planted=_planted(found["trials"]),
        days=days(*(json.loads(path.read_text("utf-8")) for path in EARLIER), found),
        spread=_spread,
        bound=bound,
        compared=compared(found["alarms"]),
        elsewhere=elsewhere,
    )
    (directory / "validation.md").write_text(page, "utf-8")


def bound(comparisons: int, seen: int = 0) -> float:
    """Return the rate, in percent, that as few seen in so many exclude with 95 % confidence."""
    rates = (number / 10_000 for number in range(10_001))
    sure = (rate for rate in rates if _at_most(seen, comparisons, rate) <= 0.05)
    return 100 * next(sure, 1.0)


def _at_most(seen: int, of: int, rate: float) -> float:
    """Return the probability of as few or fewer."""
    return sum(comb(of, n) * rate**n * (1 - rate) ** (of - n) for n in range(seen + 1))


def compared(alarms: list[dict]) -> tuple[int, int]:
    """Return how many changes were confirmed, and in how many comparisons of a whole release.

    What is counted and what is timed are of the same releases.
    """
    comparisons = {row["part"]: row["comparisons"] for row in alarms}
    apart = comparisons.pop("repeats", 0)
    return sum(len(row["confirmed"]) for row in alarms), apart + min(
        comparisons.values(), default=0
    )


def elsewhere(rows: list[dict]) -> list[str]:
    """Return the series that were marked in any of the trials, though nothing was planted there."""
    return sorted({one for row in rows for where in WHERE for one in row[where]["elsewhere"]})


def _signals(found: dict) -> list[dict]:
    """Return a row for each operation: how much its counts, draws and times vary, in percent."""
    rows: dict[str, dict] = {}
    for series, cv in found["variation"].items():
        if match := COUNT.fullmatch(series):
            operation, tracker = match.groups()
            rows.setdefault(operation, {"operation": operation})[tracker] = cv
            if tracker == "synadb":
                rows[operation]["range"] = found["ranges"][series]
        elif match := TIME.fullmatch(series):
            benchmark, operation = match.groups()
            rows.setdefault(operation, {"operation": operation})[benchmark] = cv
    return list(rows.values())


def _costs(now: dict[str, float], before: dict[str, float]) -> list[dict]:
    """Return a row for each operation and baseline: by class how costs vary, and did before."""
    rows: dict[tuple[str, str], dict] = {}
    for series, cv in now.items():
        if match := COST.fullmatch(series):
            name, operation, baseline = match.groups()
            row = rows.setdefault((operation, baseline), {})
            row |= {"operation": operation, "baseline": baseline, name: (cv, before.get(series))}
    return list(rows.values())


def _planted(trials: list[dict]) -> dict[str, list[dict]]:
    """Return the rows by what was planted."""
    groups: dict[str, list[dict]] = {}
    for row in trials:
        groups.setdefault(row["planted"], []).append(row)
    return groups


def days(*runs: dict) -> list[tuple[str, list[str]]]:
    """Return what differs from day to day: a label, and a cell for each run."""
    most = max(row["trials"] for run in runs for row in run["trials"])
    waits = {
        (row["operation"], row["kind"], row["share"]): None
        for run in runs
        for row in run["trials"]
        if row["planted"] != "instructions" and row["trials"] == most
    }
    return [
        ("measured on", [_all(run, "date") for run in runs]),
        ("machine", [_all(run, "machine") for run in runs]),
        ("judged by", [run["judged_by"] for run in runs]),
        ("times in memory of repeats vary by, %", [_spread(run, "InMemory") for run in runs]),
        ("times on disk of repeats vary by, %", [_spread(run, "OnDisk") for run in runs]),
        ("seemed to change, of comparisons", [_seen(run, "seen once") for run in runs]),
        ("confirmed", [_seen(run, "confirmed") for run in runs]),
        *((f"{100 * w[2]:g} %: {w[0]}, {w[1]}", [_found(run, *w) for run in runs]) for w in waits),
    ]


def _all(run: dict, what: str) -> str:
    """Return the date or the machine of a run, of all its parts."""
    parts = run.get("measured", {"all": run}).values()
    return " and ".join(dict.fromkeys(part[what] for part in parts))


def _spread(run: dict, name: str) -> str:
    """Return between which coefficients of variation times are."""
    begins = f"against_release.{name}.track_time"
    found = [cv for series, cv in run["variation"].items() if series.startswith(begins)]
    return f"{min(found):.2f} to {max(found):.2f}" if found else "-"


def _seen(run: dict, what: str) -> str:
    """Return how many series of a release differed from those of the same, and of how many."""
    compared = sum(row["comparisons"] * row["series"] for row in run["alarms"])
    return f"{sum(len(row[what]) for row in run['alarms'])} of {compared}"


def _found(run: dict, operation: str, kind: str, share: float) -> str:
    """Return in how many trials a slowdown was found in the newest release, and at it alone."""
    wanted = {"operation": operation, "kind": kind, "share": share}
    rows = [row["alone"] for row in run["trials"] if wanted.items() <= row.items()]
    return " ".join(f"{row['found']} / {row['right']}" for row in rows) or "-"


def _plot(trials: list[dict]) -> altair.VConcatChart:
    """The share of trials in which a slowdown was found, and its measured step, by its size."""
    shares = [
        {
            "planted": 100 * row["share"],
            "found": 100 * row[where][what] / row["trials"],
            "by": method,
            "kind": row["kind"],
        }
        for row in trials
        for method, (where, what) in METHODS.items()
        if what in row[where]
    ]
    steps = [
        {"planted": 100 * row["share"], "step": 100 * max(row["steps"]), "kind": row["kind"]}
        for row in trials
    ]
    ticks = sorted({100 * row["share"] for row in trials})
    across = altair.Scale(type="log", nice=False, padding=10)
    axis = altair.Axis(values=ticks, format="~g")
    planted = altair.X("planted:Q", title="planted, % of a call", scale=across, axis=axis)
    below = altair.Legend(orient="bottom", columns=2, labelLimit=0)
    colours = altair.Scale(scheme="tableau10")
    by = altair.Color("by:N", title=None, scale=colours, legend=below)
    curves = (
        altair.Chart(altair.Data(values=shares))
        .mark_line(point=True)
        .encode(
            x=planted,
            y=altair.Y("mean(found):Q", title="found at the right commit, % of trials"),
            color=by,
            strokeDash=altair.StrokeDash("by:N", legend=None),
        )
        .properties(width=180, height=150)
        .facet(facet=altair.Facet("kind:N", title=None), columns=3)
    )
    measured = altair.Y("step:Q", title="measured, %", scale=altair.Scale(type="log"))
    kind = altair.Color("kind:N", title=None, scale=altair.Scale(scheme="set2"))
    dots = altair.Chart(altair.Data(values=steps)).mark_point(filled=True, size=60)
    dots = dots.encode(x=planted, y=measured, color=kind, shape=altair.Shape("kind:N", title=None))
    return altair.vconcat(curves, dots.properties(width=480, height=220)).resolve_scale(
        color="independent", shape="independent"
    )
