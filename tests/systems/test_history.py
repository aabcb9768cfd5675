"""The history is the same everywhere, grows at its end, and survives what goes wrong."""

import gzip
import json
import logging
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from asv.plugins.git import Git
from asv.util import UserError
from filelock import FileLock
from helpers import ROOT, FakeIndex, Project, sdist

import history.index
import history.pins
from history import Releases, releases
from history.git import find_git

FIRST, SECOND, THIRD = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))
BROKEN = "synadb-1.1.0.tar.gz"
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def checkout(tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a checkout without a release, in which this process now is."""
    folder = tmp_path / "a checkout"
    enter(folder, index, monkeypatch)
    return folder


def enter(folder: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process work on the history in a folder, before the fake index."""
    (folder / "history").mkdir(parents=True)
    (folder / "history" / "releases.json").write_text("[]")
    monkeypatch.setattr(history.pins, "PINS", folder / "history" / "releases.json")
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.chdir(folder)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What asv was told to print since the last call, warnings alone."""
    caplog.set_level(logging.INFO)

    def warnings() -> list[str]:
        found = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        caplog.clear()
        return found

    return warnings


def update() -> None:
    """Do what ``python -m history`` does."""
    git = find_git()
    releases.refresh(releases.PATH, git)
    releases.build(releases.PATH, git)


def refs(folder: Path) -> dict[str, str]:
    """Return the history's tags and branches with their commits."""
    found = folder / ".asv" / "releases.git"
    if not found.exists():
        return {}
    listed = subprocess.run(
        ["git", "--git-dir", found, "for-each-ref", "--format=%(refname:short) %(objectname)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split() for line in listed.stdout.splitlines())


def pins(folder: Path) -> list[dict]:
    return json.loads((folder / "history" / "releases.json").read_text())


def versions(folder: Path) -> list[str]:
    """Return the versions that are pinned, once they are those in the repository."""
    pinned = pins(folder)
    tags = {f"v{pin['version']}": pin["commit"] for pin in pinned}
    assert refs(folder) == (tags | {"releases": pinned[-1]["commit"]} if pinned else {})
    return [pin["version"] for pin in pinned]


def assert_refused(folder: Path, reason: str) -> None:
    """Expect an error that says why, and nothing changed on disk."""
    before = refs(folder), pins(folder)
    with pytest.raises(UserError, match=re.escape(reason)):
        update()
    assert (refs(folder), pins(folder)) == before
    assert not list((folder / ".asv").glob("*.new"))


def test_a_release_becomes_a_commit_and_a_tag(project: Project, index: FakeIndex) -> None:
    index.publish("0.1.0", FIRST)  # has no library: not part of the history
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    status, output = project.run("history")
    assert status == 0, output
    assert versions(project.path) == ["1.0.0", "1.1.0"]
    commits = [pin["commit"] for pin in pins(project.path)]
    assert [line.split() for line in output.splitlines()[-2:]] == [
        ["1.0.0", "2026-01-01", commits[0]],
        ["1.1.0", "2026-01-02", commits[1]],
    ]


def test_a_new_release_is_appended(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    update()
    before = pins(checkout)
    index.publish("1.1.0", SECOND)
    update()
    assert versions(checkout) == ["1.0.0", "1.1.0"]
    assert pins(checkout)[:1] == before


def test_a_release_out_of_order_changes_no_commit(
    checkout: Path, index: FakeIndex, said: Callable[[], list[str]]
) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.2.0", THIRD)
    update()
    before = pins(checkout)
    index.publish("1.1.0", SECOND)
    update()
    assert said() == [
        "1.1.0 is out of order: it is appended after 1.2.0, so that no commit changes"
    ]
    assert versions(checkout) == ["1.0.0", "1.2.0", "1.1.0"]
    assert pins(checkout)[:2] == before


def test_pins_alone_give_the_same_commits(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    update()
    before = refs(checkout)
    shutil.rmtree(checkout / ".asv")
    update()
    assert refs(checkout) == before


def test_real_commits_do_not_depend_on_git_settings(tmp_path: Path) -> None:
    """SynaDB's real releases, built on two machines that could not be set up more differently."""
    built = []
    for name, settings, environment in (
        ("plain", "", {}),
        (
            "odd",
            "[user]\nname = Somebody\nemail = s@example.org\nsigningkey = ABC\n"
            "[core]\nautocrlf = true\ncompression = 9\nignorecase = true\n"
            "[init]\ndefaultBranch = trunk\ndefaultObjectFormat = sha256\n"
            "[commit]\ngpgsign = true\n[tag]\ngpgsign = true\n[i18n]\ncommitEncoding = latin1\n",
            {"GIT_AUTHOR_NAME": "X", "GIT_COMMITTER_DATE": "1", "GIT_DEFAULT_HASH": "sha256"},
        ),
    ):
        copy = Project(tmp_path / name, "history")
        (copy.home / ".gitconfig").write_text(settings)
        status, output = copy.run(
            "history", TZ="Asia/Tokyo" if name == "odd" else "UTC", **environment
        )
        assert status == 0, output
        built.append(refs(copy.path))
    assert built[0] == built[1]
    pinned = pins(ROOT)
    assert len(pinned) >= 18
    expected = {f"v{pin['version']}": pin["commit"] for pin in pinned}
    assert expected.items() <= built[0].items()


def test_asv_checks_out_the_files_as_they_were_published(
    checkout: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.publish("1.0.0", FIRST)
    (checkout / ".gitconfig").write_text("[core]\nautocrlf = true\n")
    monkeypatch.setenv("HOME", str(checkout))
    monkeypatch.setenv("GIT_DIR", "the one of a hook that runs asv")
    repo = Releases("synadb", "synadb")
    repo.pull()
    repo.checkout("out", repo.get_hash_from_name("v1.0.0"))
    assert Path("out", "setup.py").read_bytes() == b"a\nb\n"
    assert repo.get_decorated_hash(repo.get_hash_from_name("releases")).endswith("<v1.0.0>")


def test_asv_finds_what_is_new(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    update()
    index.publish("1.1.0", SECOND)
    repo = Releases("synadb", "synadb")
    old = repo.get_hash_from_name("releases")
    repo.pull()
    assert repo.get_new_branch_commits(["releases"], [old]) == [refs(checkout)["v1.1.0"]]


def test_tags_are_those_that_asv_finds(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.9.0", FIRST)
    index.publish("1.10.0", SECOND)
    update()
    repo = Releases("synadb", "synadb")
    assert list(repo.get_tags().items()) == list(Git.get_tags(repo).items())
    assert repo.get_tags().keys() == {"v1.9.0", "v1.10.0"}


def test_no_network_on_first_use(project: Project) -> None:
    status, output = project.run("history", PIP_INDEX_URL=NOWHERE)
    assert status == 1
    assert "Traceback" not in output
    assert "did not answer" in output.splitlines()[-1]
    assert refs(project.path) == {}


def test_no_index_later_is_no_harm(
    checkout: Path,
    index: FakeIndex,
    monkeypatch: pytest.MonkeyPatch,
    said: Callable[[], list[str]],
) -> None:
    index.publish("1.0.0", FIRST)
    update()
    index.status["synadb"] = 404
    update()
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    update()
    no_project, no_answer = said()
    assert "has no synadb" in no_project
    assert "did not answer" in no_answer
    assert no_project.endswith("Going on with the 1 releases known")
    assert no_answer.endswith("Going on with the 1 releases known")


def test_a_pinned_file_with_another_content(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    update()
    index.publish("1.0.0", FIRST, sdist({"synadb/libsynadb.so": b"other"}))
    index.publish("1.1.0", SECOND)
    assert_refused(checkout, "synadb-1.0.0.tar.gz has sha256")
    shutil.rmtree(checkout / ".asv")
    assert_refused(checkout, "synadb-1.0.0.tar.gz has sha256")


def test_a_pinned_file_that_is_gone(
    checkout: Path, index: FakeIndex, said: Callable[[], list[str]]
) -> None:
    index.publish("1.0.0", FIRST)
    update()
    index.files.clear()
    update()
    assert said() == ["Gone from the package index, still in the history: synadb-1.0.0.tar.gz"]
    shutil.rmtree(checkout / ".asv")
    assert_refused(checkout, "gone from the index")


def test_a_release_is_added_though_an_older_file_is_gone(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    update()
    before = pins(checkout)
    index.files.clear()
    index.publish("1.1.0", SECOND)
    update()
    assert versions(checkout) == ["1.0.0", "1.1.0"]
    assert pins(checkout)[:1] == before


def linked() -> bytes:
    """Return an archive that holds a link and nothing else."""
    link = tarfile.TarInfo("synadb-1.0/setup.py")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return gzip.compress(link.tobuf() + bytes(1024))


def holds(content: bytes) -> Callable[[FakeIndex], None]:
    return lambda index: index.publish("1.1.0", SECOND, content)


def says(**entry: object) -> Callable[[FakeIndex], None]:
    entry = {key.replace("_", "-"): value for key, value in entry.items()}
    return lambda index: index.files[BROKEN].update(entry)


def answers(status: int) -> Callable[[FakeIndex], None]:
    return lambda index: index.status.update({BROKEN: status})


def is_zipped(index: FakeIndex) -> None:
    index.publish("1.1.0", SECOND, b"PK\3\4")
    name = "synadb-1.1.0.zip"
    index.content[name] = index.content[BROKEN]
    index.files[name] = index.files.pop(BROKEN) | {"filename": name, "url": index.url + name}


def is_replaced(index: FakeIndex) -> None:
    index.content[BROKEN] = sdist({"synadb/libsynadb.so": b"other"})


UNSOUND = [
    pytest.param(holds(linked()), "is a link", id="a link"),
    pytest.param(holds(b"not an archive"), "Not a gzipped file", id="no archive"),
    pytest.param(holds(sdist({})), "it is empty", id="empty"),
    pytest.param(holds(bytes(10_001)), "larger than 10000 bytes", id="too large"),
    pytest.param(answers(404), "could not be downloaded (404)", id="404"),
    pytest.param(answers(500), "could not be downloaded (500)", id="500"),
    pytest.param(lambda index: index.cut_off.add(BROKEN), "downloaded (Chunked", id="truncated"),
    pytest.param(says(url=NOWHERE), "downloaded (ConnectionError)", id="no answer"),
    pytest.param(says(hashes={}), "no upload time or no sha256", id="no sha256"),
    pytest.param(says(upload_time=None), "no upload time or no sha256", id="no time"),
    pytest.param(says(upload_time=SECOND[:-1]), "no upload time or no sha256", id="no zone"),
    pytest.param(is_replaced, "has sha256", id="another sha256"),
    pytest.param(is_zipped, "synadb-1.1.0.zip is not a sound", id="a zip"),
]


@pytest.mark.parametrize(("damage", "reason"), UNSOUND)
def test_a_new_release_that_is_missing_or_unsound_is_left_out(
    checkout: Path,
    index: FakeIndex,
    monkeypatch: pytest.MonkeyPatch,
    said: Callable[[], list[str]],
    damage: Callable[[FakeIndex], None],
    reason: str,
) -> None:
    monkeypatch.setattr(history.index, "MAX_BYTES", 10_000)
    index.publish("1.0.0", FIRST)
    update()
    index.publish("1.1.0", SECOND)
    damage(index)
    index.publish("1.2.0", THIRD)
    update()
    (warning,) = said()
    assert warning.startswith("Left out: ")
    assert "synadb-1.1.0" in warning
    assert reason in warning
    assert "\n" not in warning
    assert versions(checkout) == ["1.0.0", "1.2.0"]


def test_what_was_left_out_is_appended_once_it_is_mended(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.1.0", SECOND, b"not an archive")
    index.publish("1.2.0", THIRD)
    update()
    before = pins(checkout)
    index.publish("1.1.0", SECOND)
    update()
    assert versions(checkout) == ["1.2.0", "1.1.0"]
    assert pins(checkout)[:1] == before


def test_nothing_is_written_where_all_that_is_new_is_left_out(
    checkout: Path, index: FakeIndex, said: Callable[[], list[str]]
) -> None:
    index.publish("1.0.0", FIRST, b"not an archive")
    update()
    assert versions(checkout) == []
    index.publish("1.0.0", FIRST)
    update()
    written = [(checkout / path).stat().st_ino for path in (".asv/releases.git", "history")]
    index.publish("1.1.0", SECOND, b"not an archive")
    update()
    assert versions(checkout) == ["1.0.0"]
    assert [(checkout / path).stat().st_ino for path in (".asv/releases.git", "history")] == written
    assert len(said()) == 2


def test_asv_goes_on_without_a_broken_release(project: Project, index: FakeIndex) -> None:
    """The commands themselves: none depends on a release that it was not asked for."""
    index.publish("1.0.0", FIRST)
    project.run("history")
    index.publish("1.1.0", SECOND, b"not an archive")
    (project.path / "asv.conf.json").write_text(
        json.dumps(
            {
                "version": 1,
                "project": "synadb",
                "plugins": [".history"],
                "repo": "synadb",
                "dvcs": "releases",
                "branches": ["releases"],
                "environment_type": "virtualenv",
            }
        )
    )
    (project.path / "benchmarks").mkdir()
    (project.path / "benchmarks" / "__init__.py").write_text("")
    (project.path / "benchmarks" / "one.py").write_text("def track_one():\n    return 1\n")
    for command in (
        ["asv", "machine", "--yes"],
        ["asv", "run", "-E", "existing:same", "--set-commit-hash", "v1.0.0"],
        ["asv", "publish"],
        ["history"],
    ):
        status, output = project.run(*command)
        assert status == 0, output
        assert "Traceback" not in output
        assert output.count("Left out: synadb-1.1.0.tar.gz") == (command[-1] != "--yes")
    assert versions(project.path) == ["1.0.0"]
    assert list((project.path / "html" / "graphs").rglob("one.track_one.json"))


def test_no_git(checkout: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    with pytest.raises(UserError, match="install git"):
        update()


def test_a_pin_that_does_not_fit_its_file(checkout: Path, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    update()
    shutil.rmtree(checkout / ".asv")
    (pin,) = pins(checkout)
    pin["commit"] = "0" * 40
    (checkout / "history" / "releases.json").write_text(json.dumps([pin]))
    assert_refused(checkout, f"pinned is {'0' * 40}")


def test_unreadable_pins(checkout: Path) -> None:
    (checkout / "history" / "releases.json").write_text("[{")
    with pytest.raises(UserError, match="restore it with git checkout"):
        update()


def test_a_full_disk(tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    options = ["-t", "tmpfs", "-o", "size=600k", "tmpfs", mounted]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        with monkeypatch.context() as patch:
            enter(mounted / "a checkout", index, patch)
            noise = b"".join(number.to_bytes(4, "big") * 3 for number in range(200_000))
            index.publish("1.0.0", FIRST, sdist({"synadb/libsynadb.so": noise}))
            assert_refused(mounted / "a checkout", "check the space")
    finally:
        subprocess.run(["umount", mounted], check=True)


def test_a_second_command_waits(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    (project.path / ".asv").mkdir()
    with FileLock(project.path / ".asv" / "releases.lock"):
        process = project.start("history", PYTHONUNBUFFERED="1")
        assert process.stdout is not None
        said = ""
        while process.poll() is None and "waiting for it" not in said:
            said += process.stdout.read(1)  # asv ends a line when the next one begins
        assert process.poll() is None, said
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert versions(project.path) == ["1.0.0"]


def test_an_interrupted_build_can_be_repeated(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    index.stall_at = BROKEN
    process = project.start("history")
    assert index.stalled.wait(60)
    process.kill()
    process.communicate()
    assert refs(project.path) == {}
    index.released.set()
    status, output = project.run("history")
    assert status == 0, output
    assert versions(project.path) == ["1.0.0", "1.1.0"]
    assert not list((project.path / ".asv").glob("*.new"))
