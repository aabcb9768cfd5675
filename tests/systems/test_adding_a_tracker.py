"""Adding a tracker is adding its file and a line: all works, for it and for the others."""

import json
import shutil
from pathlib import Path

import pytest
from asv.machine import Machine
from helpers import MACHINE, ROOMS, Project, commits, values

from benchmarks.trackers.kinds import BASELINES

FILE = Path(__file__).with_name("json_lines.py")
NAME, LINE = "json-lines", '    "json-lines": "json_lines:JsonLines",\n'
# One baseline stands for both, which take the same way.
BESIDE = "mlflow-file"
CHOSEN = r"^(against_mlflow\.InMemory|metrics\.LogMetrics\.|queries|quick_start|storage)"


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with one more tracker, measured in this environment and published."""
    project = Project(tmp_path_factory.mktemp("extended"), *ROOMS)
    trackers = project.path / "benchmarks" / "trackers"
    shutil.copy(FILE, trackers)
    registry = trackers / "__init__.py"
    before, last, after = registry.read_text().partition('    "floor": ')
    registry.write_text(before + LINE + last + after)
    machines = {MACHINE: Machine.get_defaults() | {"machine": MACHINE}, "version": 1}
    (project.home / ".asv-machine.json").write_text(json.dumps(machines))
    options = ["-E", "existing", "--set-commit-hash", commits()["1.4.0"]]
    quick = ["--machine", MACHINE, "--quick", "--show-stderr", "-b", CHOSEN]
    trackers = ",".join(("synadb", BESIDE, NAME))
    for command in (["run", *options, *quick], ["publish"]):
        status, output = project.run("asv", *command, TRACKERS=trackers)
        assert status == 0, output
    return project


def test_it_takes_forty_lines_at_most() -> None:
    assert len(FILE.read_text().splitlines()) <= 40


def test_everything_has_a_value_of_it_and_of_the_others(extended: Project) -> None:
    (file,) = (extended.path / "results" / MACHINE).glob("*-*.json")
    result = values(file)
    assert not [name for name, found in result.items() if None in found.values()], "failed"
    measured = {
        (benchmark, params[-1])
        for benchmark, found in result.items()
        for params, value in found.items()
        if value == value
    }
    # It has no quick start to be tried; nothing else is left out.
    left_out = {name for name in result if (name, NAME) not in measured}
    assert left_out == {name for name in result if name.startswith("quick_start")}
    assert {name for name, tracker in measured if tracker == BESIDE} == result.keys()


def test_the_page_compares_with_it_by_the_name_that_it_declares(extended: Project) -> None:
    site = extended.path / "html"
    (report,) = json.loads((site / "report.json").read_text())["machines"]
    assert {cost["baseline"] for cost in report["costs"]} == {*BASELINES, NAME}
    assert '<th scope="col">JSON lines</th>' in (site / "decide.html").read_text()
    assert (site / f"badge-{NAME}.svg").exists()
