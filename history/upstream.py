"""SynaDB's own git repository, whose branches and tags are fetched beside the releases."""

import os
import selectors
import signal
import subprocess
from pathlib import Path
from typing import IO

from asv.console import log

# A path or an address instead of the one in asv.conf.json: a clone, a fork.
ADDRESS = "SYNADB_REPO"
# Its tags have the names of ours.
PREFIX = "git/"
# Branches are kept as git keeps those of others, so that ours, `releases`, comes first.
REFSPECS = ("+refs/heads/*:refs/remotes/*", f"+refs/tags/*:refs/tags/{PREFIX}*")
SECONDS_OF_SILENCE = 5


def fetch(path: Path, git: str, address: str) -> None:
    """Fetch what a repository has now, rewritten or not.

    If it does not answer, one line says why, and what was fetched before is still there.
    """
    if Path(address).exists():  # git is to look for it from here, and not from the other one
        address = str(Path(address).absolute())
    log.info(f"Fetching SynaDB's repository, {address}")
    options = ["--no-tags", "--prune", "--update-shallow", "--no-write-fetch-head", "--progress"]
    # Whoever may read it is told by the user's settings; hooks are not for this repository.
    settings = ["-c", f"core.hooksPath={os.devnull}", "-c", "gc.auto=0"]
    command = [git, *settings, "fetch", *options, "--", address, *REFSPECS]
    process = subprocess.Popen(
        command,
        cwd=path,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        said = _read(process.stderr)
        answered = process.wait() == 0
    except TimeoutError:
        said, answered = f"it was silent for {SECONDS_OF_SILENCE} seconds", False
    finally:
        _end(process)
    if not answered:
        log.warning(
            f"SynaDB's repository could not be fetched ({_reason(said)}): going on with the "
            f"releases and what was fetched before; check the network, or set {ADDRESS}"
        )


def _environment() -> dict[str, str]:
    """Return the user's environment, but for what names another repository; nobody is asked."""
    about = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}
    environment = {name: value for name, value in os.environ.items() if name not in about}
    return environment | {"GIT_DIR": ".", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _read(stream: IO[bytes]) -> str:
    """Return all that comes; raise TimeoutError when nothing does for some seconds."""
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(SECONDS_OF_SILENCE):
            if not (more := os.read(stream.fileno(), 2**16)):
                return said.decode("utf-8", "replace")
            said = (said + more)[-(2**16) :]
    raise TimeoutError


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and who works for it, which are a group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.stderr is not None
    process.stderr.close()


def _reason(said: str) -> str:
    lines = said.replace("\r", "\n").split("\n")
    wrong = [line for line in lines if line.startswith(("fatal:", "error:", "ssh:"))]
    return (wrong or [line for line in lines if line.strip()] or ["no reason given"])[0].strip()
