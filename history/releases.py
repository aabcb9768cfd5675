"""The releases in the bare git repository: a commit and a tag for each."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from asv.console import log
from asv.util import UserError
from filelock import FileLock, Timeout
from packaging.version import Version

from . import archive, pins, upstream
from .git import clean_environment, refs_of
from .index import PROJECT, Index, UnreachableError
from .pins import Release

BRANCH = "releases"
TAGS = "refs/tags/"
# Of SynaDB's own repository.
BRANCHES = "refs/remotes/"
FETCHED = (BRANCHES, TAGS + upstream.PREFIX)
PATH = Path(".asv", "releases.git")
# Part of every commit, so part of every hash: never to be changed.
AUTHOR = f"{PROJECT} releases <releases@{PROJECT}.invalid>"


def build(path: Path, git: str) -> None:
    """Make the repository at ``path`` hold the pinned releases, unless it does already."""
    if _is_complete(path, git, pins.load()):
        return
    with locked(path):
        releases = pins.load()
        if not releases or _is_complete(path, git, releases):
            return  # another process was faster, or there is nothing to build yet
        log.info(f"Building the history: {len(releases)} releases of {PROJECT}")
        with log.indent():
            _extend(path, git, releases, Index())


def refresh(path: Path, git: str) -> None:
    """Append the releases that appeared since the last one was pinned, and pin them.

    Without a network a complete history is good enough, and a new release whose file is missing
    or unsound is left out until it is mended; a pinned file with other content than it had is an
    error, and nothing is written.
    """
    with locked(path):
        releases = pins.load()
        try:
            index = Index()
        except UnreachableError as error:
            if not releases:
                raise
            log.warning(f"{error}. Going on with the {len(releases)} releases known")
            return
        index.check(releases)
        if missing := index.missing(releases):
            log.warning(f"Gone from the package index, still in the history: {', '.join(missing)}")
        if not (found := index.unknown(releases)):
            return
        log.info(f"Not yet in the history: {', '.join(release.version for release in found)}")
        with log.indent():
            built = _extend(path, git, releases + found, index)
        if new := built[len(releases) :]:
            pins.save(built)
            for release in new:
                _announce(release, releases)
            log.info("history/releases.json has changed: commit it together with new results")


def _announce(release: Release, pinned: list[Release]) -> None:
    log.info(f"New release: {release.version}")
    later = [p for p in pinned if p.uploaded > release.uploaded]
    higher = [p for p in pinned if Version(p.version) > Version(release.version)]
    if later or higher:
        log.warning(
            f"{release.version} is out of order: it is appended after {pinned[-1].version}, "
            "so that no commit changes"
        )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time write the history; a second one says so and waits."""
    lock = FileLock(path.with_suffix(".lock").absolute())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.info("Another asv command is writing the history: waiting for it")
            lock.acquire()
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(path: Path, error: OSError) -> UserError:
    return UserError(
        f"The history could not be written ({error.strerror or error}): "
        f"check the space and permissions of {path.parent} and run this again"
    )


def _is_complete(path: Path, git: str, releases: list[Release]) -> bool:
    """Return whether the repository has the releases; what was fetched is beside them."""
    refs = refs_of(path, git)
    ours = {ref: commit for ref, commit in refs.items() if not ref.startswith(FETCHED)}
    return bool(releases) and ours == _expected_refs(releases)


def _expected_refs(releases: list[Release]) -> dict[str, str]:
    refs = {TAGS + release.tag: release.commit for release in releases}
    return refs | {f"refs/heads/{BRANCH}": releases[-1].commit}


def _extend(path: Path, git: str, releases: list[Release], index: Index) -> list[Release]:
    """Add the releases that the repository lacks, and return all that it has with their commits.

    It is written aside and renamed, so a reader sees the old one or the new one.
    """
    aside = path.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    pinned = [release for release in releases if release.commit]
    try:
        if _is_complete(path, git, pinned):
            shutil.copytree(path, aside)
            _import(aside, git, releases[len(pinned) :], index, pinned[-1].commit)
        else:
            _initialize(aside, git)
            _import(aside, git, releases, index)
        refs = refs_of(aside, git)
        built = _with_commits(releases, refs)
        if refs != refs_of(path, git):  # the same where all that is new was left out
            shutil.rmtree(path, ignore_errors=True)
            os.replace(aside, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return built


def _with_commits(releases: list[Release], refs: dict[str, str]) -> list[Release]:
    commits = {release: refs.get(TAGS + release.tag) for release in releases}
    for release, commit in commits.items():
        if release.commit and release.commit != commit:
            raise UserError(
                f"{release.version} became commit {commit}, pinned is {release.commit}: "
                "restore history/ with git checkout and run this again"
            )
    return [replace(release, commit=commit) for release, commit in commits.items() if commit]


def _initialize(path: Path, git: str) -> None:
    options = ["--bare", "--template=", "--object-format=sha1", f"--initial-branch={BRANCH}"]
    done = subprocess.run(
        [git, "init", "-q", *options, str(path)],
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise _git_failed(path, done.stderr)


def _git_failed(path: Path, said: str) -> UserError:
    lines = said.strip().splitlines() or ["no reason given"]
    reason = next((line for line in lines if line.startswith("fatal:")), lines[-1])
    return UserError(
        f"git could not write the history ({reason}): check the space and permissions of "
        f"{path.parent}, and that git is 2.32 or newer, and run this again"
    )


def _import(path: Path, git: str, releases: list[Release], index: Index, parent: str = "") -> None:
    """Write one commit and one tag for each release with a single ``git fast-import``."""
    # Without compression and deltas the pack is larger and written in a third of the time.
    command = [git, "-c", "pack.compression=0", "fast-import", "--depth=0", "--quiet", "--done"]
    process = subprocess.Popen(
        command,
        cwd=path,
        env=clean_environment() | {"GIT_DIR": "."},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        # A broken pipe means that git gave up: what it said is reported below.
        with suppress(BrokenPipeError), process.stdin as stream:
            for release, files in _sound(releases, index):
                stream.writelines(_commands(release, files, parent))
                parent = ""  # from now on git knows the branch
            stream.write(b"done\n")
    except BaseException:
        process.kill()
        raise
    finally:
        said = process.stderr.read().decode("utf-8", "replace")
        process.stderr.close()
        process.wait()
    if process.returncode:
        raise _git_failed(path, said)


def _sound(releases: list[Release], index: Index) -> Iterator[tuple[Release, list[archive.File]]]:
    """Yield the releases with their files, one at a time, but no new one that is not sound."""
    for number, release in enumerate(releases, 1):
        try:
            content = index.download(release)
            files = archive.read(release.filename, content)
        except UserError as error:
            if release.commit:  # the history that is pinned cannot do without it
                raise
            log.warning(f"Left out: {error}")
            continue
        size = f"{len(content) / 2**20:.1f} MiB"
        log.info(f"[{number}/{len(releases)}] {release.filename} ({size})")
        yield release, files


def _commands(release: Release, files: list[archive.File], parent: str) -> Iterator[bytes]:
    """Yield the fast-import commands for a release's commit and tag."""
    message = f"{PROJECT} {release.version}\n".encode()
    yield f"commit refs/heads/{BRANCH}\n".encode()
    for role in ("author", "committer"):
        yield f"{role} {AUTHOR} {release.timestamp} +0000\n".encode()
    yield b"data %d\n%s\n" % (len(message), message)
    if parent:
        yield f"from {parent}\n".encode()
    yield b"deleteall\n"
    for file in files:
        mode = "100755" if file.executable else "100644"
        yield f"M {mode} inline {file.path}\ndata {len(file.content)}\n".encode()
        yield file.content
        yield b"\n"
    yield f"reset {TAGS}{release.tag}\nfrom refs/heads/{BRANCH}\n\n".encode()
