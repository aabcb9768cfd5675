"""asv's virtualenv with what a lock pins, and nothing else."""

import hashlib
import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

from asv.console import log
from asv.environment import get_env_name
from asv.plugins.virtualenv import Virtualenv
from asv.util import UserError
from packaging.requirements import Requirement

import building

from . import lock

LOCK = "environment"
# 1 in a second measurement, 2 in a third one and so on: their results are filed beside the first.
AGAIN = "AGAIN"
# Kept beside a wheel: what compiled its library.
BUILDER = "builder.json"
# By the names of environments.
_folders: dict[str, Path] = {}


def builder(environment: str, commit: str) -> dict[str, str]:
    """Return what compiled a commit's library in an environment; nothing where it came with it."""
    place = _folders.get(environment, Path()) / "asv-build-cache" / commit / BUILDER
    return json.loads(place.read_text("utf-8")) if place.exists() else {}


def ending(number: str) -> str:
    """Return how the environment's name ends in the files of a measurement: the first's does not.

    Raises UserError for what is no number.
    """
    if number and not number.isdecimal():
        raise UserError(f"{AGAIN}={number} is no number: set it to 1 in a second measurement")
    if int(number or 0) == 0:
        return ""
    return "-again" if int(number) == 1 else f"-again-{int(number)}"


class Locked(Virtualenv):
    """An environment that is named like asv's virtualenv, since results are filed by that name.

    The digest of the lock is one of its requirements: asv records it with each result, and builds
    the environment anew when it has changed.
    """

    tool_name = "locked"

    def __init__(self, conf, python, requirements, tagged_env_vars) -> None:
        # The digest belongs to neither name; asv's constructor asks for both.
        self._name = get_env_name(Virtualenv.tool_name, python, requirements, tagged_env_vars)
        digest = {"lock": lock.digest(LOCK)}
        super().__init__(conf, python, requirements | digest, tagged_env_vars)
        _folders[self.name] = Path(self._path)

    @property
    def name(self) -> str:
        return self._name + ending(os.environ.get(AGAIN, ""))

    @property
    def hashname(self) -> str:
        return hashlib.md5(self._name.encode()).hexdigest()  # asv's, of the name alone

    @property
    def dir_name(self) -> str:
        return self.hashname

    def _build_project(self, repo, commit_hash, build_dir) -> None:
        if not self._build_command:  # of a project that is installed as it is
            return
        folder, built = building.prepare(Path(build_dir), self._project)
        cache = self._global_env_vars["ASV_BUILD_CACHE_DIR"]
        self._set_build_dirs(str(folder), cache)
        super()._build_project(repo, commit_hash, str(folder))
        if built:
            Path(cache, BUILDER).write_text(json.dumps(asdict(built)), "utf-8")

    def _install_requirements(self) -> None:
        # asv logs nothing while it creates environments, and this takes a while.
        log.flush()
        print(f"   Installing {self._count()} distributions", flush=True)
        try:
            lock.install(LOCK, self.find_executable("python"))
        except subprocess.CalledProcessError as error:
            reason = f"uv could not install {lock.path(LOCK).name} (exit status {error.returncode})"
            raise UserError(f"{reason}: see above") from error

    def _count(self) -> int:
        """Return how many of the lock's distributions this Python needs."""
        here = {"python_version": self.python, "python_full_version": f"{self.python}.0"}
        needed = map(Requirement, lock.pins(LOCK))
        return sum(r.marker is None or r.marker.evaluate(here) for r in needed)
