"""The git executable, without what a user's settings and environment change."""

import os
import subprocess
from pathlib import Path

from asv import util
from asv.util import UserError

# A reference and its commit, that of an annotated tag, too; nothing for what is no commit.
COMMIT = (
    "%(if:equals=commit)%(objecttype)%(then)%(refname) %(objectname)%(else)"
    "%(if:equals=commit)%(*objecttype)%(then)%(refname) %(*objectname)%(end)%(end)"
)


def find_git() -> str:
    """Return the path of the git executable."""
    try:
        return util.which("git")
    except OSError as error:
        raise UserError("git is not on the PATH: install git and run this again") from error


def clean_environment() -> dict[str, str]:
    """Return the environment without anything that changes what git writes or checks out."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return environment | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def refs_of(path: Path, git: str) -> dict[str, str]:
    """Return the branches and tags of a repository with their commits, none if it is not one."""
    if not path.is_dir():
        return {}
    listed = subprocess.run(
        [git, "for-each-ref", f"--format={COMMIT}"],
        cwd=path,
        env=clean_environment() | {"GIT_DIR": "."},
        capture_output=True,
        text=True,
    )
    lines = [] if listed.returncode else listed.stdout.splitlines()
    return dict(line.split() for line in lines if " " in line)
