"""Badges for other pages: one for each baseline, about the logging of metrics."""

from pathlib import Path

from . import pages
from .model import Document

OPERATION, LABEL = "log metrics", "metrics"
COLOURS = {"faster": "#1a7f37", "slower": "#c4314b", "equal": "#59636e", "missing": "#59636e"}
CHARACTER = 6.4  # the width of one, about, in the badge's 11 px


def write(site: Path, report: Document) -> None:
    """Write ``badge-<baseline>.svg`` for each baseline of the report."""
    for baseline, costs in report.answers.items():
        for cost in costs:
            if cost.operation == OPERATION:
                than = "to" if cost.verdict == "equal" else "than"
                said = f"{cost.words} {than} {report.name(baseline)}, {report.release.name}"
                left, right = (round(CHARACTER * len(text)) + 12 for text in (LABEL, said))
                pages.write(
                    site,
                    f"badge-{pages.slug(baseline)}.svg",
                    "badge.svg",
                    label=LABEL,
                    said=said,
                    left=left,
                    right=right,
                    colour=COLOURS[cost.verdict],
                )
