"""Badges for other pages: one for each baseline, about the logging of metrics."""

from pathlib import Path

from . import pages
from .model import Document

OPERATION, LABEL = "log metrics", "metrics"
COLOURS = {"faster": "#1a7f37", "slower": "#c4314b", "equal": "#59636e", "missing": "#59636e"}
CHARACTER = 6.4  # the width of one, about, in the badge's 11 px


def address(machine: pages.Machine, baseline: str) -> str:
    """Return the address of a badge; that of the first machine has no name in it."""
    return f"badge-{pages.slug(baseline)}{f'-{machine.suffix}' if machine.suffix else ''}.svg"


def write(site: Path, report: Document, machine: pages.Machine = pages.NOBODY) -> None:
    """Write a badge for each baseline of the report, which says of what and where it is."""
    where = f" on {machine.name}" if machine.name else ""
    for baseline, costs in report.answers.items():
        for cost in costs:
            if cost.operation == OPERATION:
                than = "to" if cost.verdict == "equal" else "than"
                said = f"{cost.words} {than} {report.name(baseline)}, {report.release.name}{where}"
                left, right = (round(CHARACTER * len(text)) + 12 for text in (LABEL, said))
                badge = pages.environment().get_template("badge.svg")
                text = badge.render(
                    label=LABEL, said=said, left=left, right=right, colour=COLOURS[cost.verdict]
                )
                (site / address(machine, baseline)).write_text(text, "utf-8")
