"""The real asv on commits of a repository: they are built, run and published beside releases."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from asv.machine import Machine
from helpers import MACHINE, ROOMS, Project, Repository, values

STAND_IN = Path(__file__).parents[1] / "stand_in"
COUNTED = "instructions.Operations.track_instructions"
CHANGES = {
    "another text": ("README", "", "another text"),
    "slower in Rust": ("src/lib.rs", "PASSES: u32 = 1;", "PASSES: u32 = 10;"),
    "does not compile": ("src/lib.rs", "fold(seed", "fold(sed"),
    "slower in Python": (
        "python/synadb/experiment.py",
        '        self._log("metric"',
        '        sum(range(200))\n        self._log("metric"',
    ),
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed"),
    pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed"),
]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a crate at its root, a package in a subfolder, and six commits."""
    made = Repository(tmp_path_factory.mktemp("theirs") / "a repository")
    shutil.copytree(STAND_IN, made.path, dirs_exist_ok=True)
    made.commit("as it is")
    for text, (file, before, after) in CHANGES.items():
        path = made.path / file
        content = path.read_text() if path.exists() else ""
        path.write_text(content.replace(before, after) if before else after)
        made.commit(text)
        if text == "does not compile":  # the next one does, and is slow in both
            path.write_text(content)
    made.git("checkout", "-q", "main~4", "--", ".")
    made.commit("mended")
    return made


@pytest.fixture(scope="module")
def measured(theirs: Repository, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A copy of the project in which its commits are measured and published; what asv printed."""
    project = Project(tmp_path_factory.mktemp("measured"), *ROOMS)
    project.environment |= {
        "SYNADB_REPO": str(theirs.path),
        "TRACKERS": "synadb",
        "SUITE": "standard",
    }
    machines = {MACHINE: Machine.get_defaults() | {"machine": MACHINE}, "version": 1}
    (project.home / ".asv-machine.json").write_text(json.dumps(machines))
    options = ["--machine", MACHINE, "--show-stderr", "-b", COUNTED]
    status, output = project.run("asv", "run", *options, "main")
    assert status == 2, output  # that of a commit that failed
    status, published = project.run("asv", "publish")
    assert status == 0, published
    # Bisecting takes what was measured, and measures one commit for itself.
    known = shutil.copytree(project.path / "results", project.path / ".asv" / "bisect" / "results")
    for file in known.glob(f"*/{theirs.commits()['slower in Rust'][:8]}-*"):
        file.unlink()
    return project, output


def counts(project: Project, theirs: Repository) -> dict[str, float]:
    """Return the instructions of logging a metric by what a commit says of itself."""
    found = {}
    for text, commit in theirs.commits().items():
        (file,) = (project.path / "results" / MACHINE).glob(f"{commit[:8]}-*3.17.2.json")
        if count := values(file)[COUNTED].get(("log metrics", "synadb")):
            found[text] = count
    return found


def test_each_commit_is_what_it_is(measured, theirs: Repository) -> None:
    found = counts(measured[0], theirs)
    first = found.pop("as it is")
    shares = {text: count / first for text, count in found.items()}
    assert shares.keys() == {"another text", "slower in Rust", "slower in Python", "mended"}
    assert shares["another text"] == pytest.approx(1, abs=0.005)
    assert shares["mended"] == pytest.approx(1, abs=0.005)
    assert 1.05 < shares["slower in Rust"] < shares["slower in Python"]


def test_what_does_not_compile_says_why_and_the_others_go_on(measured) -> None:
    assert "src/lib.rs:31: cannot find value `sed` in this scope" in measured[1]


def test_what_compiled_it_is_kept_with_the_results(measured, theirs: Repository) -> None:
    (file,) = (measured[0].path / "results" / MACHINE).glob(
        f"{theirs.commits()['mended'][:8]}-*3.17.2.json"
    )
    built = [key for key in json.loads(file.read_text())["durations"] if key.startswith("<built")]
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.strip()
    assert built == [f"<built with {rustc} release>"]


def test_the_site_shows_both_branches(measured, theirs: Repository) -> None:
    site = measured[0].path / "html"
    assert json.loads((site / "index.json").read_text())["params"]["branch"] == ["releases", "main"]
    page = (site / "releases.html").read_text()
    commits = theirs.commits()
    assert all(f'id="{commit}"' in page for text, commit in commits.items())
    graphs = [g for g in (site / "graphs").rglob(f"{COUNTED}.json") if "branch-main" in g.parts]
    points = json.loads(graphs[0].read_text())
    assert [any(values) for _, values in points] == [text != "does not compile" for text in commits]


def test_a_release_is_compared_with_a_commit(measured) -> None:
    project, _ = measured
    status, output = project.run("asv", "compare", "--machine", MACHINE, "main~5", "main~1")
    assert status == 0, output
    assert "slower" not in output
    assert COUNTED in output


@pytest.mark.parametrize(
    ("bad", "suspects"),
    [("main~3", ["slower in Rust"]), ("main~1", ["does not compile", "slower in Python"])],
)
def test_the_first_bad_commit_is_found(
    bad: str, suspects: list[str], measured, theirs: Repository
) -> None:
    status, output = measured[0].run("tools.bisect", "main~5", bad, f"{COUNTED}.*log metrics")
    assert status == 0, output
    commits = [theirs.commits()[text][:8] for text in suspects]
    found = output.splitlines()[-1]
    assert re.findall(r"\b[0-9a-f]{8}\b", found) == commits
    assert ("Not all of them could be built" in found) == (len(suspects) > 1)


@pytest.mark.parametrize(
    ("good", "bad", "regex", "status", "reason"),
    [
        ("main~5", "main~4", COUNTED, 5, "Nothing of "),
        ("main", "main~5", COUNTED, 5, "is no ancestor of"),
        ("a-typo", "main", COUNTED, 5, "a-typo is no release"),
        ("main~5", "main", "(", 5, "is no regular expression"),
        ("main~5", "", COUNTED, 5, "For example: make bisect"),
        ("main~5", "main~2", COUNTED, 4, "could not be built or measured"),
    ],
)
def test_a_question_without_an_answer_says_why(
    good: str, bad: str, regex: str, status: int, reason: str, measured
) -> None:
    ended, output = measured[0].run("tools.bisect", good, bad, regex)
    assert ended == status, output
    assert reason in output.splitlines()[-1]
