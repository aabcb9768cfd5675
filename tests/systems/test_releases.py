"""SynaDB next to a release of its own, really run: each process has the release that it should."""

import shutil
import subprocess
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import against_release
from benchmarks.harness import blocks, releases, sizes
from benchmarks.harness.operations import OPERATIONS
from benchmarks.harness.releases import PACKAGE, Release
from benchmarks.harness.sizes import Suite
from benchmarks.system import directories
from benchmarks.system.workers import Worker
from tests.systems import apart

VERSION = "1.4.0.dev1"  # the installed release by another name


@pytest.fixture(autouse=True)
def _directories(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(releases, "HISTORY", tmp_path / "history" / ".git")
    monkeypatch.setattr(sizes, "SUITE", Suite.STANDARD)


@pytest.fixture
def reference(tmp_path: Path, monkeypatch) -> Release:
    """A reference in a history of one release."""
    package = tmp_path / "history" / PACKAGE
    installed = Path(str(find_spec(PACKAGE).origin)).parent
    others = shutil.ignore_patterns("__pycache__", "*.dylib", "*.dll")
    shutil.copytree(installed, package, ignore=others)
    with (package / "__init__.py").open("a") as file:
        file.write(f'\n__version__ = "{VERSION}"\n')
    who = ["-c", "user.name=example", "-c", "user.email=example@example.invalid"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"], ["tag", f"v{VERSION}"]):
        subprocess.run(["git", *who, *command], cwd=package.parent, check=True)
    monkeypatch.setattr(releases, "REFERENCE", VERSION)
    return releases.reference()


def worker(release: Release, directory: Path) -> Worker:
    directory.mkdir()
    return blocks.worker_of(release, directory, directory / "kept")


def test_each_process_has_its_own_release_and_the_reference_is_kept(reference, tmp_path) -> None:
    assert list(reference.directory.rglob("*.pyc"))
    shutil.rmtree(tmp_path / "history")
    assert releases.reference() == reference
    for number, release in enumerate((releases.measured(), reference)):
        with worker(release, tmp_path / str(number)) as side:
            version, files, modules = side.call(apart.what_is_loaded, PACKAGE)
            assert version == release.version
            assert {Path(file).suffix for file in files} >= {".py", ".so"}
            own = release.directory.resolve()
            assert all(Path(file).resolve().is_relative_to(own) for file in files)
            assert not {"mlflow", "flask", "scipy"} & set(modules)


def test_another_release_or_another_library_is_not_measured(reference, tmp_path) -> None:
    installed = releases.measured()
    for number, mistaken in enumerate(
        (
            replace(reference, path=()),
            replace(reference, version="1"),
            replace(installed, path=reference.path),
        )
    ):
        side = worker(mistaken, tmp_path / str(number))
        with pytest.raises(RuntimeError, match="was to be measured, and not"):
            side.__enter__()


@pytest.mark.parametrize("benchmark", [against_release.InMemory, against_release.OnDisk])
def test_all_operations_are_measured(benchmark, reference, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sizes, "SECONDS_PER_TURN", 0.0)
    monkeypatch.setattr(sizes, "ROUNDS_OF_RELEASES", 1)
    found = benchmark().setup_cache()
    for operation in OPERATIONS:
        shown = benchmark()
        shown.setup(found, operation)
        samples = shown.track_time(found, operation)["samples"]
        shown.teardown(found, operation)
        assert len(samples) > 1
        assert min(samples) > 0
        if hasattr(shown, "track_mean"):
            assert min(samples) <= shown.track_mean(found, operation) <= max(samples)
    assert not list((tmp_path / "scratch").glob("*"))


def test_a_release_that_loses_points_fails(reference, tmp_path) -> None:
    with (
        worker(releases.measured(), tmp_path / "first") as first,
        worker(reference, tmp_path / "second") as second,
    ):
        second.call(apart.forget_a_point)
        with pytest.raises(
            RuntimeError, match=rf"{VERSION}: (.|\n)*lost or changed run/metrics/loss"
        ):
            blocks.ratios("log metrics", first, second)


def test_without_a_history_it_is_skipped_with_the_reason() -> None:
    shown = against_release.OnDisk()
    found = shown.setup_cache()
    with pytest.raises(NotImplementedError, match="there is no history with synadb 1"):
        shown.setup(found, "log metrics")
    shown.teardown(found, "log metrics")
