"""A made-up project is published, and again when all that can go wrong with it did."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from validation import synthetic

SERIES, SIZES = "parameters.LogParameters.time_log_parameters", "scale.LogArtifact.track_seconds"
SIGKILLED = -signal.SIGKILL

# A publisher that fails in the way that the environment says.
FAILING = """
import os
import signal

from asv.publishing import OutputPublisher
from asv.util import UserError


class Failing(OutputPublisher):
    name = "failing"

    @classmethod
    def publish(cls, conf, *others):
        way = os.environ.get("FAILS")
        if way in ("SIGKILL", "SIGTERM", "SIGINT"):
            os.kill(os.getpid(), getattr(signal, way))
        if way == "error":
            raise ValueError("a publisher is broken")
        if way == "user error":
            raise UserError("a publisher complains")
"""


def value(number: object, series: str = SERIES) -> Callable[[dict], dict]:
    """Return what puts a number in the place of the first one of a series."""

    def damage(results: dict) -> dict:
        results["results"][series][0][0] = number
        return results

    return damage


def part(name: str, content: object) -> Callable[[dict], dict]:
    """Return what puts something else in the place of a part of the results."""
    return lambda results: results | {name: content}


def cell(column: int, content: object, series: str = SERIES) -> Callable[[dict], dict]:
    """Return what puts something else in the place of a column of a series' row."""

    def damage(results: dict) -> dict:
        results["results"][series][column] = content
        return results

    return damage


def size_in_words(results: dict) -> dict:
    results["results"][SIZES][1][0][0] = "many"
    return results


# What is done to the file of a release, and what is said of it.
DAMAGES = {
    "infinity": (value(float("inf")), f"has the value inf for {SERIES}"),
    "too large": (value(10**400), "has the value 1000000000"),
    "large": (value(1e308), f"has the value 1e+308 for {SERIES}"),
    "text": (value("12"), "has the value '12'"),
    "object": (value({"a": 1}), "has the value {'a': 1}"),
    "boolean": (value(True), "has the value True"),
    "none": (lambda results: None, "is no object of JSON"),
    "results as a list": (part("results", []), "has no results"),
    "a row as a number": (lambda r: r | {"results": {SERIES: 1}}, f"has no row for {SERIES}"),
    "too few values": (cell(0, [1.0]), f"has not one value for each parameter of {SERIES}"),
    "no parameters": (cell(1, None), f"has no parameters of {SERIES}"),
    "other parameters": (cell(1, []), f"has not the parameters of {SERIES}"),
    "started too late": (cell(3, 1e20), f"started {SERIES} at 1e+20"),
    "no interval": (cell(5, "narrow"), f"has no list of values for {SERIES}"),
    "no date": (part("date", None), "has the date None"),
    "date in words": (part("date", "today"), "has the date 'today'"),
    "no commit": (part("commit_hash", 3), "has no commit_hash"),
    "no environment": (part("env_vars", None), "has no env_vars"),
    "unknown column": (
        part("result_columns", ["result", "colour"]),
        "has columns that asv does not know: colour",
    ),
    "old format": (part("version", 1), "has format 1, not 2"),
    "another machine": (part("params", {"machine": "other"}), "is of another machine"),
    "a size in words": (size_in_words, "has a size that is no number"),
}
# What takes the place of the file, and what is said of it.
FILES = {
    "empty": (b"", "cannot be read (Expecting value"),
    "truncated": (b'{"commit_hash": "0', "cannot be read (Unterminated string"),
    "binary": (bytes(range(256)), "cannot be read ('utf-8' codec"),
    "nested": (b"[" * 100_000, "cannot be read (maximum recursion depth"),
    "a folder": (None, "is no file"),
}
# What is the machine.json of other machines, and what is said of it.
OTHERS = {
    "renamed": ('{"machine": "local", "version": 1}', "is of the machine 'local'"),
    "empty": ("", "cannot be read (Expecting value"),
    "nameless": ('{"version": 1}', "does not say which machine it is"),
    "gone": (None, "is missing"),
}
VERSIONS = [f"v{number}.0" for number in range(len(DAMAGES) + len(FILES) + 2)]
# Published with what asv takes for skipped and failed.
SKIPPED, SOUND = VERSIONS[-2:]


class Project:
    """A made-up project whose plugin fails if it is told to."""

    def __init__(self, directory: Path) -> None:
        self.path, self.site = directory, directory / "html"
        self.results = directory / "results"

    def publish(self, fails: str = "") -> tuple[int, list[str]]:
        """Run ``asv publish``; return its exit status and the lines that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "asv", "publish"],
            cwd=self.path,
            env=os.environ | {"FAILS": fails},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            # A shell lets what it starts in the background ignore it.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        return done.returncode, done.stdout.splitlines()

    def files(self) -> dict[str, str]:
        """Return a digest of each file of the site."""
        return {
            str(path.relative_to(self.site)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.site.rglob("*")
            if path.is_file()
        }

    def left_over(self) -> list[str]:
        """Return what is beside the site that is not of the project."""
        own = {"asv.conf.json", "failing.py", "history.git", "html", "results", "website", ".asv"}
        return sorted({path.name for path in self.path.iterdir()} - own - {"__pycache__"})

    def commits(self) -> dict[str, str]:
        command = ["git", "--git-dir", "history.git", "rev-parse", *VERSIONS]
        hashes = subprocess.check_output(command, cwd=self.path, text=True).split()
        return dict(zip(VERSIONS, hashes, strict=True))

    def file(self, version: str) -> Path:
        (path,) = (self.results / "local").glob(f"{self.commits()[version][:8]}-*.json")
        return path


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, published once; the site that it had before had another file."""
    project = Project(tmp_path_factory.mktemp("a project"))
    benchmarks = synthetic.described("against_mlflow.InMemory", "parameters", "scale.LogArtifact")
    synthetic.write(project.path, benchmarks, lambda *key: 10.0, VERSIONS)
    (project.path / "failing.py").write_text(FAILING)
    conf = json.loads((project.path / "asv.conf.json").read_text())
    conf["plugins"].append(".failing")
    (project.path / "asv.conf.json").write_text(json.dumps(conf))
    project.site.mkdir()
    (project.site / "of before.html").write_text("before")
    status, lines = project.publish()
    assert status == 0, lines
    return project


def test_the_site_is_replaced_and_ignores_itself(project: Project) -> None:
    assert not (project.site / "of before.html").exists()
    assert (project.site / ".gitignore").read_text() == "*\n!.gitignore\n"
    assert not project.left_over()


def test_tags_and_dates_are_those_of_asv(project: Project, tmp_path: Path) -> None:
    copy = shutil.copytree(project.path, tmp_path / "copy")
    git = ["git", "--git-dir", "history.git", "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    subprocess.run([*git, "tag", "-am", "annotated", "old", VERSIONS[0]], cwd=copy, check=True)
    conf = json.loads((copy / "asv.conf.json").read_text()) | {"repo": str(copy / "history.git")}
    for folder, plugins in (("ours", conf["plugins"]), ("asv", [])):
        changed = conf | {"html_dir": folder, "plugins": plugins}
        (copy / f"{folder}.conf.json").write_text(json.dumps(changed))
        command = [sys.executable, "-m", "asv", "--config", f"{folder}.conf.json", "publish"]
        subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)
    ours, asv = (json.loads((copy / of / "index.json").read_text()) for of in ("ours", "asv"))
    for key in ("tags", "revision_to_date", "revision_to_hash"):
        assert ours[key] == asv[key]
    assert ours["tags"]["old"] == ours["tags"][VERSIONS[0]]


def test_a_bare_address_leads_to_the_first_page_and_loads_nothing(project: Project) -> None:
    page = BeautifulSoup((project.site / "index.html").read_text(), "html.parser")
    assert not page.select("[src], link[href], img, style")
    assert [link["href"] for link in page.find_all("a")] == ["decide.html"]
    assert "decide.html" in str(page.noscript)


@pytest.mark.parametrize(
    ("fails", "status"),
    [
        ("error", 1),
        ("user error", 1),
        ("SIGINT", -signal.SIGINT),
        ("SIGTERM", -signal.SIGTERM),
        ("SIGKILL", SIGKILLED),
    ],
)
def test_whatever_fails_the_site_stays(project: Project, fails: str, status: int) -> None:
    before = project.files()
    ended, lines = project.publish(fails)
    assert ended == status, lines
    assert project.files() == before
    assert ".gitignore" in before
    assert not project.left_over() or fails in ("SIGTERM", "SIGKILL")
    if fails == "user error":
        assert lines[-1].endswith("a publisher complains")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is missing"),
        ("[]", "is no object of JSON"),
        ('{"version": 2, "a.b": {"name": "a.b", "params": 3}}', "has no parameters of a.b"),
    ],
)
def test_without_a_list_of_benchmarks_one_line_says_what_to_do(
    project: Project, content: str | None, reason: str
) -> None:
    before, path = project.files(), project.results / "benchmarks.json"
    kept = path.read_text()
    path.unlink()
    if content:
        path.write_text(content)
    try:
        status, lines = project.publish()
    finally:
        path.write_text(kept)
    assert status == 1
    (line,) = lines
    assert f"results/benchmarks.json {reason}" in line
    assert "asv run" in line
    assert project.files() == before


@pytest.fixture(scope="module")
def damaged(project: Project) -> tuple[Project, dict[str, str], list[str]]:
    """The project with each damage in the file of another release, published after a dead run.

    With it the release of each damage, and the lines that were printed.
    """
    versions = iter(VERSIONS)
    releases = {}
    for name, (damage, _) in DAMAGES.items():
        releases[name] = next(versions)
        file = project.file(releases[name])
        file.write_text(json.dumps(damage(json.loads(file.read_text()))))
    for name, (content, _) in FILES.items():
        releases[name] = next(versions)
        file = project.file(releases[name])
        file.unlink()
        file.mkdir() if content is None else file.write_bytes(content)
    skipped = project.file(SKIPPED)
    results = json.loads(skipped.read_text())
    results["results"][SERIES][0][:2] = [None, float("nan")]
    results["results"][SERIES][5][2], results["results"][SERIES][6][2] = -float("inf"), float("inf")
    skipped.write_text(json.dumps(results))
    for machine, (content, _) in OTHERS.items():
        folder = project.results / machine
        folder.mkdir()
        shutil.copy(project.file(SOUND), folder)
        if content is not None:
            (folder / "machine.json").write_text(content)
    (project.results / "notes").mkdir()

    assert project.publish("SIGKILL")[0] == SIGKILLED
    assert project.left_over() == [".html.new"]
    status, lines = project.publish()
    assert status == 0, lines
    return project, releases, lines


@pytest.mark.parametrize("name", [*DAMAGES, *FILES])
def test_an_unsound_file_is_named_in_one_line(name: str, damaged) -> None:
    project, releases, lines = damaged
    file = project.file(releases[name]).relative_to(project.path)
    (line,) = [line for line in lines if file.name in line and str(file.parent) in line]
    assert f"{file} {(DAMAGES | FILES)[name][1]}" in line
    assert line.endswith("it is left out")
    assert len(line) < 300


@pytest.mark.parametrize("machine", OTHERS)
def test_a_machine_without_a_sound_file_is_named_in_one_line(machine: str, damaged) -> None:
    _, _, lines = damaged
    (line,) = [line for line in lines if f"results/{machine}" in line]
    assert f"results/{machine}/machine.json {OTHERS[machine][1]}" in line
    assert line.endswith(f"all of results/{machine} is left out")


def test_the_rest_is_published(damaged) -> None:
    project, releases, lines = damaged
    assert len([line for line in lines if "left out" in line]) == len(releases) + len(OTHERS)
    (report,) = json.loads((project.site / "report.json").read_text())["machines"]
    assert report["machine"]["machine"] == "local"
    drawn = {point["release"] for cost in report["costs"] for point in cost["history"]}
    assert drawn == {SKIPPED, SOUND}
    index = json.loads((project.site / "index.json").read_text())
    assert list(index["machines"]) == ["local"]
    (graph,) = (project.site / "graphs").rglob(f"*/ram-*/{SERIES}.json")
    assert len(json.loads(graph.read_text())) == 2
    assert (project.site / ".gitignore").exists()
    assert not project.left_over(), "what the dead run left is swept"
