"""A package index on loopback and copies of the project, so that tests touch nothing else."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from asv.machine import Machine

ROOT = Path(__file__).parents[1]
MACHINE = "local"
# What is measured of the last release that does not find its own library, and of a current one.
MEASURED = {
    "1.0.2": r"^(against_mlflow\.InMemory|footprint|metrics|parameters|queries|storage)",
    "1.4.0": ".",
}
# asv's exit status where a benchmark failed: SynaDB's store for MLflow does in 1.4.0.
FAILED = 2
SHORTER = [
    ("pairs.py", r"SECONDS = \d\.\d", "SECONDS = 0.0"),
    ("scale.py", r"^POINTS = .*", "POINTS = [0, 1_000]"),
    ("scale.py", r"^RUNS = .*", "RUNS = [5, 20, 5_000]"),
    ("scale.py", r"^BYTES = .*", "BYTES = [2**10, 2**20]"),
    ("memory.py", r"^POINTS, RUNS = .*", "POINTS, RUNS = 500, 20"),
    ("servers.py", r"^TURNS = .*", "TURNS = 1"),
    ("many_writers.py", r"^POINTS = .*", "POINTS = 50"),
    ("crashes.py", r"^KILLS, LONGEST_LIFE = 20, ", "KILLS, LONGEST_LIFE = 2, "),
]
ROOMS = (
    "asv.conf.json",
    "benchmarks",
    "docs",
    "history",
    "requirements",
    "validation",
    "website",
)


def sdist(files: dict[str, bytes]) -> bytes:
    """Return a source distribution with these files below its top folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"synadb-1.0/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class FakeIndex:
    """A package index that serves one project (PEP 691) and can misbehave."""

    def __init__(self) -> None:
        self.files: dict[str, dict] = {}
        self.content: dict[str, bytes] = {}
        self.stall_at = ""  # a file that is not sent before `released` is set
        self.stalled, self.released = threading.Event(), threading.Event()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rstrip("/").rpartition("/")[2]
                if name == index.stall_at:
                    index.stalled.set()
                    index.released.wait(60)
                if name == "synadb":
                    kind, body = "application/vnd.pypi.simple.v1+json", index.page()
                else:
                    kind, body = "application/gzip", index.content[name]
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"

    def publish(self, version: str, uploaded: str, content: bytes | None = None) -> None:
        """Add the source distribution of a version, with a library in it."""
        if content is None:
            content = sdist({"synadb/libsynadb.so": version.encode(), "setup.py": b"a\nb\n"})
        name = f"synadb-{version}.tar.gz"
        self.content[name] = content
        self.files[name] = {
            "filename": name,
            "url": f"{self.url}{name}",
            "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
            "upload-time": uploaded,
            "size": len(content),
        }

    def page(self) -> bytes:
        files = list(self.files.values())
        return json.dumps(
            {"meta": {"api-version": "1.1"}, "name": "synadb", "files": files}
        ).encode()


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    fake = FakeIndex()
    thread = threading.Thread(target=fake.server.serve_forever)
    thread.start()
    yield fake
    fake.released.set()
    fake.server.shutdown()
    thread.join()
    fake.server.server_close()


class Project:
    """A copy of the project's code in a folder of its own, with a home folder beside it."""

    def __init__(self, directory: Path, *rooms: str) -> None:
        self.path = directory / "a checkout"
        self.path.mkdir(parents=True)
        self.printed = ""
        self.home = directory / "home"
        self.home.mkdir()
        for room in rooms:
            if (ROOT / room).is_dir():
                shutil.copytree(
                    ROOT / room, self.path / room, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(ROOT / room, self.path / room)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ASV", "GIT_"))},
            "HOME": str(self.home),
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start ``python -m`` with these arguments; its two outputs come as one."""
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=self.path,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run ``python -m`` with these arguments; return the exit status and what it printed."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate(timeout=900)
        return process.returncode, output


@pytest.fixture
def project(tmp_path: Path, index: FakeIndex) -> Project:
    """The history alone, without a release, before the fake index."""
    copy = Project(tmp_path, "history")
    (copy.path / "history" / "releases.json").write_text("[]")
    copy.environment["PIP_INDEX_URL"] = index.url
    return copy


def commits() -> dict[str, str]:
    """Return the commits of the releases that are measured, by version."""
    pinned = json.loads((ROOT / "history" / "releases.json").read_text())
    return {pin["version"]: pin["commit"] for pin in pinned if pin["version"] in MEASURED}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A checkout in a folder with a space, measured (as little as is possible) and published."""
    project = Project(tmp_path_factory.mktemp("end to end"), *ROOMS)
    _shorten(project.path / "benchmarks")
    machine = {**Machine.get_defaults(), "machine": MACHINE}
    machines = {MACHINE: machine, "version": Machine.api_version}
    (project.home / ".asv-machine.json").write_text(json.dumps(machines))
    status, output = project.run("asv", "check")
    assert status == 0, output
    command = ["run", "--quick", "--machine", MACHINE, "--show-stderr"]
    for version, benchmarks in MEASURED.items():
        status, project.printed = project.run("asv", *command, "-b", benchmarks, f"v{version}^!")
        assert status in (0, FAILED), project.printed
    status, output = project.run("asv", "publish")
    assert status == 0, output
    return project


def _shorten(benchmarks: Path) -> None:
    """Take as few samples and as small sizes as it needs for a result that need not be exact."""
    for module, pattern, shorter in SHORTER:
        file = benchmarks / module
        text, count = re.subn(pattern, shorter, file.read_text(), flags=re.M)
        assert count == 1, pattern
        file.write_text(text)
