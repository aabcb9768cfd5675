"""asv projects with histories made for an experiment, below ``.asv/validation``."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from asv.results import Results, iter_results
from asv.util import load_json

from website.releases import TRACKING_MODULE
from website.results import values
from website.thresholds import named

ROOT = Path(__file__).resolve().parents[1]
RELEASES = ROOT / ".asv" / "releases.git"
MACHINE = "local"
# The results that are committed.
RESULTS = ROOT / "results"
COMMITTED = RESULTS / "linux-x86_64-2cpu"
AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "validation"), ("EMAIL", "validation@synadb.invalid"))
}

# Is appended to the tracking module, with a line that says which calls and by how much.
SLOWDOWN = Path(__file__).with_name("slowdown.py")


class History:
    """A bare git repository that holds the releases and grows by what an experiment needs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            subprocess.run(["git", "clone", "-q", "--bare", str(RELEASES), str(path)], check=True)

    def git(self, *arguments: str, **keywords) -> str:
        return self._run(*arguments, **keywords).decode().strip()

    def read(self, file: str) -> bytes:
        """Return a file's content, named as ``<commit>:<path>``."""
        return self._run("cat-file", "blob", file)

    def _run(self, *arguments: str, **keywords) -> bytes:
        command = ["git", "--git-dir", str(self.path), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, **keywords).stdout

    def newest(self) -> str:
        return self.git("rev-parse", "releases")

    def grow(self, parent: str, subject: str, turns: dict[str, int] | None = None) -> str:
        """Add a commit with its parent's files, calls slowed by so many turns; return it."""
        tree = self.git("rev-parse", f"{parent}^{{tree}}")
        if turns is not None:
            tree = self._slowed(turns)
        seconds = int(self.git("show", "-s", "--format=%ct", parent)) + 3600
        dates = dict.fromkeys(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"], f"{seconds} +0000")
        environment = os.environ | AUTHOR | dates
        return self.git("commit-tree", tree, "-p", parent, "-m", subject, env=environment)

    def _slowed(self, turns: dict[str, int]) -> str:
        """Return the newest release's tree with slowed calls."""
        newest = self.newest()
        module = self.read(f"{newest}:{TRACKING_MODULE}")
        module += b"\n\n" + SLOWDOWN.read_bytes() + f"\n\nslow_down(Run, {turns})\n".encode()
        blob = self.git("hash-object", "-w", "--stdin", input=module)
        index = os.environ | {"GIT_INDEX_FILE": str(self.path / "slowed.index")}
        self.git("read-tree", newest, env=index)
        self.git("update-index", "--cacheinfo", f"100644,{blob},{TRACKING_MODULE}", env=index)
        return self.git("write-tree", env=index)


@contextmanager
def checkout(path: Path) -> Iterator[Path]:
    """Yield a directory with the suite and its releases, where nothing is built or kept yet."""
    shutil.rmtree(path, ignore_errors=True)
    try:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "benchmarks", path / "benchmarks", ignore=ignored)
        shutil.copytree(RELEASES, path / RELEASES.relative_to(ROOT))
        yield path
    finally:
        shutil.rmtree(path)


class Project:
    """This suite's configuration with another history, results and site.

    ``root`` is the checkout whose benchmarks, environment and caches it has.
    """

    def __init__(
        self, history: History, name: str, head: str, root: Path = ROOT, **environment: str
    ) -> None:
        self.directory = history.path.parent / name
        self.environment = environment
        self.results = self.directory / "results"
        self.html = self.directory / "html"
        self.directory.mkdir(exist_ok=True)
        history.git("branch", "-f", name, head)
        conf = {
            **load_json(str(ROOT / "asv.conf.json"), js_comments=True),
            "plugins": [".requirements", ".recording"],
            "dvcs": "git",
            "repo": str(history.path),
            "branches": [name],
            "benchmark_dir": str(root / "benchmarks"),
            "env_dir": str(root / ".asv" / "env"),
            "results_dir": str(self.results),
            "html_dir": str(self.html),
        }
        (self.directory / "asv.conf.json").write_text(json.dumps(conf))

    def asv(self, *arguments: str, quiet: bool = False) -> str:
        """Run asv; return what it printed if it is to be quiet. Raises if asv failed."""
        command = [sys.executable, "-m", "asv", "--config", "asv.conf.json", *arguments]
        output = subprocess.PIPE if quiet else None
        # For the plugin, and since the quick suite counts no instructions.
        environment = os.environ | {"PYTHONPATH": str(ROOT), "SUITE": "standard"} | self.environment
        done = subprocess.run(
            command, cwd=self.directory, env=environment, stdout=output, text=True
        )
        if done.returncode:
            print(done.stdout or "", file=sys.stderr)
            raise SystemExit(f"asv {arguments[0]} ended with status {done.returncode}")
        return done.stdout or ""

    def measure(self, commits: Iterable[str], *benchmarks: str) -> None:
        """Measure the commits that have no results yet."""
        left = [commit for commit in commits if commit not in self.measured()]
        if not left:
            return
        hashes = self.directory / "commits"
        hashes.write_text("\n".join(left))
        chosen = [argument for regex in benchmarks for argument in ("-b", regex)]
        machine = ["--machine", MACHINE, "--record-samples", "--show-stderr"]
        self.asv("run", *machine, *chosen, f"HASHFILE:{hashes}")

    def measured(self) -> set[str]:
        return {result.commit_hash for result in self.load()}

    def load(self) -> list[Results]:
        """Return asv's results, one for each commit that was measured."""
        return list(iter_results(str(self.results))) if self.results.exists() else []

    def take_over(self, other: "Project") -> None:
        """Start with the results of another project, unless there are some already."""
        if not self.results.exists():
            aside = self.directory / "results.new"
            shutil.copytree(other.results, aside, dirs_exist_ok=True)
            os.replace(aside, self.results)

    def values(self) -> dict[str, dict[str, float]]:
        """Return the results by series, as ``benchmark(parameters)``, and commit."""
        return {
            named(*series): {commit: found.value for commit, found in by_commit.items() if found}
            for series, by_commit in values(self.load()).items()
            if any(by_commit.values())
        }

    def regressions(self) -> dict[str, list[str]]:
        """Publish the site; return the commits that asv blames for regressions, by series."""
        self.asv("publish", quiet=True)
        hashes = json.loads((self.html / "index.json").read_text())["revision_to_hash"]
        found = json.loads((self.html / "regressions.json").read_text())["regressions"]
        return {name: [hashes[str(jump[1])] for jump in jumps] for name, *_, jumps in found}
