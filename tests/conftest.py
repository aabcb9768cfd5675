"""A package index on loopback and copies of the project, so that tests touch nothing else."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asv.machine import Machine
from helpers import MACHINE, FakeIndex, Project

# What is measured of the last release that does not find its own library, and of a current one.
MEASURED = {
    "1.0.2": r"^(against_mlflow\.InMemory|footprint|metrics|parameters|queries|storage)",
    "1.4.0": ".",
}
ROOMS = (
    "asv.conf.json",
    "benchmarks",
    "docs",
    "history",
    "requirements",
    "validation",
    "website",
)


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    fake = FakeIndex()
    thread = threading.Thread(target=fake.server.serve_forever, args=[0.01])  # it ends as fast
    thread.start()
    yield fake
    fake.released.set()
    fake.server.shutdown()
    thread.join()
    fake.server.server_close()


@pytest.fixture
def project(tmp_path: Path, index: FakeIndex) -> Project:
    """The history alone, without a release, before the fake index."""
    copy = Project(tmp_path, "history")
    (copy.path / "history" / "releases.json").write_text("[]")
    copy.environment["PIP_INDEX_URL"] = index.url
    return copy


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A checkout in a folder with a space, measured (as little as is possible) and published."""
    project = Project(tmp_path_factory.mktemp("end to end"), *ROOMS)
    machine = {**Machine.get_defaults(), "machine": MACHINE}
    machines = {MACHINE: machine, "version": Machine.api_version}
    (project.home / ".asv-machine.json").write_text(json.dumps(machines))
    status, output = project.run("asv", "check")
    assert status == 0, output
    command = ["run", "--quick", "--machine", MACHINE, "--show-stderr"]
    for version, benchmarks in MEASURED.items():
        status, project.printed = project.run("asv", *command, "-b", benchmarks, f"v{version}^!")
        assert status == 0, project.printed
    status, output = project.run("asv", "publish")
    assert status == 0, output
    return project
