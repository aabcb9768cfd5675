"""asv projects with histories made for an experiment, below ``.asv/validation``."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path

from asv.config import Config
from asv.results import Results, iter_results
from asv.util import load_json

from requirements.locked import AGAIN
from tools import measure
from website.releases import TRACKING_MODULE
from website.results import Estimate, values
from website.thresholds import named, threshold

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
# By the name of a call, the kind of what it does more and how often, as slowdown.py takes it.
Planting = dict[str, tuple[str, float]]
REGRESSION = "regression"
# How the names of the timed benchmarks begin that are watched for changes.
TIMED = "against_release."


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

    def grow(
        self, name: str, number: int, tree: str = "releases^{tree}", parent: str = ""
    ) -> list[str]:
        """Add so many commits of a tree, after the newest release or another parent."""
        commits, tree = [parent or self.newest()], self.git("rev-parse", tree)
        for point in range(1, number + 1):
            seconds = int(self.git("show", "-s", "--format=%ct", commits[-1])) + 3600
            dates = dict.fromkeys(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"], f"{seconds} +0000")
            about = ["-p", commits[-1], "-m", f"{name} {point}"]
            commits.append(self.git("commit-tree", tree, *about, env=os.environ | AUTHOR | dates))
        return commits[1:]

    def slowed(self, planting: Planting) -> str:
        """Return the newest release's tree with slowed calls; no units are its code alone."""
        return self.changed(f"slow_down(Run, {planting})", SLOWDOWN.read_bytes())

    def changed(self, line: str, before: bytes = b"") -> str:
        """Return the newest release's tree with more lines at the end of the tracking module."""
        newest = self.newest()
        module = self.read(f"{newest}:{TRACKING_MODULE}") + b"\n\n" + before
        blob = self.git("hash-object", "-w", "--stdin", input=module + f"\n\n{line}\n".encode())
        index = os.environ | {"GIT_INDEX_FILE": str(self.path / "changed.index")}
        self.git("read-tree", newest, env=index)
        self.git("update-index", "--cacheinfo", f"100644,{blob},{TRACKING_MODULE}", env=index)
        return self.git("write-tree", env=index)


def new_history() -> History:
    """Return the history of these experiments: a new one when releases or benchmarks change.

    So what was measured before an interruption is used again, and nothing that is outdated.
    """
    subprocess.run(
        [sys.executable, "-m", "history"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    digest = hashlib.sha256((ROOT / "history" / "releases.json").read_bytes())
    for file in sorted((ROOT / "benchmarks").rglob("*.py")):
        digest.update(file.read_bytes())
    work = ROOT / ".asv" / "validation" / digest.hexdigest()[:8]
    work.mkdir(parents=True, exist_ok=True)
    return History(work / "history.git")


def checkout(path: Path, change: Callable[[Path], object] = bool) -> Path:
    """Return a directory with the suite and its releases, where nothing is built or kept at first.

    If there is none yet, it is made, and changed before it has its name.
    """
    if path.exists():
        return path
    aside = path.with_name(f"{path.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "benchmarks", aside / "benchmarks", ignore=ignored)
    shutil.copytree(RELEASES, aside / RELEASES.relative_to(ROOT))
    change(aside)
    return aside.rename(path)


class Project:
    """This suite's configuration with another history, results and site.

    ``root`` is the checkout whose benchmarks, environment and caches it has.
    """

    def __init__(
        self,
        history: History,
        name: str,
        head: str,
        root: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = history.path.parent / name
        self.environment = dict(environment or {})
        self.results = self.directory / "results"
        self.html = self.directory / "html"
        self.directory.mkdir(exist_ok=True)
        history.git("branch", "-f", name, head)
        conf = {
            **load_json(str(ROOT / "asv.conf.json"), js_comments=True),
            "plugins": [".website", ".requirements", ".recording"],
            "dvcs": "git",
            "repo": str(history.path),
            "branches": [name],
            "benchmark_dir": str(root / "benchmarks"),
            "env_dir": str(root / ".asv" / "env"),
            "results_dir": str(self.results),
            "html_dir": str(self.html),
        }
        (self.directory / "asv.conf.json").write_text(json.dumps(conf))

    def asv(self, *arguments: str, statuses: Container[int] = (0,), quiet: bool = False) -> str:
        """Run asv; return what it printed if it is to be quiet. Raises if asv failed otherwise."""
        command = [sys.executable, "-m", "asv", "--config", "asv.conf.json", *arguments]
        output = subprocess.PIPE if quiet else None
        # For the plugins, and since the quick suite counts no instructions.
        usual = {"PYTHONPATH": str(ROOT), "SUITE": "standard", AGAIN: ""}
        environment = os.environ | usual | self.environment
        done = subprocess.run(
            command, cwd=self.directory, env=environment, stdout=output, text=True
        )
        if done.returncode not in statuses:
            print(done.stdout or "", file=sys.stderr)
            raise SystemExit(f"asv {arguments[0]} ended with status {done.returncode}")
        return done.stdout or ""

    def measure(
        self, commits: Iterable[str], *benchmarks: str, statuses: Container[int] = (0,)
    ) -> None:
        """Measure the commits that have no results yet."""
        if left := [commit for commit in commits if commit not in self.files()]:
            self.run(left, *benchmarks, statuses=statuses)

    def run(
        self, commits: Iterable[str], *benchmarks: str, statuses: Container[int] = (0,)
    ) -> None:
        """Measure the commits, also those that have results, which are added to."""
        hashes = self.directory / "commits"
        hashes.write_text("\n".join(commits))
        chosen = [argument for regex in benchmarks for argument in ("-b", regex)]
        machine = ["--machine", MACHINE, "--record-samples", "--show-stderr"]
        self.asv("run", *machine, *chosen, f"HASHFILE:{hashes}", statuses=statuses)

    def load(self) -> list[Results]:
        """Return asv's results, one for each commit that was measured."""
        return list(iter_results(str(self.results))) if self.results.exists() else []

    def files(self) -> dict[str, Path]:
        """Return the file of each commit's results."""
        names = {commit[:8]: commit for commit in (r.commit_hash for r in self.load())}
        files = self.results.glob(f"{MACHINE}/*-*.json")
        return {names[file.name[:8]]: file for file in files}

    def estimates(self) -> dict[str, dict[str, Estimate]]:
        """Return the results by series, as ``benchmark(parameters)``, and commit."""
        return {
            named(*series): {commit: found for commit, found in by_commit.items() if found}
            for series, by_commit in values(self.load()).items()
            if any(by_commit.values())
        }

    def publish(self) -> dict:
        """Publish the site; return its report as data."""
        self.asv("publish", quiet=True)
        return json.loads((self.html / "report.json").read_text("utf-8"))


def watched_benchmarks() -> list[str]:
    """Return the benchmarks that have a series in which a change would be reported."""
    conf = _configuration()
    conf.results_dir = str(RESULTS)
    return measure.watched_benchmarks(conf)


def thresholds(series: Iterable[str]) -> dict[str, float]:
    """Return the thresholds of the series in which a change would be reported."""
    conf = _configuration()
    found = {one: threshold(conf, one, conf.branches[0]) for one in series}
    return {one: allowed for one, allowed in found.items() if allowed is not None}


def _configuration() -> Config:
    return Config.load(str(ROOT / "asv.conf.json"))


def blamed(machine: dict) -> dict[str, list[str]]:
    """Return the commits that a machine's report blames for regressions, by series."""
    return {
        marked["series"]: [mark["commit"] for mark in marked["marks"] if mark["kind"] == REGRESSION]
        for marked in machine["regressions"]
    }
