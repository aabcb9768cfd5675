"""``og.png``: what other sites show where somebody links the pages (Open Graph)."""

from itertools import islice
from pathlib import Path

from . import choices, decide, pages
from .model import Document

FACTORS = 2  # lines of factors against each baseline
LONGEST = 80  # characters of a line


def write(site: Path, report: Document) -> None:
    """Draw the title, what rules trackers out, and the largest factors, as a PNG."""
    import vl_convert  # it takes long to import, and asv forks before: a small process is sooner

    lines = [f"{when}, unreadable: {lost}" for when, lost in islice(choices.knock_outs(report), 2)]
    for baseline, costs in report.answers.items():
        known = [cost for cost in costs if cost.verdict in ("faster", "slower")][:FACTORS]
        said = ", ".join(f"{cost.operation} {cost.words}" for cost in known)
        lines.append(f"against {report.name(baseline)}: {said or 'no clear difference'}")
    template = pages.environment().get_template("og.svg")
    svg = template.render(
        title=decide.title(report),
        lines=[line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines],
        where=f"{report.machine['machine']}, {report.releases} releases, {report.measured}",
    )
    (site / "og.png").write_bytes(vl_convert.svg_to_png(svg))
