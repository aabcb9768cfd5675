"""The site's charts as SVG: real text, and colours that follow the page's light or dark look.

They are as wide as a phone, and drawn at that size everywhere: so their text is never smaller.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from . import phrases
from .curves import LEAST as LEAST_SIZE
from .curves import Curve
from .results import Estimate

WIDTH, HEIGHT = 316, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 20
LABELS = 88  # for names at the ends of lines
CHARACTER = 6.6  # the width of one, about, at 11 px
# Which a tracker has, by its place among all that are declared: the lengths have no common divisor,
# and colours are in site.css; further trackers get one from the circle.
COLOURS, DASHES, SHAPES = 10, ("", "5 3", "2 2", "8 2"), ("circle", "square", "diamond")
GOLDEN = 137.5  # degrees: hues that are far from each other, however many there are
MARK_WIDTH, MARK_HEIGHT = 190, 24
SPARK_WIDTH, SPARK_HEIGHT = 96, 24
POINT = 3.0  # a radius

svg = Markup(
    '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
)


@dataclass(frozen=True)
class Look:
    """How a tracker is drawn, in all charts."""

    colour: str
    dash: str
    shape: str


def looks(trackers: Iterable[str]) -> dict[str, Look]:
    """Return the look of each tracker; no two have the same colour."""
    return {
        tracker: Look(
            f"var(--c{n})" if n < COLOURS else f"hsl({GOLDEN * n % 360:.1f} 60% 50%)",
            DASHES[n % len(DASHES)],
            SHAPES[n % len(SHAPES)],
        )
        for n, tracker in enumerate(trackers)
    }


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis from ``low`` to ``high``, drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        share = log10(value / self.low) / log10(self.high / self.low)
        return round(self.start + share * (self.end - self.start), 2)

    @property
    def ticks(self) -> list[float]:
        """A few round values: powers of ten, or also twice and five times as much."""
        powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        for steps in ((1,), (1, 3), (1, 2, 5)):
            found = [step * 10.0**power for power in powers for step in steps]
            within = [value for value in found if self.low <= value <= self.high]
            if len(within) > 2:
                break
        else:
            within = within if len(within) > 1 else [self.low, self.high]
        return within[:: ceil(len(within) / 6)]


def domain(values: Iterable[float], room: float = 1.08) -> tuple[float, float]:
    """Return the ends of an axis that holds the values, with room at both ends."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = min(positive) / room, max(positive) * room
    return low, high


def mark(cost: Estimate, ends: tuple[float, float], title: str) -> Markup:
    """A cost with its interval on the scale that all have; an end that is unknown is open."""
    scale = Scale(*ends, 4, MARK_WIDTH - 4)
    at, middle = scale(max(cost.value, ends[0])), MARK_HEIGHT / 2
    parts = [_line(scale(phrases.PARITY), 0, scale(phrases.PARITY), MARK_HEIGHT, "parity")]
    for end, edge in ((cost.low, ends[0]), (cost.high, ends[1])):
        is_known = end is not None
        kind = "end" if is_known else "open"
        parts.append(_line(at, middle, scale(end if end is not None else edge), middle, kind))
    parts.append(Markup('<circle cx="{}" cy="{}" r="4"/>').format(at, middle))
    return _svg("mark", MARK_WIDTH, MARK_HEIGHT, title, parts)


def spark(values: Sequence[float | None], title: str) -> Markup:
    """A line of values over the releases, with a point at the last one."""
    known = [value for value in values if value]
    scale = Scale(*domain(known, 1.02), SPARK_HEIGHT - 5, 5)
    step = (SPARK_WIDTH - 10) / max(len(values) - 1, 1)
    points = [(5 + step * n, scale(value)) for n, value in enumerate(values) if value]
    parts = [_path(points, "")]
    if points:
        x, y = points[-1]
        parts.append(Markup('<circle cx="{:.1f}" cy="{}" r="{}"/>').format(x, y, POINT))
    return _svg("spark", SPARK_WIDTH, SPARK_HEIGHT, title, parts)


def history(
    lines: Mapping[str, Sequence[Estimate | None]],
    releases: Sequence[str],
    unit: str,
    names: Callable[[str], str],
    of: Mapping[str, Look],
    title: str,
    parity: float | None = None,
    borders: Iterable[int] = (),
) -> Markup:
    """Values over the releases, a line for each tracker; the band is the interval.

    ``borders`` are the numbers of the releases with which another session begins.
    """
    shown = [v for line in lines.values() for e in line for v in _ends_of(e)]
    ends = domain([*shown, *([parity] if parity else [])])
    right = WIDTH - RIGHT - (LABELS if len(lines) > 1 else 0)
    scale = Scale(*ends, HEIGHT - BOTTOM, TOP)
    step = (right - LEFT) / max(len(releases) - 1, 1)

    def across(number: int) -> float:
        return round(LEFT + step * number, 1) if len(releases) > 1 else (LEFT + right) / 2

    parts = [*_levels(scale, right), *_names(releases, across)]
    if parity:
        parts.append(_line(LEFT, scale(parity), right, scale(parity), "parity"))
    for number in borders:
        x = round(across(number) - step / 2, 1)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM, "border"))
    for tracker, line in lines.items():
        points = [(across(n), e, releases[n]) for n, e in enumerate(line) if e and e.value]
        parts += _tracker(points, scale, of[tracker], names(tracker), unit)
    if len(lines) > 1:
        parts += _ends({names(t): _last(line) for t, line in lines.items()}, scale, right)
    return _svg("chart", WIDTH, HEIGHT, title, parts)


def growth(curve: Curve, names: Callable[[str], str], of: Mapping[str, Look], title: str) -> Markup:
    """A figure over a size, both logarithmic, a line for each tracker, with its name at the end.

    A shaded interval is one of sizes at which two trackers change places; no size at all is drawn
    where the axis begins.
    """
    lines = {
        tracker: [s for s in samples if s.value and s.value.value]
        for tracker, samples in curve.lines.items()
    }
    lines = {tracker: samples for tracker, samples in lines.items() if samples}
    sizes = sorted({s.size for line in lines.values() for s in line}) or [LEAST_SIZE]
    right = WIDTH - RIGHT - LABELS
    shown = [v for line in lines.values() for s in line for v in _ends_of(s.value)]
    scale = Scale(*domain(shown), HEIGHT - BOTTOM, TOP)
    drawn = [max(size, LEAST_SIZE) for size in sizes]
    across = Scale(*domain(drawn, 1.0 if len(sizes) > 1 else 2.0), LEFT, right)
    parts = _levels(scale, right)
    for crossover in curve.crossovers:
        if crossover.size:
            low, high = (across(end) for end in crossover.size.bounds)
            parts.append(
                Markup('<rect class="crossed" x="{}" y="{}" width="{:.1f}" height="{}"/>').format(
                    low, TOP, max(high - low, 1.5), HEIGHT - BOTTOM - TOP
                )
            )
    last = -100.0
    for size in sizes:
        text = phrases.quantity(size, curve.of).removesuffix(f" {curve.of}")
        at, half = across(max(size, LEAST_SIZE)), CHARACTER * len(text) / 2
        if at - half > last:
            place = min(max(at, half), WIDTH - half)
            parts.append(_text(place, HEIGHT - 6, text, "middle"))
            last = place + half + 4
    for tracker, line in lines.items():
        points = [
            (across(max(s.size, LEAST_SIZE)), s.value, phrases.quantity(s.size, curve.of))
            for s in line
            if s.value
        ]
        parts += _tracker(points, scale, of[tracker], names(tracker), curve.unit)
    parts += _ends({names(t): line[-1].value for t, line in lines.items()}, scale, right)
    return _svg("chart", WIDTH, HEIGHT, title, parts)


def _ends_of(found: Estimate | None) -> list[float]:
    """What is drawn of an estimate: nothing beyond the value where an end is unknown."""
    return [found.low or found.value, found.high or found.value] if found and found.value else []


def _last(line: Sequence[Estimate | None]) -> Estimate | None:
    return next((e for e in reversed(line) if e and e.value), None)


def _svg(kind: str, width: float, height: float, title: str, parts: Iterable[Markup]) -> Markup:
    return svg.format(kind, width, height, width, height, title, Markup("").join(parts))


def _line(x: float, y: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<path class="{}" d="M{} {}L{} {}"/>').format(kind, x, y, x2, y2)


def _path(points: Sequence[tuple[float, float]], style: str) -> Markup:
    d = "".join(f"{'L' if n else 'M'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(points))
    return Markup('<path class="line" style="{}" d="{}"/>').format(style, d)


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, text
    )


def _levels(scale: Scale, right: float) -> list[Markup]:
    """The lines of a vertical axis, with their values."""
    parts = []
    for value in scale.ticks:
        y = scale(value)
        parts.append(_line(LEFT, y, right, y, "grid"))
        parts.append(_text(LEFT - 4, y + 4, phrases.figure(value), "end"))
    return parts


def _names(releases: Sequence[str], across: Callable[[int], float]) -> list[Markup]:
    """The names of some releases, the last one among them, so that none meets another."""
    parts, edge = [], float(WIDTH)
    for number in range(len(releases) - 1, -1, -1):
        half = CHARACTER * len(releases[number]) / 2
        place = min(max(across(number), half), WIDTH - half)
        if place + half <= edge:
            parts.append(_text(place, HEIGHT - 6, releases[number], "middle"))
            edge = place - half - 6
    return parts


def _tracker(
    points: Sequence[tuple[float, Estimate, str]], scale: Scale, look: Look, name: str, unit: str
) -> list[Markup]:
    """A tracker's line with its band, and a point with a title for each value."""
    style = f"stroke:{look.colour};stroke-dasharray:{look.dash or 'none'}"
    lows = [(x, scale(e.low or e.value)) for x, e, _ in points]
    highs = [(x, scale(e.high or e.value)) for x, e, _ in points]
    parts = []
    if len(points) > 1:
        band = " ".join(f"{x},{y}" for x, y in [*lows, *highs[::-1]])
        parts.append(Markup('<polygon points="{}" style="fill:{}"/>').format(band, look.colour))
    else:
        parts += [
            Markup('<path class="line" style="stroke:{}" d="M{} {}L{} {}"/>').format(
                look.colour, *low, *high
            )
            for low, high in zip(lows, highs, strict=True)
        ]
    parts.append(_path([(x, scale(e.value)) for x, e, _ in points], style))
    for x, e, at in points:
        spread = phrases.interval(e)
        said = f"{name}, {at}: {phrases.figure(e.value)} {unit}{f' ({spread})' if spread else ''}"
        parts.append(_shape(look, x, scale(e.value), said))
    return parts


def _shape(look: Look, x: float, y: float, title: str) -> Markup:
    r = POINT
    d = {
        "circle": f"M{x - r:.1f} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z",
        "square": f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h{-2 * r}z",
        "diamond": f"M{x:.1f} {y - r - 1:.1f}l{r + 1} {r + 1}l{-r - 1} {r + 1}l{-r - 1} {-r - 1}z",
    }[look.shape]
    return Markup('<path class="point" style="fill:{}" d="{}"><title>{}</title></path>').format(
        look.colour, d, title
    )


def _ends(values: Mapping[str, Estimate | None], scale: Scale, right: float) -> list[Markup]:
    """The names at the ends of lines, moved apart where they would meet."""
    known = [(scale(e.value), name) for name, e in values.items() if e]
    parts, last = [], TOP - 10.0
    for y, name in sorted(known):
        last = max(y, last + 12)
        parts.append(_text(right + 6, last + 4, name))
    return parts
