"""docs/validation.md and its plot, from what the experiments found."""

import re
from pathlib import Path
from statistics import median

import altair
from jinja2 import Environment, PackageLoader, StrictUndefined

COST = re.compile(r"against_mlflow\.(\w+)\.track_cost\('(.*)', '(.*)'\)")
# What moves with SynaDB alone: its instructions, and its time next to the reference release's.
SIGNAL = re.compile(r"(instructions|against_release\.\w+)\..*\('([^']*)'(, 'synadb')?\)")
OPERATION = re.compile(r".*\('(.*)', '(.*)'\)")
ABSOLUTE = re.compile(r"\w+\.\w+\.time_(\w+)\('(.*)'\)")


def write(found: dict, directory: Path) -> None:
    """Write the page and the plot into a folder."""
    _plot(found["trials"]).save(str(directory / "validation.svg"))
    environment = Environment(
        loader=PackageLoader("validation"), undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("validation.md").render(
        found=found,
        signals=_signals(found["variation"]),
        costs=_costs(found["variation"]),
        absolute=_absolute(found["variation"]),
        medians=_medians(found["variation"]),
        trials=[_trial(row) for row in found["trials"]],
    )
    (directory / "validation.md").write_text(page, "utf-8")


def _signals(variation: dict[str, float]) -> list[dict]:
    """Return a row for each operation, with the variation of each signal by module or class."""
    rows: dict[str, dict] = {}
    for series, cv in variation.items():
        if match := SIGNAL.match(series):
            name, operation, _ = match.groups()
            rows.setdefault(operation, {"operation": operation})[name.rpartition(".")[2]] = cv
    return list(rows.values())


def _costs(variation: dict[str, float]) -> list[dict]:
    """Return a row for each operation and baseline, with the variation of each cost by class."""
    rows: dict[tuple[str, str], dict] = {}
    for series, cv in variation.items():
        if match := COST.match(series):
            name, operation, baseline = match.groups()
            row = rows.setdefault((operation, baseline), {})
            row |= {"operation": operation, "baseline": baseline, name: cv}
    return list(rows.values())


def _absolute(variation: dict[str, float]) -> list[dict]:
    """Return a row for each operation, with the variation of the times by tracker."""
    rows: dict[str, dict] = {}
    for series, cv in variation.items():
        if match := ABSOLUTE.match(series):
            operation, tracker = match.groups()
            rows.setdefault(operation, {"operation": operation.replace("_", " ")})[tracker] = cv
    return list(rows.values())


def _medians(variation: dict[str, float]) -> dict[str, float]:
    groups: dict[str, list[float]] = {}
    for series, cv in variation.items():
        if match := COST.match(series):
            groups.setdefault(match[1], []).append(cv)
        elif ABSOLUTE.match(series):
            groups.setdefault("absolute", []).append(cv)
    return {name: median(values) for name, values in groups.items()}


def _trial(row: dict) -> dict:
    match = OPERATION.match(row["series"])
    assert match, row["series"]
    return row | {"operation": match[1], "of": match[2]}


def _plot(trials: list[dict]) -> altair.Chart:
    """Each trial's measured step over the slowdown that was planted."""
    points = [
        {
            "planted": 100 * row["share"],
            "measured": 100 * step,
            "series": "{operation}, {of}".format(**_trial(row)),
        }
        for row in trials
        for step in row["steps"]
    ]
    share = altair.X("planted:O", title="planted slowdown of the logging calls, %")
    step = altair.Y("measured:Q", title="measured change, %")
    dots = altair.Chart(altair.Data(values=points)).mark_point(filled=True, opacity=0.6)
    colour = altair.Color("series:N", title=None, scale=altair.Scale(scheme="tableau10"))
    shape = altair.Shape("series:N", title=None)
    return dots.encode(x=share, y=step, color=colour, shape=shape, xOffset="series:N").properties(
        width=480, height=260
    )
