"""asv's feed of regressions, with those of the newest release that asv's steps do not show yet."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from asv.feed import ATOM_NS, FeedEntry

from . import phrases
from .model import Document, Mark, Marked
from .steps import share


def extend(path: Path, project: str, reports: Iterable[Document]) -> None:
    """Add the regressions that were measured twice, unless the feed has them."""
    entries = [entry for report in reports for entry in _entries(report)]
    if not entries:
        return
    ElementTree.register_namespace("", ATOM_NS.strip("{}"))
    tree = ElementTree.parse(path)
    feed = tree.getroot()
    first = next((i for i, e in enumerate(feed) if e.tag == f"{ATOM_NS}entry"), len(feed))
    known = {found.text for found in feed.iter(f"{ATOM_NS}id")}
    for entry in entries:
        element = entry.get_atom(f"{project}.asv", "en")
        name = element.findtext(f"{ATOM_NS}id")
        if name not in known:
            known.add(name)
            feed.insert(first, element)
    updated = feed.find(f"{ATOM_NS}updated")
    assert updated is not None  # asv's feed has one
    updated.text = max(found.text or "" for found in feed.iter(f"{ATOM_NS}updated"))
    tree.write(path, xml_declaration=True, encoding="utf-8")


def _entries(report: Document) -> Iterator[FeedEntry]:
    for series in report.regressions:
        for mark in series.marks:
            if mark.measurements:
                yield _entry(report, series, mark)


def _entry(report: Document, series: Marked, mark: Mark) -> FeedEntry:
    """Return an entry with the id that asv gives to the same regression one release later."""
    worse = _worse(mark.before, mark.after)
    link = f"{series.address}&commits={mark.commit}"
    values = f"{phrases.figure(mark.before)} to {phrases.figure(mark.after)}"
    machine, how = escape(report.machine["machine"]), phrases.confirmed(len(mark.measurements))
    summary = (
        f'<a href="{escape(link)}">{worse} regression</a> in {escape(mark.release)} on {machine}, '
        f"{how}: {values}."
    )
    return FeedEntry(
        f"{worse} {series.series}",
        datetime.fromisoformat(mark.measurements[-1].session.started.rstrip("Z")),
        link,
        summary,
        [series.series, "", mark.commit],
        datetime.fromisoformat(report.release.date),
    )


def _worse(before: float, after: float) -> str:
    """Return by how much a release is worse, as asv writes it."""
    return f"{100 * share(before, after):.2f}%" if before else f"{after:.2g} units"
