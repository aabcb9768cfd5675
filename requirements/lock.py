"""Locks: files with every distribution, its version and its hashes, written and installed by uv.

This is a program, too, which needs nothing but uv: ``python requirements/lock.py run test``.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# Each lock, and the one written before it that it agrees with.
LOCKS = {"uv": "", "node": "", "test": "", "run": "test", "environment": "test", "validation": ""}
# The lock without dependencies: what is used of them is in another one.
ALONE = "validation"
COMPILE = ["--universal", "--python-version=3.10", "--generate-hashes", "--no-emit-index-url"]
COMPILE += ["--custom-compile-command=make requirements"]
# uv does not read pip's settings; where its own are not set, these say the same.
SETTINGS = {"UV_DEFAULT_INDEX": "PIP_INDEX_URL", "SSL_CERT_FILE": "PIP_CERT"}


def path(name: str) -> Path:
    """Return the file of a lock."""
    return FOLDER / f"{name}.txt"


def digest(name: str) -> str:
    """Return the first 12 digits of a lock's sha256."""
    return hashlib.sha256(path(name).read_bytes()).hexdigest()[:12]


def pins(name: str) -> list[str]:
    """Return the lines of a lock that pin a distribution, without their hashes."""
    lines = path(name).read_text("utf-8").splitlines()
    return [line.removesuffix(" \\") for line in lines if line[:1].isalnum()]


def install(name: str, python: str = sys.executable) -> None:
    """Install a lock for a Python. Raises CalledProcessError if uv failed, which says why."""
    options = ["--require-hashes", "--no-deps", "--compile-bytecode", "--requirements"]
    options.append(str(path(name)))
    _uv("install", python, *options)


def write(upgrade: bool = False) -> None:
    """Write all locks. What is pinned stays, unless everything is to be upgraded."""
    for name, other in LOCKS.items():
        options = ["--constraints", f"{other}.txt"] if other else []
        options += ["--no-deps"] if name == ALONE else []
        options += ["--upgrade"] if upgrade else []
        _uv("compile", sys.executable, *COMPILE, *options, f"{name}.in", "-o", f"{name}.txt")


def _uv(command: str, python: str, *arguments: str) -> None:
    settings = {uv: os.environ[pip] for uv, pip in SETTINGS.items() if os.environ.get(pip)}
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", command, "--quiet", "--python", python, *arguments],
        cwd=FOLDER,
        env=settings | os.environ,
        check=True,
    )


def main() -> int:
    """Install the locks that are named, or write all; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="LOCK", help=f"install these: {', '.join(LOCKS)}"
    )
    parser.add_argument("--write", action="store_true", help="write all, from their .in files")
    parser.add_argument("--upgrade", action="store_true", help="write all with newest versions")
    options = parser.parse_args()
    try:
        if options.write or options.upgrade:
            write(options.upgrade)
        for name in options.names:
            install(name)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
