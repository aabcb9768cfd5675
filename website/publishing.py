"""``asv publish`` that changes the site only when the new one is whole."""

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path

from asv.commands.publish import Publish
from asv.config import Config
from asv.console import log
from asv.plugins.git import Git
from asv.repo import get_repo
from asv.util import UserError
from filelock import FileLock, Timeout

from . import sound

LOCK = Path(".asv", "publishing.lock")
# The site ignores itself; git has this file of it alone.
GITIGNORE = "*\n!.gitignore\n"
# Of renameat2(2), for which Python has no name.
AT_FDCWD, RENAME_EXCHANGE = -100, 2

publish = Publish.run


def setup() -> None:
    """Let ``asv publish`` work aside.

    asv calls this when it has loaded the plugin.
    """
    Publish.run = run


def run(conf: Config, range_spec: str | None = None, pull: bool = True) -> None:
    """Publish the sound results, as ``asv publish`` does, and replace the site at the end."""
    site = Path(conf.html_dir).resolve()
    with _locked(), _git_once(), _folder_beside(site) as aside:
        beside = copy(conf)
        beside.results_dir, beside.html_dir = str(aside / "results"), str(aside / "site")
        beside.branches = [*conf.branches, *_others(conf)]
        sound.link(Path(conf.results_dir), aside / "results")
        publish(beside, range_spec, pull)
        (aside / "site" / ".gitignore").write_text(GITIGNORE, "utf-8")
        try:
            _replace(site, aside)
        except OSError as error:
            raise UserError(f"The site in {site} could not be replaced: {error}") from error


def _others(conf: Config) -> list[str]:
    """Return the branches of SynaDB's own repository of which commits were measured."""
    results = Path(conf.results_dir).glob("*/*-*.json")
    hashes = {file.name[: conf.hash_length] for file in results}
    branches_of = getattr(get_repo(conf), "get_branches_of", None)  # not of a plain repository
    return branches_of(hashes) if branches_of else []


@contextmanager
def _locked() -> Iterator[None]:
    """Let one process at a time publish; a second one says so and waits."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("Another asv publish is at work: waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _git_once() -> Iterator[None]:
    """Let git be asked for tags and their dates once, since asv starts a process for each."""
    asked = Git.get_tags, Git.get_date_from_name
    tags, dates = cache(_tags), cache(_dates)
    Git.get_tags = lambda self: dict(tags(self))  # asv changes what it gets
    Git.get_date_from_name = lambda self, name: dates(self).get(name) or asked[1](self, name)
    try:
        yield
    finally:
        Git.get_tags, Git.get_date_from_name = asked


def _tags(repo: Git) -> dict[str, str]:
    """Return the commits of tags; one that is annotated is followed."""
    form = "%(refname:strip=2) %(objectname) %(*objectname)"
    lines = repo._run_git(["for-each-ref", "refs/tags", f"--format={form}"]).splitlines()
    return {name: commits[-1] for name, *commits in map(str.split, lines)}


def _dates(repo: Git) -> dict[str, int]:
    """Return when commits with tags were made, in milliseconds since the epoch."""
    lines = repo._run_git(["log", "--no-walk", "--tags", "--format=%H %at"]).splitlines()
    return {commit: int(seconds) * 1000 for commit, seconds in map(str.split, lines)}


@contextmanager
def _folder_beside(site: Path) -> Iterator[Path]:
    """A folder on the same file system as the site, which git ignores, for as long as it needs."""
    aside = site.with_name(f".{site.name}.new")
    _clean_up(site, aside)
    aside.mkdir(parents=True)
    try:
        (aside / ".gitignore").write_text("*\n", "utf-8")
        yield aside
    finally:
        _clean_up(site, aside)


def _clean_up(site: Path, aside: Path) -> None:
    """Remove what a run left, which may have ended while it replaced the site in two steps."""
    if not site.exists() and (aside / "before").exists():
        os.replace(aside / "before", site)
    if aside.exists():
        shutil.rmtree(aside)


def _replace(site: Path, aside: Path) -> None:
    """Put the new site where the old one is, in one step if the file system can do that."""
    new, old = aside / "site", aside / "before"
    if not site.exists():
        os.replace(new, site)
        return
    try:
        _exchange(new, site)
    except (AttributeError, OSError):
        shutil.move(site, old)  # copies a folder that cannot be renamed, as in a container's image
        os.replace(new, site)


def _exchange(one: Path, other: Path) -> None:
    """Exchange two folders on one file system, so that at no time one of them is not there."""
    libc = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if libc.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))
