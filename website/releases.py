"""``releases.html``: what each release is. The links to a commit (``show_commit_url``) end here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from asv.config import Config

from . import pages
from .gaps import Gaps
from .model import Document, Mark, Marked
from .results import tags

# What SynaDB's tracking consists of, in its source distributions.
TRACKING_MODULE = "synadb/experiment.py"
LIBRARY = "synadb/libsynadb.so"
PARTS = {"tracking module": TRACKING_MODULE, "native library": LIBRARY}


@dataclass(frozen=True)
class Part:
    """A file of a release: its size in bytes, and how it differs from the last release's."""

    title: str
    path: str
    size: int | None
    change: str


@dataclass(frozen=True)
class Entry:
    """A release as it was published, and what it consists of.

    By machine: which series it changed, and what it has no value of.
    """

    commit: str
    name: str
    date: str
    filename: str
    sha256: str
    parts: list[Part]
    changes: list[tuple[str, Marked, Mark]]
    gaps: list[tuple[str, Gaps]]


@dataclass(frozen=True)
class Commit:
    """A commit of SynaDB's own repository: its place in a branch, and its date."""

    commit: str
    name: str
    date: str


def write(
    conf: Config,
    found: Sequence[Entry],
    others: Sequence[Commit],
    machines: Sequence[pages.Machine],
    of_releases: Mapping[str, str],
) -> None:
    """Write an entry for each release, newest first, by its name, its hash, and its first digits.

    After them come other commits. ``of_releases`` are the pages of releases by commit.
    """
    pages.write(
        Path(conf.html_dir),
        "releases.html",
        "releases.html",
        "releases",
        machines[0] if machines else pages.NOBODY,
        machines,
        project=conf.project,
        project_url=conf.project_url,
        hash_length=conf.hash_length,
        commits=list(reversed(others)),
        releases=list(reversed(found)),
        of_releases=of_releases,
    )


def others(conf: Config, repo: Any, revisions: Mapping[str, int]) -> list[Commit]:
    """Return the commits with results that are no releases, oldest first."""
    found = {c for branch in conf.branches[1:] for c in repo.get_branch_commits(branch)}
    found -= set(repo.get_branch_commits(conf.branches[0]))
    return [
        Commit(commit, repo.get_name_from_hash(commit) or "", _day(repo.get_date(commit)))
        for commit in sorted(found & revisions.keys(), key=revisions.__getitem__)
    ]


def _day(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, timezone.utc):%Y-%m-%d}"


def entries(conf: Config, repo: Any, reports: Sequence[Document]) -> Iterator[Entry]:
    """Yield the releases, oldest first; a repository without pins knows their commits alone."""
    machines = [(report.machine["machine"], report) for report in reports]
    commits = list(reversed(repo.get_branch_commits(conf.branches[0])))
    names = tags(repo)
    pins = repo.get_pins() if hasattr(repo, "get_pins") else {}
    files = repo.get_files(commits, PARTS.values()) if pins else {}
    before: dict[str, tuple[str, int]] = {}
    for commit in commits:
        pin, found = pins.get(commit), files.get(commit, {})
        yield Entry(
            commit,
            names.get(commit) or commit[: conf.hash_length],
            pin.uploaded[:10] if pin else "",
            pin.filename if pin else "",
            pin.sha256 if pin else "",
            [_part(title, path, before.get(path), found.get(path)) for title, path in PARTS.items()]
            if pin
            else [],
            [
                (machine, series, mark)
                for machine, report in machines
                for series in report.changes
                for mark in series.marks
                if mark.commit == commit
            ],
            [
                (machine, gaps)
                for machine, report in machines
                for gaps in report.gaps
                if gaps.commit == commit
            ],
        )
        before = found


def _part(
    title: str, path: str, before: tuple[str, int] | None, now: tuple[str, int] | None
) -> Part:
    if now is None:
        return Part(title, path, None, "missing")
    if before is None:
        return Part(title, path, now[1], "new")
    if before[0] == now[0]:
        return Part(title, path, now[1], "identical")
    return Part(title, path, now[1], f"changed ({now[1] - before[1]:+,} bytes)")
