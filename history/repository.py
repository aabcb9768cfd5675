"""The bare git repository that holds one commit for every release."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

from asv import util
from asv.console import log
from asv.plugins.git import Git
from asv.util import UserError
from filelock import FileLock, Timeout
from packaging.version import Version

from . import archive, pins
from .index import PROJECT, Index, UnreachableError
from .pins import Release

BRANCH = "releases"
TAGS = "refs/tags/"
PATH = Path(".asv", "releases.git")
# Part of every commit, so part of every hash: never to be changed.
AUTHOR = f"{PROJECT} releases <releases@{PROJECT}.invalid>"


class Releases(Git):
    """asv's view of the history. It is built on first use and extended by ``pull()``."""

    dvcs = BRANCH

    def __init__(self, url: str, mirror_path: str) -> None:
        # Git.__init__ would clone url; the history has no remote, so url and mirror_path (a
        # top-level folder that would shadow the package) are of no use here.
        self._git = find_git()
        self._path = str(PATH.absolute())
        self._default_branch = BRANCH
        self._pulled = False
        build(PATH, self._git)

    @classmethod
    def url_match(cls, url: str) -> bool:
        return False

    def pull(self) -> None:
        if not self._pulled:
            refresh(PATH, self._git)
            self._pulled = True

    def get_tags(self) -> dict[str, str]:
        """Return the commit of every tag (asv's own asks git once for each)."""
        refs = _refs(Path(self._path), self._git)
        tags = [ref for ref in refs if ref.startswith(TAGS)]
        return {tag.removeprefix(TAGS): refs[tag] for tag in tags}

    def get_pins(self) -> dict[str, Release]:
        """Return what is pinned of each release by its commit."""
        return {release.commit: release for release in pins.load()}

    def get_files(
        self, commits: Iterable[str], paths: Iterable[str]
    ) -> dict[str, dict[str, tuple[str, int]]]:
        """Return the git hash and the size in bytes of files by commit and path, if they exist."""
        asked = list(product(commits, paths))
        done = subprocess.run(
            [self._git, "cat-file", "--batch-check"],
            input="".join(f"{commit}:{path}\n" for commit, path in asked),
            cwd=self._path,
            env=git_environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        files: dict[str, dict[str, tuple[str, int]]] = {}
        for (commit, path), line in zip(asked, done.stdout.splitlines(), strict=True):
            name, kind, *size = line.split()
            if kind == "blob":
                files.setdefault(commit, {})[path] = (name, int(size[0]))
        return files

    # asv has no public place for git's environment, and a user's settings, hooks or GIT_DIR would
    # change what is checked out and measured.
    def _run_git(self, args, cwd=True, **kwargs):
        return super()._run_git(args, cwd, env=git_environment(), **kwargs)


def find_git() -> str:
    """Return the path of the git executable."""
    try:
        return util.which("git")
    except OSError as error:
        raise UserError("git is not on the PATH: install git and run this again") from error


def git_environment() -> dict[str, str]:
    """Return the environment without anything that changes what git writes or checks out."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return environment | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def build(path: Path, git: str) -> None:
    """Make the repository at ``path`` hold the pinned releases, unless it does already."""
    if _is_complete(path, git, pins.load()):
        return
    with _locked(path):
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
    with _locked(path):
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
def _locked(path: Path) -> Iterator[None]:
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
    return bool(releases) and _refs(path, git) == _expected_refs(releases)


def _expected_refs(releases: list[Release]) -> dict[str, str]:
    refs = {TAGS + release.tag: release.commit for release in releases}
    return refs | {f"refs/heads/{BRANCH}": releases[-1].commit}


def _refs(path: Path, git: str) -> dict[str, str]:
    """Return the branches and tags of the repository with their hashes, none if it is not one."""
    if not path.is_dir():
        return {}
    listed = subprocess.run(
        [git, "for-each-ref", "--format=%(refname) %(objectname)"],
        cwd=path,
        env=git_environment() | {"GIT_DIR": "."},
        capture_output=True,
        text=True,
    )
    return (
        dict(line.split() for line in listed.stdout.splitlines()) if not listed.returncode else {}
    )


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
        refs = _refs(aside, git)
        built = _with_commits(releases, refs)
        if refs != _refs(path, git):  # the same where all that is new was left out
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
        env=git_environment(),
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
        env=git_environment() | {"GIT_DIR": "."},
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
