"""Flame graphs of where instructions go, from the stacks that are kept beside results.

A frame is as wide as its share; those that it calls are below it. Of two releases, the colour says
what became more and what less.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asv.console import log
from markupsafe import Markup

from . import pages, phrases
from .model import Document
from .results import Measured
from .sound import STACKS

Stacks = Mapping[str, float]
# Each release's files by tracker.
Files = Mapping[str, Mapping[str, Path]]
SUFFIX, FRAME = ".json.gz", ";"
WIDTH, HEIGHT, CHARACTER = 960, 17, 6.4
LEAST = 1.0  # px; what is narrower is not drawn
MOST = 500  # frames, the widest ones: an SVG of 200 kB at most
LONGEST = 160  # characters of a name
CHANGED = 0.02  # the share of all from which on a frame has a colour of change


@dataclass
class Frame:
    """A function in a path, with what it and its callees executed, now and before."""

    name: str
    now: float = 0.0
    before: float = 0.0
    callees: dict[str, "Frame"] = field(default_factory=dict)

    @property
    def both(self) -> float:
        """How wide it is: what two releases execute adds up, as that of callees does."""
        return self.now + self.before


@dataclass(frozen=True)
class Flame:
    """A flame graph with its name and the release or releases that it is of."""

    name: str
    release: str
    svg: Markup


def files(results: Path, measured: Measured) -> dict[str, dict[str, Path]]:
    """Return the files of stacks of a machine by release and tracker."""
    folder = results / measured.machine.get("machine", "")
    names = {release.commit[:8]: release.name for release in measured.releases}
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.glob(f"*{STACKS}*{SUFFIX}")):
        release = names.get(path.name.partition("-")[0])
        if release:
            tracker = path.name.removesuffix(SUFFIX).rpartition(STACKS)[2]
            found.setdefault(release, {})[tracker] = path
    return found


def read(path: Path | None, operation: str) -> Stacks | None:
    """Return what an iteration executed by call path; None if the file does not have it."""
    if path is None:
        return None
    try:
        found = json.loads(gzip.decompress(path.read_bytes()))[operation]
        iterations = max(int(found["iterations"]), 1)
        return {str(path): int(cost) / iterations for path, cost in found["stacks"].items()}
    except KeyError:
        return None
    except (OSError, EOFError, TypeError, ValueError, AttributeError) as error:
        log.warning(f"{path} cannot be read ({error}): there is no flame graph of it")
        return None


def of_operation(found: Files, report: Document, operation: str) -> Iterator[Flame]:
    """Yield a flame graph of each tracker of which the newest release has stacks."""
    of_release = found.get(report.release.name, {}) if operation else {}
    order = [tracker for tracker in report.trackers if tracker in of_release] or list(of_release)
    for tracker in order:
        stacks = read(of_release[tracker], operation)
        if stacks:
            name = f"{report.name(tracker)}, instructions to {operation}"
            yield Flame(name, report.release.name, draw(stacks, name))


def difference(
    found: Files, report: Document, before: str, after: str, operation: str
) -> Flame | None:
    """Return what a release executes more and less than another one; None without both stacks."""
    old, new = (read(found.get(r, {}).get(report.tracker), operation) for r in (before, after))
    if not old or not new:
        return None
    name = f"{report.name(report.tracker)}, instructions to {operation}"
    return Flame(name, f"{after} against {before}", draw(new, name, old))


def scripts(
    site: Path, slug: str, found: Files, tracker: str, operations: Iterable[str]
) -> dict[str, list[str]]:
    """Write a tracker's stacks of each release, for flames.js; return the operations by release.

    They are classic scripts, which a page can load from a file, too.
    """
    written = {}
    for release, of in found.items():
        stacks = {operation: read(of.get(tracker), operation) for operation in operations}
        trees = {operation: tree(one) for operation, one in stacks.items() if one}
        if trees:
            key, text = json.dumps(f"{slug} {release}"), json.dumps(trees, separators=(",", ":"))
            script = f"(window.stacks = window.stacks || {{}})[{key}] = {text};\n"
            (site / f"stacks-{slug}-{pages.slug(release)}.js").write_text(script, "utf-8")
            written[release] = list(trees)
    return written


def tree(stacks: Stacks) -> list:
    """Return stacks as JSON: a name, what it executed with its callees, and the trees of those.

    What would be too narrow to be drawn is left out.
    """
    root = _root(stacks, {})
    return _as_tree(root, root.now * LEAST / WIDTH)


def _as_tree(frame: Frame, least: float) -> list:
    callees = [_as_tree(one, least) for one in frame.callees.values() if one.now >= least]
    return [frame.name, round(frame.now, 2), callees]


def _root(stacks: Stacks, before: Stacks) -> Frame:
    root = Frame("all")
    for path, cost in stacks.items():
        _add(root, path, cost, 0.0)
    for path, cost in before.items():
        _add(root, path, 0.0, cost)
    return root


def draw(stacks: Stacks, title: str, before: Stacks | None = None) -> Markup:
    """Return a flame graph, with the colours of change if there is something before it."""
    root = _root(stacks, before or {})
    placed = sorted(_placed(root), key=lambda one: -one[2])[:MOST]
    depth = 1 + max((place[3] for place in placed), default=0)
    parts = [_part(root, before is not None, *place) for place in placed]
    return Markup(
        '<svg class="flame" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}">{}</svg>'
    ).format(WIDTH, depth * HEIGHT, WIDTH, depth * HEIGHT, title, Markup("").join(parts))


def _add(root: Frame, path: str, now: float, before: float) -> None:
    root.now, root.before = root.now + now, root.before + before
    frame = root
    for name in path.split(FRAME):
        frame = frame.callees.setdefault(name, Frame(name))
        frame.now, frame.before = frame.now + now, frame.before + before


def _placed(root: Frame) -> Iterator[tuple[Frame, float, float, int]]:
    """Yield each frame that is wide enough with its left end, its width and its depth."""
    scale = WIDTH / max(root.both, 1e-9)
    waiting = [(root, 0.0, 0)]
    while waiting:
        frame, left, depth = waiting.pop()
        yield frame, left, frame.both * scale, depth
        for callee in sorted(frame.callees.values(), key=lambda one: -one.both):
            if callee.both * scale >= LEAST:
                waiting.append((callee, left, depth + 1))
            left += callee.both * scale


def _part(
    root: Frame, is_difference: bool, frame: Frame, left: float, width: float, depth: int
) -> Markup:
    name = frame.name[:LONGEST]
    share = 100 * frame.now / root.now if root.now else 0.0
    said = f"{name}: {phrases.figure(share)} %, {phrases.count(frame.now)} instructions"
    if is_difference:
        said += f", {phrases.count(frame.before)} before"
    room = int((width - 6) / CHARACTER)
    text = name if len(name) <= room else f"{name[: room - 1]}…" if room > 3 else ""
    label = Markup('<text x="{:.1f}" y="12.5">{}</text>').format(left + 3, text) if text else ""
    kind = _kind(root, frame, is_difference)
    return Markup(
        '<g transform="translate(0 {})"><title>{}</title>'
        '<rect class="{}" x="{:.1f}" y="0.5" width="{:.1f}" height="{}"/>{}</g>'
    ).format(depth * HEIGHT, said, kind, left, width, HEIGHT - 1, label)


def _kind(root: Frame, frame: Frame, is_difference: bool) -> str:
    """Return how a frame is coloured: what is native, and what became more or less."""
    if not is_difference:
        return "python" if frame.name.startswith(("_Py", "Py")) else "native"
    by = (frame.now - frame.before) / max(root.now, root.before, 1e-9)
    return "more" if by > CHANGED else "less" if by < -CHANGED else "same"
