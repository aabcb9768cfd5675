"""A package index on loopback and copies of the project, so that tests touch nothing else."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asv.machine import Machine
from filelock import FileLock
from helpers import MACHINE, MEASURED, ROOMS, FakeIndex, Project

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def pytest_configure() -> None:
    """Let the first worker go before the others: it makes ``published``, for which they wait."""
    if WORKER not in ("", "gw0"):
        os.nice(10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files that need ``published`` come late, but for the first, which makes it.

    What is left to those who have nothing more to do is unit tests, which are short.
    """
    needing = [item.path for item in items if "published" in getattr(item, "fixturenames", ())]
    later = set(needing) - set(needing[:1])
    items.sort(key=lambda item: (item.path.parent.name == "unit", item.path in later))


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
    """A checkout in a folder with a space, measured (as little as is possible) and published.

    All workers share one: the first that needs it makes it.
    """
    shared = tmp_path_factory.getbasetemp().parent if WORKER else tmp_path_factory.getbasetemp()
    with FileLock(shared / "published.lock"):
        directory, done = shared / "end to end", shared / "published"
        if not done.exists():
            _measure_and_publish(Project(directory, *ROOMS))
            done.touch()
        return Project.at(directory)


def _measure_and_publish(project: Project) -> None:
    machine = {**Machine.get_defaults(), "machine": MACHINE}
    machines = {MACHINE: machine, "version": Machine.api_version}
    (project.home / ".asv-machine.json").write_text(json.dumps(machines))
    command = ["run", "--quick", "--machine", MACHINE, "--show-stderr"]
    for version, (benchmarks, trackers) in MEASURED.items():
        chosen = [*command, "-b", benchmarks, f"v{version}^!"]
        status, output = project.run("asv", *chosen, TRACKERS=",".join(trackers))
        assert status == 0, output
    status, output = project.run("asv", "publish")
    assert status == 0, output
