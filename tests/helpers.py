"""What tests share: a package index on loopback, and copies of the project."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.trackers import TRACKERS
from website.results import unquoted

ROOT = Path(__file__).parents[1]
MACHINE = "local"
# What is measured, and of which trackers, of the last release that does not find its own library,
# and of a current one, of which it is all.
MEASURED = {
    "1.0.2": (
        r"^(against_mlflow\.InMemory|footprint|metrics|parameters|queries|storage)",
        ("synadb", "mlflow-file"),
    ),
    "1.4.0": (".", tuple(TRACKERS)),
}
# What a copy needs to measure and to publish.
ROOMS = (
    "asv.conf.json",
    "benchmarks",
    "building",
    "docs",
    "history",
    "recording",
    "requirements",
    "tools",
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
        self.status: dict[str, int] = {}  # of the files that are not answered with 200
        self.cut_off: set[str] = set()  # files of which the second half is never sent
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
                self.send_response(index.status.get(name, 200))
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if name in index.cut_off else body)

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


class Project:
    """A copy of the project's code in a folder of its own, with a home folder beside it."""

    def __init__(self, directory: Path, *rooms: str) -> None:
        self._set(directory)
        self.path.mkdir(parents=True)
        self.home.mkdir()
        for room in rooms:
            if (ROOT / room).is_dir():
                shutil.copytree(
                    ROOT / room, self.path / room, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(ROOT / room, self.path / room)

    @classmethod
    def at(cls, directory: Path) -> "Project":
        """Return the copy that is in a folder already."""
        project = cls.__new__(cls)
        project._set(directory)
        return project

    def _set(self, directory: Path) -> None:
        self.path, self.home = directory / "a checkout", directory / "home"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ASV", "GIT_"))},
            "HOME": str(self.home),
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv")),
            # Where rustup has its compilers, and cargo its programs.
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(Path.home() / ".cargo")),
            "SUITE": "quick",
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
        output, _ = process.communicate(timeout=2000)
        return process.returncode, output


def values(file: Path) -> dict[str, dict[tuple[str, ...], Any]]:
    """Return what a file of results has, by benchmark and parameters: NaN is skipped, None failed.

    A benchmark of what could not be built has nothing.
    """
    result, found = json.loads(file.read_text()), {}
    for name, row in result["results"].items():
        about = dict(zip(result["result_columns"], row, strict=False))
        params = product(*(map(unquoted, values) for values in about["params"] or []))
        found[name] = dict(zip(params, about["result"] or [], strict=False))
    return found


class Repository:
    """A git repository that a test writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "-q", "--initial-branch=main")
        for name in ("user.name", "user.email"):
            self.git("config", name, "somebody@synadb.invalid")

    def git(self, *arguments: str | Path) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, text: str) -> str:
        """Commit all that has changed, or a text alone; return the commit."""
        if not self.git("status", "--porcelain"):
            (self.path / "README").write_text(text)
        self.git("add", ".")
        self.git("commit", "-q", "-m", text)
        return self.git("rev-parse", "HEAD")

    def commits(self) -> dict[str, str]:
        """Return the commits of its branch by what they say of themselves, oldest first."""
        lines = self.git("log", "--reverse", "--format=%H %s").splitlines()
        return {text: commit for commit, _, text in (line.partition(" ") for line in lines)}


def commits() -> dict[str, str]:
    """Return the commits of the releases that are measured, by version."""
    pinned = json.loads((ROOT / "history" / "releases.json").read_text())
    return {pin["version"]: pin["commit"] for pin in pinned if pin["version"] in MEASURED}
