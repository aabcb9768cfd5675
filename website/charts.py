"""The report's charts as SVG: real text, and colours that follow the page's light or dark look."""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from math import ceil, floor, log10

import altair as alt
import vl_convert

from . import phrases
from .curves import LEAST as LEAST_SIZE
from .curves import Curve
from .model import Cost
from .results import Estimate
from .tables import Row

# The page's variables, with what is drawn where there is no page around the chart.
INK, MUTED, RULE = "var(--ink, #1f2328)", "var(--muted, #59636e)", "var(--rule, #d1d9e0)"
GOOD, BAD, EVEN = "var(--good, #1a7f37)", "var(--bad, #c4314b)", "var(--muted, #59636e)"
VERDICTS = {"faster": GOOD, "slower": BAD, "equal": EVEN}
# A tracker has the colour, the dash and the shape at its place in the list, and further ones begin
# again: the lengths have no common divisor, so that it takes many until two trackers look alike.
SERIES = [
    "var(--first, #0969da)",
    "var(--second, #bc4c00)",
    "var(--third, #8250df)",
    "var(--fourth, #1b7c83)",
    "var(--fifth, #bf3989)",
]
DASHES = [[1, 0], [5, 3], [2, 2], [8, 2]]
SHAPES = ["circle", "square", "diamond"]
WIDTH, STEP, LABELS = 150, 24, 125
# Readers' fonts are wider than the one that the text is measured with.
PADDING = {"left": 4, "top": 4, "right": 30, "bottom": 10}
MOST_LABELS = 20
POINT, SMALL_POINT = 50, 10  # areas in Vega's measure, whose radius is half the root
LOWER = "lower is better"
LEAST = 0.01  # percent; what a logarithmic axis can show


def answer(costs: Sequence[Cost]) -> str:
    """Bars of each operation's cost from parity on, with its interval and its words."""
    data = [
        {
            "name": cost.operation,
            **{name: max(end or 0, LEAST) for name, end in _fields(cost.cost).items()},
            "words": cost.words,
            "colour": VERDICTS[cost.verdict],
        }
        for cost in costs
        if cost.cost
    ]
    ends = [row[name] for row in data for name in ("low", "high")]
    low, high = min([10.0, *ends]), max([200.0, *ends])
    decades = [10.0**power for power in range(floor(log10(low)), ceil(log10(high)) + 1)]
    scale = {"type": "log", "nice": False, "domain": [decades[0], high * 1.1]}
    cost = alt.X("cost:Q", title=f"{costs[0].unit}, {LOWER}").scale(**scale)
    cost = cost.axis(values=decades, format="~g")
    base = alt.Chart(alt.Data(values=data), width=WIDTH, height=alt.Step(STEP)).encode(y=_names())
    bars = base.mark_bar(height=12).encode(
        x=cost, x2=alt.datum(phrases.PARITY), color=alt.Color("colour:N", scale=None)
    )
    intervals = base.mark_rule(color=INK).encode(x=alt.X("low:Q"), x2="high:Q")
    parity = alt.Chart(alt.Data(values=[{}])).mark_rule(color=INK, strokeDash=[2, 2])
    parity = parity.encode(x=alt.datum(phrases.PARITY))
    said = base.mark_text(align="left").encode(x=alt.value(WIDTH + 8), text="words:N")
    return _svg(_styled(bars + intervals + parity + said))


def _names() -> alt.Y:
    """The names of bars, with room for them whatever the reader's font."""
    axis = alt.Axis(ticks=False, domain=False, minExtent=LABELS)
    return alt.Y("name:N", sort=None, title=None, axis=axis)


def history(costs: Sequence[Cost]) -> str:
    """An operation's cost over the releases, a line for each baseline.

    The band is the interval (of a single release a line), the thin line asv's steps.
    """
    order = [point.release for point in costs[0].history]
    points = [
        {"baseline": cost.baseline, "release": point.release, **_fields(point.cost)}
        for cost in costs
        for point in cost.history
    ]
    steps = [{"baseline": cost.baseline, **vars(step)} for cost in costs for step in cost.steps]
    spec = _history(tuple(order), tuple(cost.baseline for cost in costs))
    return _svg({**spec, "datasets": {"points": points, "steps": steps}})


@cache  # most of a chart is the same for all operations
def _history(order: tuple[str, ...], baselines: tuple[str, ...]) -> dict:
    colour, dash, shape = _looks("baseline:N", baselines)
    every = ceil(len(order) / MOST_LABELS)
    x = alt.X("release:N", title=None).scale(domain=order)
    x = x.axis(labelAngle=-90, values=order[::-every][::-1], ticks=False)
    y = alt.Y("cost:Q", title="%").scale(zero=True)
    drawn = alt.Chart(alt.NamedData("points")).encode(x=x, color=colour)
    spread = drawn.mark_area(opacity=0.2) if len(order) > 1 else drawn.mark_rule()
    spread = spread.encode(y=alt.Y("low:Q"), y2="high:Q")
    line = drawn.mark_line(strokeWidth=1.5).encode(y=y, strokeDash=dash)
    size = POINT if len(order) <= MOST_LABELS else SMALL_POINT
    point = drawn.mark_point(filled=True, size=size, opacity=1).encode(y=y, shape=shape)
    level = alt.Chart(alt.NamedData("steps")).mark_rule(color=INK, strokeWidth=0.75)
    level = level.encode(x="first:N", x2="last:N", y="value:Q", detail="baseline:N")
    chart = (spread + line + point + level).properties(width=250, height=120)
    return _styled(chart.resolve_scale(color="independent", shape="independent"))


def _looks(field: str, trackers: Sequence[str]) -> tuple[alt.Color, alt.StrokeDash, alt.Shape]:
    """Return the channels by which the lines of trackers differ."""
    colours, dashes, shapes = (
        [looks[place % len(looks)] for place in range(len(trackers))]
        for looks in (SERIES, DASHES, SHAPES)
    )
    return (
        alt.Color(field, legend=None).scale(domain=trackers, range=colours),
        alt.StrokeDash(field, legend=None).scale(domain=trackers, range=dashes),
        alt.Shape(field, legend=None).scale(domain=trackers, range=shapes),
    )


def keys(trackers: Sequence[str]) -> dict[str, str]:
    """A piece of the line of each tracker, as it is in the charts of the same trackers."""
    return {tracker: _key(tracker, tuple(trackers)) for tracker in trackers}


def _key(tracker: str, trackers: tuple[str, ...]) -> str:
    colour, dash, shape = _looks("tracker:N", trackers)
    ends = [{"tracker": tracker, "x": x} for x in (0, 1, 2)]
    x = alt.X("x:Q", axis=None)
    line = alt.Chart(alt.Data(values=ends)).mark_line(strokeWidth=1.5)
    line = line.encode(x=x, y=alt.value(5), color=colour, strokeDash=dash)
    point = alt.Chart(alt.Data(values=ends[1:2])).mark_point(filled=True, size=30, opacity=1)
    point = point.encode(x=x, y=alt.value(5), color=colour, shape=shape)
    chart = (line + point).properties(width=28, height=10)
    return _svg(_styled(chart, padding=1))


def _fields(estimate: Estimate | None) -> dict[str, float | None]:
    """Return what is drawn of an estimate: nothing beyond the value where an end is unknown."""
    if estimate is None:
        return {"cost": None, "low": None, "high": None}
    value = estimate.value
    return {"cost": value, "low": estimate.low or value, "high": estimate.high or value}


def figure(row: Row, name: Callable[[str], str], subject: str) -> str:
    """A bar for each tracker, with its name and its figure; the subject's stands out."""
    data = [
        {
            "name": name(tracker),
            "value": value.value.value,
            "label": phrases.figure(value.value.value),
            "colour": SERIES[0] if tracker == subject else MUTED,
        }
        for tracker, value in row.values.items()
        if value.value
    ]
    base = alt.Chart(alt.Data(values=data), width=WIDTH, height=alt.Step(STEP)).encode(
        y=_names(),
        x=alt.X("value:Q", title=f"{row.unit}, {LOWER}").axis(tickCount=3, format=",.3~r"),
    )
    bars = base.mark_bar(height=12).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    return _svg(_styled(bars + labels))


def curve(curve: Curve, trackers: Sequence[str]) -> str:
    """A figure over a size, both logarithmic, a line for each of ``trackers``.

    The thin lines are intervals, the dotted ones the sizes at which two trackers change places.
    """
    data = [
        {"tracker": tracker, "size": max(sample.size, LEAST_SIZE), **_fields(sample.value)}
        for tracker, samples in curve.lines.items()
        for sample in samples
        if sample.value and sample.value.value
    ]
    crossed = [{"size": crossover.size.value} for crossover in curve.crossovers if crossover.size]
    colour, dash, shape = _looks("tracker:N", trackers)
    x = alt.X("size:Q", title=curve.of).scale(type="log", nice=False)
    sizes = sorted({row["size"] for row in data})
    x = x.axis(values=sizes, labelExpr=_labels(sizes, curve.of), labelOverlap=True)
    y = alt.Y("cost:Q", title=f"{curve.unit}, {LOWER}").scale(type="log")
    y = y.axis(tickCount=4, format="~g")
    base = alt.Chart(alt.Data(values=data)).encode(x=x, color=colour)
    lines = base.mark_line(strokeWidth=1.5).encode(y=y, strokeDash=dash)
    points = base.mark_point(filled=True, size=30, opacity=1).encode(y=y, shape=shape)
    spread = base.mark_rule().encode(y=alt.Y("low:Q"), y2="high:Q")
    change = alt.Chart(alt.Data(values=crossed)).mark_rule(color=INK, strokeDash=[2, 3])
    change = change.encode(x="size:Q")
    chart = (change + spread + lines + points).properties(width=270, height=170)
    return _svg(_styled(chart))


def _labels(sizes: Sequence[float], of: str) -> str:
    """Return Vega's expression for the sizes as people write them."""
    if of != "bytes":
        return "format(datum.value, ',')"
    named = {f"{size:.0f}": phrases.quantity(size, of) for size in sizes}
    return f"{json.dumps(named)}[format(datum.value, '.0f')]"


def _styled(chart: alt.TopLevelMixin, padding: dict | int = PADDING) -> dict:
    """Return a chart's specification with the fonts and colours that all share."""
    axis = {
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "titleFontSize": 11,
        "labelFontSize": 11,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
    }
    chart = chart.configure(
        aria=False,
        background="transparent",
        font="system-ui, sans-serif",
        padding=padding,
    )
    chart = chart.configure_view(stroke=None).configure_axis(**axis)
    return chart.configure_text(fontSize=11, color=INK).to_dict(validate=False)


def _svg(spec: dict) -> str:
    """Return a chart as an SVG element; the page gives it a name and draws its colours."""
    svg = vl_convert.vegalite_to_svg(spec)
    # Vega's own roles and classes say nothing to a reader of a picture that has a name.
    return re.sub(r' (role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", svg)
