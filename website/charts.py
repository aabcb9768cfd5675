"""The report's charts as SVG: real text, and colours that follow the page's light or dark look."""

import re
from collections.abc import Sequence
from math import ceil, floor, log10

import altair as alt
import vl_convert

from . import words
from .document import Cost, Row
from .figures import SUBJECT
from .measured import Estimate

# The page's variables, with what is drawn where there is no page around the chart.
INK, MUTED, RULE = "var(--ink, #1f2328)", "var(--muted, #59636e)", "var(--rule, #d1d9e0)"
GOOD, BAD, EVEN = "var(--good, #1a7f37)", "var(--bad, #c4314b)", "var(--muted, #59636e)"
VERDICTS = {"faster": GOOD, "slower": BAD, "equal": EVEN}
SERIES = ["var(--first, #0969da)", "var(--second, #bc4c00)", "var(--third, #8250df)"]
DASHES = [[1, 0], [5, 3], [2, 2]]
MARKS = {"regression": ("triangle-up", BAD), "improvement": ("triangle-down", GOOD)}
WIDTH, STEP, LABELS = 150, 24, 125
# Readers' fonts are wider than the one that the text is measured with.
PADDING = {"left": 4, "top": 4, "right": 30, "bottom": 10}
LEAST = 0.01  # percent; what a logarithmic axis can show


def answer(costs: Sequence[Cost]) -> str:
    """Bars of each operation's cost from parity on, with its interval and its words."""
    data = [
        {
            "name": cost.operation,
            "cost": max(cost.cost.value, LEAST),
            "low": cost.cost.low,
            "high": cost.cost.high,
            "words": cost.words,
            "colour": VERDICTS[cost.verdict],
        }
        for cost in costs
        if cost.cost
    ]
    ends = [end for cost in costs if cost.cost for end in _ends(cost.cost)]
    low, high = min([10.0, *ends]), max([200.0, *ends])
    decades = [10.0**power for power in range(floor(log10(low)), ceil(log10(high)) + 1)]
    scale = {"type": "log", "nice": False, "domain": [decades[0], high * 1.1]}
    cost = alt.X("cost:Q", title="% of the baseline's, lower is better").scale(**scale)
    cost = cost.axis(values=decades, format="~g")
    base = alt.Chart(alt.Data(values=data), width=WIDTH, height=alt.Step(STEP)).encode(y=_names())
    bars = base.mark_bar(height=12).encode(
        x=cost, x2=alt.datum(words.PARITY), color=alt.Color("colour:N", scale=None)
    )
    intervals = base.mark_rule(color=INK).encode(x=alt.X("low:Q"), x2="high:Q")
    parity = alt.Chart(alt.Data(values=[{}])).mark_rule(color=INK, strokeDash=[2, 2])
    parity = parity.encode(x=alt.datum(words.PARITY))
    said = base.mark_text(align="left").encode(x=alt.value(WIDTH + 8), text="words:N")
    return _svg(bars + intervals + parity + said)


def _ends(cost: Estimate) -> list[float]:
    return [max(end, LEAST) for end in (cost.value, cost.low, cost.high) if end is not None]


def _names() -> alt.Y:
    """The names of bars, with room for them whatever the reader's font."""
    axis = alt.Axis(ticks=False, domain=False, minExtent=LABELS)
    return alt.Y("name:N", sort=None, title=None, axis=axis)


def history(costs: list[Cost]) -> str:
    """An operation's cost over the releases, a line for each baseline.

    The band is the interval, the thin line asv's steps, a triangle a change above the threshold.
    """
    layers = []
    for number, cost in enumerate(costs):
        layers += _history(cost, SERIES[number % 3], DASHES[number % 3])
    return _svg(alt.layer(*layers).properties(width=250, height=120))


def _history(cost: Cost, colour: str, dash: list[int]) -> list[alt.Chart]:
    order = [point.release for point in cost.history]
    points = [
        {
            "release": point.release,
            "cost": point.cost and point.cost.value,
            "low": point.cost and point.cost.low,
            "high": point.cost and point.cost.high,
        }
        for point in cost.history
    ]
    x = alt.X("release:N", sort=order, title=None).scale(domain=order)
    x = x.axis(labelAngle=-90, labelOverlap=True, ticks=False)
    y = alt.Y("cost:Q", title="%").scale(zero=True)
    chart = alt.Chart(alt.Data(values=points)).encode(x=x)
    band = chart.mark_area(color=colour, opacity=0.2).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = chart.mark_line(color=colour, strokeDash=dash, strokeWidth=1.5).encode(y=y)
    steps = [{"first": s.first, "last": s.last, "value": s.value} for s in cost.steps]
    level = alt.Chart(alt.Data(values=steps)).mark_rule(color=INK, strokeWidth=0.75)
    level = level.encode(x=alt.X("first:N", sort=order), x2="last:N", y=alt.Y("value:Q", title="%"))
    layers = [band, line, level]
    for kind, (shape, mark_colour) in MARKS.items():
        marks = [
            {"release": m.release, "after": m.after}
            for m in cost.changes
            if m.kind == kind and m.release in order
        ]
        if marks:
            mark = alt.Chart(alt.Data(values=marks)).mark_point(
                shape=shape, color=mark_colour, filled=True, size=80
            )
            layers.append(mark.encode(x=alt.X("release:N", sort=order), y=alt.Y("after:Q")))
    return layers


def figure(row: Row) -> str:
    """A bar for each tracker, with its figure; SynaDB's stands out."""
    data = [
        {
            "name": words.name(tracker),
            "value": value.value.value,
            "label": words.figure(value.value.value),
            "colour": SERIES[0] if tracker == SUBJECT else MUTED,
        }
        for tracker, value in row.values.items()
        if value.value
    ]
    base = alt.Chart(alt.Data(values=data), width=WIDTH, height=alt.Step(STEP)).encode(
        y=_names(),
        x=alt.X("value:Q", title=f"{row.unit}, {row.better} is better").axis(
            tickCount=3, format="~s"
        ),
    )
    bars = base.mark_bar(height=12).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    return _svg(bars + labels)


def _svg(chart: alt.TopLevelMixin) -> str:
    """Return a chart as an SVG element; the page gives it a name and draws its colours."""
    chart = chart.configure(
        aria=False, background="transparent", font="system-ui, sans-serif", padding=PADDING
    )
    chart = (
        chart.configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=MUTED,
            titleFontWeight="normal",
            titleFontSize=11,
            labelFontSize=11,
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
        )
        .configure_text(fontSize=11, color=INK)
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    # Vega's own roles and classes say nothing to a reader of a picture that has a name.
    return re.sub(r' (role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", svg)
