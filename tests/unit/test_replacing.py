"""The site is replaced in one step, or stays; what asv does in between is made up."""

import ctypes
import json
import threading
from pathlib import Path

import pytest
from asv.config import Config
from filelock import FileLock

from website import publishing


@pytest.fixture
def conf(tmp_path: Path, monkeypatch) -> Config:
    """A project whose site has one page, and which has nothing measured."""
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    Path("results", "benchmarks.json").write_text(json.dumps({"version": 2}))
    Path("html").mkdir()
    Path("html", "old.html").write_text("old")
    return Config()


def write(conf: Config, *_: object) -> None:
    """Publish one page; as asv, into a folder that is not there."""
    Path(conf.html_dir).mkdir()
    Path(conf.html_dir, "new.html").write_text("new")


def fail(conf: Config, *_: object) -> None:
    write(conf)
    raise KeyboardInterrupt


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("has_exchange", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_site_that_is_whole_takes_the_place(
    has_exchange: bool, is_first: bool, conf: Config, monkeypatch
) -> None:
    if not has_exchange:
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    if is_first:
        conf.html_dir = "elsewhere/html"
    monkeypatch.setattr(publishing, "publish", write)
    publishing.run(conf)
    assert names(conf.html_dir) == [".gitignore", "new.html"]
    assert names(str(Path(conf.html_dir).parent)) in (["html"], [".asv", "html", "results"])


def test_a_site_that_is_not_whole_leaves_nothing(conf: Config, monkeypatch) -> None:
    monkeypatch.setattr(publishing, "publish", fail)
    with pytest.raises(KeyboardInterrupt):
        publishing.run(conf)
    assert names("html") == ["old.html"]
    assert names(".") == [".asv", "html", "results"]


def test_a_run_that_died_between_two_steps_is_mended(conf: Config, monkeypatch) -> None:
    """Where the file system cannot exchange two folders, the old site waits beside its place."""
    Path(".html.new").mkdir()
    Path("html").rename(".html.new/before")
    monkeypatch.setattr(publishing, "publish", fail)
    with pytest.raises(KeyboardInterrupt):
        publishing.run(conf)
    assert names("html") == ["old.html"]


def test_asv_is_told_of_folders_beside_and_the_configuration_stays(
    conf: Config, monkeypatch
) -> None:
    told = []

    def publish(conf: Config, *_: object) -> None:
        told.extend([Path(conf.html_dir), Path(conf.results_dir)])
        write(conf)

    monkeypatch.setattr(publishing, "publish", publish)
    publishing.run(conf)
    assert {path.parent for path in told} == {Path(".html.new").resolve()}
    assert (conf.html_dir, conf.results_dir) == ("html", "results")


def test_a_second_run_waits_for_the_first_one(conf: Config, monkeypatch) -> None:
    waits = threading.Event()
    monkeypatch.setattr(publishing, "publish", write)
    monkeypatch.setattr(publishing.log, "info", lambda said: waits.set())
    publishing.LOCK.parent.mkdir()
    second = threading.Thread(target=publishing.run, args=[conf])
    with FileLock(publishing.LOCK):
        second.start()
        assert waits.wait(60)
        assert names("html") == ["old.html"]
    second.join()
    assert names("html") == [".gitignore", "new.html"]
