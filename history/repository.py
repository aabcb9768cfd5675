"""The bare git repository that asv walks: the releases, and beside them SynaDB's own branches."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from asv.plugins.git import Git
from asv.util import ProcessError, UserError

from . import pins, upstream
from .git import clean_environment, find_git, refs_of
from .pins import Release
from .releases import BRANCH, BRANCHES, PATH, TAGS, build, locked, refresh

HASH = re.compile("[0-9a-f]{4,40}")  # as short as git takes it
FIRST = ("main", "master")  # of branches that hold the same commit


class Releases(Git):
    """asv's view of the history: the releases, and beside them SynaDB's own repository.

    The releases are built on first use and extended by ``pull()``. The repository is fetched when
    somebody asks for what is not of the releases: once after ``pull()``, without it when it is
    unknown.
    """

    dvcs = BRANCH

    def __init__(self, url: str, mirror_path: str) -> None:
        # Git.__init__ would clone url; the releases have no remote, so mirror_path (a top-level
        # folder that would shadow the package) is of no use here.
        self._git = find_git()
        self._path = str(PATH.absolute())
        self._url = url
        self._default_branch = BRANCH
        self._pulled = self._fetched = False
        build(PATH, self._git)

    @classmethod
    def url_match(cls, url: str) -> bool:
        return False

    def pull(self) -> None:
        if not self._pulled:
            refresh(PATH, self._git)
            self._pulled = True

    def fetch_for(self, *asked: str) -> None:
        """Fetch SynaDB's repository, once, unless this is all of the releases.

        What is asked for are names and ranges, as git takes them.
        """
        names = {name for one in asked for name in _names(one)} - {"HEAD", BRANCH}
        strange = [name for name in names if not self._is_release(name)]
        if not self._fetched and any(map(self._may_be_new, strange)):
            self._fetched = True
            with locked(PATH):
                upstream.fetch(PATH, self._git, os.environ.get(upstream.ADDRESS) or self._url)

    def _may_be_new(self, name: str) -> bool:
        """Whether a name is unknown, or not of one commit for ever and to be looked for."""
        return not self._knows(name) or (self._pulled and not HASH.fullmatch(name))

    def _is_release(self, name: str) -> bool:
        is_hash = HASH.fullmatch(name)
        return any(
            name == release.tag or (is_hash and release.commit.startswith(name))
            for release in pins.load()
        )

    def _knows(self, name: str) -> bool:
        command = ["rev-parse", "-q", "--verify", f"{name}^{{commit}}"]
        return bool(
            self._run_git(command, valid_return_codes=None, dots=False, display_error=False)
        )

    def get_hashes_from_range(self, range_spec: str) -> list[str]:
        """Return the commits in a range, newest first; raise UserError where git knows none."""
        try:
            self.fetch_for(range_spec)
            command = ["rev-list", "--first-parent", *shlex.split(range_spec), "--"]
            return self._run_git(command, dots=False, display_error=False).split()
        except (ProcessError, ValueError) as error:
            raise UserError(
                f"There is no {range_spec} among the releases, nor in SynaDB's repository: "
                "name tags, branches or commits as git does, v1.3.1..v1.4.0 for example"
            ) from error

    def get_hash_from_name(self, name: str | None) -> str:
        self.fetch_for(name or BRANCH)
        return super().get_hash_from_name(name)

    def get_new_branch_commits(self, branches: Iterable[str], existing: Iterable[str]) -> list[str]:
        self.fetch_for(*branches)
        return super().get_new_branch_commits(branches, existing)

    def get_branch_commits(self, branch: str) -> list[str]:
        """Return a branch's commits, newest first; none of what is unknown."""
        return super().get_branch_commits(branch) if self._knows(branch) else []

    def get_branches_of(self, commits: Iterable[str]) -> list[str]:
        """Return branches of SynaDB's repository that hold these commits, as few as will do."""
        strange = {commit for commit in commits if not self._is_release(commit)}
        self.fetch_for(*strange)
        left = {self.get_hash_from_name(one) for one in strange if self._knows(one)}
        refs = refs_of(Path(self._path), self._git)
        branches = [r.removeprefix(BRANCHES) for r in refs if r.startswith(BRANCHES)]
        found = []
        for branch in sorted(branches, key=lambda name: (name not in FIRST, name)):
            if held := left.intersection(self.get_branch_commits(branch)):
                found.append(branch)
                left -= held
        return found

    def get_name_from_hash(self, commit: str) -> str | None:
        """Return a tag or branch, and how many commits before it (asv knows none of a remote's)."""
        command = ["name-rev", "--name-only", "--no-undefined", commit]
        try:
            name = self._run_git(command, display_error=False).strip()
        except ProcessError:
            return None
        return re.sub("^(tags|remotes)/", "", name) or None

    def get_tags(self) -> dict[str, str]:
        """Return the commit of every tag (asv's own asks git once for each)."""
        refs = refs_of(Path(self._path), self._git)
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
            env=clean_environment(),
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
        return super()._run_git(args, cwd, env=clean_environment(), **kwargs)


def _names(asked: str) -> set[str]:
    """Return the names in what git takes for a range: ``v1.0^!`` or ``main~3..main``."""
    words = [word for word in shlex.split(asked) if not word.startswith("-")]
    ends = [end.lstrip("^") for word in words for end in re.split(r"\.{2,3}", word)]
    return {re.split("[~^@:]", end)[0] for end in ends} - {""}
