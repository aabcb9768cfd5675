"""What the locks pin, and the names under which results of the measured environment are filed."""

import ast
import platform
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from asv.config import Config
from asv.util import load_json
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements import Locked, lock

ROOT = Path(__file__).parents[2]
ROOMS = {path.name for path in ROOT.iterdir() if path.is_dir()}
CONF = load_json(str(ROOT / "asv.conf.json"), js_comments=True)
PYTHON = ".".join(platform.python_version_tuple()[:2])


def versions(name: str) -> dict[str, set[str]]:
    """Return the pinned versions by distribution; there may be one for each Python."""
    found: dict[str, set[str]] = {}
    for requirement in map(Requirement, lock.pins(name)):
        found.setdefault(requirement.name, set()).add(str(requirement.specifier))
    return found


@pytest.mark.parametrize("name", lock.LOCKS)
def test_every_pin_is_one_version_with_its_hashes(name: str) -> None:
    pinned = [line for line in lock.path(name).read_text().splitlines() if not line.startswith("#")]
    blocks = "\n".join(line for line in pinned if "# " not in line).replace(" \\\n", " ")
    assert len(blocks.splitlines()) == len(lock.pins(name)) > 0
    for line in blocks.splitlines():
        assert "==" in line.split()[0], line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_says_nothing_of_where_it_comes_from(name: str) -> None:
    text = lock.path(name).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_has_all_that_is_asked_for(name: str) -> None:
    lines = (lock.FOLDER / f"{name}.in").read_text().splitlines()
    asked = [Requirement(line.partition("#")[0]) for line in lines if line[:1].isalnum()]
    pinned = versions(name)
    for requirement in asked:
        assert requirement.name in pinned
        assert all(
            requirement.specifier.contains(version.removeprefix("=="))
            for version in pinned[requirement.name]
        )


def imported(room: str) -> set[str]:
    """Return the packages that the files of a room import, wherever in them; none of our own."""
    found: set[str] = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module or "")
    return {name.partition(".")[0] for name in found} - sys.stdlib_module_names - ROOMS


@pytest.mark.parametrize(
    "room", ["building", "history", "recording", "requirements", "tools", "website"]
)
def test_who_runs_and_publishes_has_all_that_is_imported_for_it(room: str) -> None:
    bring, installed = packages_distributions(), versions("run")
    for name in imported(room):
        packages = bring.get(name, [name])  # one for an older Python is not installed here
        assert {canonicalize_name(of) for of in packages} & installed.keys(), name


@pytest.mark.parametrize("name", [name for name, other in lock.LOCKS.items() if other])
def test_locks_agree(name: str) -> None:
    ours, others = versions(name), versions(lock.LOCKS[name])
    common = ours.keys() & others.keys()
    assert common
    assert {key: ours[key] for key in common} == {key: others[key] for key in common}


def test_the_configuration_names_the_baseline_that_the_lock_pins() -> None:
    assert {f"=={v}" for v in CONF["matrix"]["req"]["mlflow"]} == versions("environment")["mlflow"]


def test_results_are_filed_by_the_environment_of_the_history() -> None:
    environment = Locked(Config.from_json(CONF), PYTHON, {"mlflow": "3.17.2"}, {})
    assert environment.name == f"virtualenv-py{PYTHON}-mlflow3.17.2"
    filed = {
        path.name.partition("-")[2]
        for path in (ROOT / "results").glob("*/*-virtualenv-*[0-9].json")
    }
    assert filed == {"virtualenv-py3.11-mlflow3.17.2.json"}


def test_the_digest_is_recorded_as_a_requirement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "FOLDER", tmp_path)
    recorded = set()
    for version in ("1", "2"):
        lock.path("environment").write_text(f"example=={version}\n")
        environment = Locked(Config.from_json(CONF), PYTHON, {"mlflow": "3.17.2"}, {})
        assert environment.requirements["mlflow"] == "3.17.2"
        recorded.add(environment.requirements["lock"])
    assert len(recorded) == 2
    assert {len(digest) for digest in recorded} == {12}
