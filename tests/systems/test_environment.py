"""asv makes its environments from the lock: real asv, virtualenv and uv, with small locks."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asv.config import Config
from asv.machine import Machine
from asv.util import UserError

from requirements import Locked, lock

ROOT = Path(__file__).parents[2]
PYTHON = ".".join(platform.python_version_tuple()[:2])
CONF = {
    "version": 1,
    "project": "example",
    "repo": ".",
    "branches": ["main"],
    "plugins": [".requirements"],
    "environment_type": "locked",
    "matrix": {"req": {"mlflow": ["3.17.2"]}},
    "build_command": [],
    "install_command": [],
    "env_dir": "env",
}
RUNNER = ("asv-runner", "importlib-metadata", "zipp")  # asv-runner and what it needs


def blocks(*names: str) -> str:
    """Return the measured environment's pins of these distributions, with their hashes."""
    text = lock.path("environment").read_text()
    starts = tuple(f"{name}==" for name in names)
    return "".join(f"{block}\n" for block in _blocks(text) if block.startswith(starts))


def _blocks(text: str) -> Iterator[str]:
    block = ""
    for line in text.splitlines():
        if line[:1].isalnum() and block:
            yield block
            block = ""
        block += f"{line}\n" if "# " not in line else ""
    yield block


SIX, ZIPP = blocks("six"), blocks("zipp")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Locked]:
    """Return the environment of a lock's text, always at the same place."""
    monkeypatch.setattr(lock, "FOLDER", tmp_path)
    conf = Config.from_json(CONF | {"env_dir": str(tmp_path / "env")})

    def describe(text: str) -> Locked:
        lock.path("environment").write_text(text)
        return Locked(conf, PYTHON, {"mlflow": "3.17.2"}, {})

    return describe


def place(tmp_path: Path, environment: Locked) -> Path:
    return tmp_path / "env" / environment.dir_name


def test_an_environment_has_what_the_lock_pins_and_is_kept(
    tmp_path: Path, environment: Callable[[str], Locked], capsys: pytest.CaptureFixture[str]
) -> None:
    locked = environment(SIX)
    assert not locked.check_presence()
    locked.create()
    assert "Installing 1 distributions" in capsys.readouterr().out
    locked.run(["-c", "import six"])
    kept = place(tmp_path, locked) / "kept"
    kept.touch()
    again = environment(SIX)
    assert again.check_presence()
    again.create()
    assert kept.exists()
    assert not capsys.readouterr().out


def installed(environment: Locked) -> set[str]:
    """Return the names of what is installed in an environment."""
    listed = environment.run(["-m", "pip", "list", "--format=json"])
    return {distribution["name"] for distribution in json.loads(listed)}


def test_a_changed_lock_rebuilds_the_environment(
    tmp_path: Path, environment: Callable[[str], Locked]
) -> None:
    locked = environment(SIX)
    locked.create()
    changed = environment(ZIPP)
    assert place(tmp_path, changed) == place(tmp_path, locked)
    assert not changed.check_presence()
    changed.create()
    assert installed(changed) & {"six", "zipp"} == {"zipp"}


def test_a_half_built_environment_is_rebuilt(
    tmp_path: Path, environment: Callable[[str], Locked]
) -> None:
    locked = environment(SIX)
    left = place(tmp_path, locked) / "lib" / "left"
    left.parent.mkdir(parents=True)
    left.touch()
    assert not locked.check_presence()
    locked.create()
    assert locked.check_presence()
    assert not left.exists()


def test_what_is_not_what_the_lock_pins_is_not_installed(
    tmp_path: Path, environment: Callable[[str], Locked], capfd: pytest.CaptureFixture[str]
) -> None:
    locked = environment(re.sub(r"(?<=--hash=sha256:)\w+", "0" * 64, SIX))
    with pytest.raises(UserError, match=r"^uv could not install environment.txt [^\n]*$"):
        locked.create()
    assert "Hash mismatch for `six" in capfd.readouterr().err
    assert not place(tmp_path, locked).exists()


def test_uv_goes_where_pip_is_told_to_go_unless_it_is_told_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lock, "FOLDER", tmp_path)
    lock.path("environment").write_text(f"not-installed==1 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    for setting in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        host = f"{setting.partition('_')[0].lower()}.invalid"
        monkeypatch.setenv(setting, f"http://{host}/simple/")
        with pytest.raises(subprocess.CalledProcessError):
            lock.install("environment", sys.executable)
        assert host in capfd.readouterr().err


def test_a_lock_is_written_without_needless_upgrades(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "FOLDER", tmp_path)
    for name in lock.LOCKS:
        (tmp_path / f"{name}.in").write_text("six\n")
    lock.path("test").write_text("six==1.16.0\n")
    monkeypatch.setattr(sys, "argv", ["lock.py", "--write"])
    assert lock.main() == 0
    assert lock.pins("environment") == ["six==1.16.0"], "agrees with test.txt"
    assert lock.pins("node") != ["six==1.16.0"]
    assert "--hash=sha256:" in lock.path("environment").read_text()
    monkeypatch.setattr(sys, "argv", ["lock.py", "--upgrade"])
    assert lock.main() == 0
    assert lock.pins("environment") == lock.pins("node")


def test_asv_records_the_digest_with_each_result(tmp_path: Path) -> None:
    for room in ("building", "requirements"):
        shutil.copytree(ROOT / room, tmp_path / room)
    (tmp_path / "requirements" / "environment.txt").write_text(blocks(*RUNNER))
    (tmp_path / "asv.conf.json").write_text(json.dumps(CONF))
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("def track_one():\n    return 1\n")
    machines = {"m": {**Machine.get_defaults(), "machine": "m"}, "version": Machine.api_version}
    (tmp_path / ".asv-machine.json").write_text(json.dumps(machines))
    who = ["-c", "user.name=example", "-c", "user.email=example@example.invalid"]
    for command in (
        ["git", "init", "-q", "--initial-branch=main"],
        ["git", *who, "commit", "-q", "--allow-empty", "--message=example"],
        [sys.executable, "-m", "asv", "run", "--machine=m"],
    ):
        subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"HOME": str(tmp_path)}, check=True, timeout=120
        )
    (file,) = (tmp_path / "results" / "m").glob(f"*-virtualenv-py{PYTHON}-mlflow3.17.2.json")
    result = json.loads(file.read_text())
    digest = hashlib.sha256(blocks(*RUNNER).encode()).hexdigest()[:12]
    assert result["requirements"] == {"mlflow": "3.17.2", "lock": digest}
    assert result["params"]["lock"] == digest
    assert result["results"]["track_one"][0] == [1]


def test_a_second_measurement_is_filed_apart_and_made_in_the_same_environment(
    environment: Callable[[str], Locked], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = environment(SIX)
    name, place = first.name, first.dir_name
    for number, ending in (("1", "-again"), ("2", "-again-2")):
        monkeypatch.setenv("AGAIN", number)
        again = environment(SIX)
        assert (again.name, again.dir_name) == (f"{name}{ending}", place)
    monkeypatch.setenv("AGAIN", "yes")
    with pytest.raises(UserError, match="AGAIN=yes is no number: set it to 1"):
        _ = again.name
