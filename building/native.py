"""The native library of a commit, built by cargo where its package does not ship one."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from asv.console import log
from asv.util import ProcessError, UserError

from .manifests import Crate, find_crate, find_package

# Shared by all commits, so that only what has changed is compiled.
TARGET = Path(".asv", "cargo")
PROFILE = "release"
FLAGS = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS")


@dataclass(frozen=True)
class Builder:
    """What compiled a native library: the compiler as it names itself, its profile and flags."""

    rustc: str
    profile: str
    flags: str


def prepare(root: Path, project: str) -> tuple[Path, Builder | None]:
    """Return the folder of a tree's Python package, now with its native library, and its builder.

    There is none where the package ships the library.

    Raises ProcessError, as asv does where something cannot be built, after one line that says why.
    """
    try:
        package, crate = find_package(root, project), find_crate(root, project)
        if not crate or (library := package.library(crate.library)).exists():
            return package.folder, None
        log.info(f"Compiling {crate.library} with cargo")
        shutil.copyfile(_build(crate), library)
        return package.folder, _builder(crate)
    except UserError as error:
        log.error(f"It cannot be built: {error}")
        raise ProcessError(["cargo", "build"], 1, "", str(error)) from error


def _build(crate: Crate) -> Path:
    """Return the library that cargo has built."""
    locked = any((folder / "Cargo.lock").exists() for folder in (crate.folder, *_above(crate)))
    command = ["cargo", "build", f"--profile={PROFILE}", "--lib", *(["--locked"] if locked else [])]
    options = ["--message-format=json", "--manifest-path", str(crate.manifest)]
    options += ["--target-dir", str(TARGET.absolute())]
    try:
        # Where it runs decides which toolchain file is honoured.
        done = subprocess.run(
            [*command, *options], cwd=crate.folder, capture_output=True, text=True, errors="replace"
        )
    except FileNotFoundError as error:
        raise UserError("cargo is not installed: install Rust") from error
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        raise UserError(_first_error(messages, done.stderr))
    return next(
        Path(file)
        for message in messages
        if message["reason"] == "compiler-artifact"
        and Path(message["manifest_path"]) == crate.manifest
        and "cdylib" in message["target"]["crate_types"]
        for file in message["filenames"]
        if Path(file).suffix in {".so", ".dylib", ".dll"}
    )


def _above(crate: Crate) -> list[Path]:
    """Return the folders in which a workspace may have its lock file: those of the same tree."""
    above = []
    for folder in crate.folder.parents:
        if (folder.joinpath("Cargo.toml")).exists():
            above.append(folder)
        if (folder / ".git").exists():
            break
    return above


def _first_error(messages: list[dict], said: str) -> str:
    """Return the compiler's first error with its place; or cargo's, if it never came so far."""
    for message in messages:
        if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
            place = next((s for s in message["message"]["spans"] if s["is_primary"]), None)
            where = f"{place['file_name']}:{place['line_start']}: " if place else ""
            return f"{where}{message['message']['message'].splitlines()[0]}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error")]
    return (errors or lines[-1:] or ["cargo gave no reason"])[0]


def _builder(crate: Crate) -> Builder:
    rustc = subprocess.run(
        ["rustc", "--version"], cwd=crate.folder, capture_output=True, text=True
    ).stdout.strip()
    flags = " ".join(os.environ[name] for name in FLAGS if os.environ.get(name))
    return Builder(rustc, PROFILE, flags.replace("\x1f", " "))
