"""The history is the same everywhere, grows at its end, and survives what goes wrong."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, FakeIndex, Project, sdist
from filelock import FileLock

FIRST, SECOND, THIRD = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))


def refs(project: Project) -> dict[str, str]:
    """Return the history's tags and branches with their commits."""
    repository = project.path / ".asv" / "releases.git"
    if not repository.exists():
        return {}
    listed = subprocess.run(
        ["git", "--git-dir", repository, "for-each-ref", "--format=%(refname:short) %(objectname)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split() for line in listed.stdout.splitlines())


def pins(project: Project) -> list[dict]:
    return json.loads((project.path / "history" / "releases.json").read_text())


def assert_refused(project: Project, reason: str, **environment: str) -> None:
    """Run it, and expect one line that says why, exit status 1 and nothing changed on disk."""
    before = refs(project), pins(project)
    status, output = project.run("history", **environment)
    assert status == 1, output
    assert "Traceback" not in output
    assert reason in output.splitlines()[-1]
    assert (refs(project), pins(project)) == before
    assert not list((project.path / ".asv").glob("*.new"))


def test_a_release_becomes_a_commit_and_a_tag(project: Project, index: FakeIndex) -> None:
    index.publish("0.1.0", FIRST)  # has no library: not part of the history
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    status, output = project.run("history")
    assert status == 0, output
    assert [pin["version"] for pin in pins(project)] == ["1.0.0", "1.1.0"]
    commits = {f"v{pin['version']}": pin["commit"] for pin in pins(project)}
    assert refs(project) == {**commits, "releases": commits["v1.1.0"]}
    assert [line.split() for line in output.splitlines()[-2:]] == [
        ["1.0.0", "2026-01-01", commits["v1.0.0"]],
        ["1.1.0", "2026-01-02", commits["v1.1.0"]],
    ]


def test_a_new_release_is_appended(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    before = pins(project)
    index.publish("1.1.0", SECOND)
    status, output = project.run("history")
    assert status == 0
    assert "New release: 1.1.0" in output
    assert pins(project)[:1] == before
    assert "v1.1.0" in refs(project)


def test_a_release_out_of_order_changes_no_commit(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.2.0", THIRD)
    project.run("history")
    before = pins(project)
    index.publish("1.1.0", SECOND)
    status, output = project.run("history")
    assert status == 0
    assert "1.1.0 is out of order" in output
    assert pins(project)[:2] == before
    assert [pin["version"] for pin in pins(project)] == ["1.0.0", "1.2.0", "1.1.0"]
    assert refs(project)["releases"] == pins(project)[2]["commit"]


def test_pins_alone_give_the_same_commits(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    project.run("history")
    before = refs(project)
    shutil.rmtree(project.path / ".asv")
    status, _ = project.run("history")
    assert status == 0
    assert refs(project) == before


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
        built.append(refs(copy))
    assert built[0] == built[1]
    pinned = json.loads((ROOT / "history" / "releases.json").read_text())
    assert len(pinned) >= 18
    expected = {f"v{pin['version']}": pin["commit"] for pin in pinned}
    assert expected.items() <= built[0].items()


def test_asv_checks_out_the_files_as_they_were_published(
    project: Project, index: FakeIndex
) -> None:
    index.publish("1.0.0", FIRST)
    (project.home / ".gitconfig").write_text("[core]\nautocrlf = true\n")
    (project.path / "checkout.py").write_text(
        "from history import Releases\n"
        "repo = Releases('synadb', 'synadb')\n"
        "repo.pull()\n"
        "repo.checkout('out', repo.get_hash_from_name('v1.0.0'))\n"
        "print(repo.get_decorated_hash(repo.get_hash_from_name('releases')))\n"
    )
    status, output = project.run("checkout")
    assert status == 0, output
    assert (project.path / "out" / "setup.py").read_bytes() == b"a\nb\n"
    assert output.splitlines()[-1].endswith("<v1.0.0>")


def test_no_network_on_first_use(project: Project) -> None:
    assert_refused(project, "did not answer", PIP_INDEX_URL="http://127.0.0.1:9/simple/")


def test_no_network_later_is_no_harm(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    status, output = project.run("history", PIP_INDEX_URL="http://127.0.0.1:9/simple/")
    assert status == 0
    assert "Going on with the 1 releases known" in output


def test_a_file_with_another_content(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    index.publish("1.0.0", FIRST, sdist({"synadb/libsynadb.so": b"other"}))
    index.publish("1.1.0", SECOND)
    assert_refused(project, "synadb-1.0.0.tar.gz has sha256")
    shutil.rmtree(project.path / ".asv")
    assert_refused(project, "synadb-1.0.0.tar.gz has sha256")


def test_a_download_that_is_not_what_the_index_says(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.content["synadb-1.0.0.tar.gz"] = sdist({"synadb/libsynadb.so": b"other"})
    assert_refused(project, "synadb-1.0.0.tar.gz has sha256")


def test_a_file_that_is_gone(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    index.files.clear()
    status, output = project.run("history")
    assert status == 0
    assert "Gone from the package index, still in the history: synadb-1.0.0.tar.gz" in output
    shutil.rmtree(project.path / ".asv")
    assert_refused(project, "gone from the index")


def test_a_release_is_added_though_an_older_file_is_gone(
    project: Project, index: FakeIndex
) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    before = refs(project)
    index.files.clear()
    index.publish("1.1.0", SECOND)
    status, output = project.run("history")
    assert status == 0, output
    assert refs(project)["v1.0.0"] == before["v1.0.0"]
    assert "v1.1.0" in refs(project)


def test_asv_finds_what_is_new(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    index.publish("1.1.0", SECOND)
    (project.path / "new.py").write_text(
        "from history import Releases\n"
        "repo = Releases('synadb', 'synadb')\n"
        "old = repo.get_hash_from_name('releases')\n"
        "repo.pull()\n"
        "print(*repo.get_new_branch_commits(['releases'], [old]))\n"
    )
    status, output = project.run("new")
    assert status == 0, output
    assert output.splitlines()[-1].split() == [refs(project)["v1.1.0"]]


def test_a_broken_archive(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    index.publish("1.1.0", SECOND, b"not an archive")
    assert_refused(project, "synadb-1.1.0.tar.gz is not a sound source distribution")


def test_no_git(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    assert_refused(project, "install git", PATH=str(project.home))


def test_a_pin_that_does_not_fit_its_file(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    project.run("history")
    shutil.rmtree(project.path / ".asv")
    (pin,) = pins(project)
    pin["commit"] = "0" * 40
    (project.path / "history" / "releases.json").write_text(json.dumps([pin]))
    assert_refused(project, f"pinned is {'0' * 40}")


def test_unreadable_pins(project: Project) -> None:
    (project.path / "history" / "releases.json").write_text("[{")
    status, output = project.run("history")
    assert status == 1
    assert "restore it with git checkout" in output.splitlines()[-1]


def test_a_full_disk(tmp_path: Path, index: FakeIndex) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    options = ["-t", "tmpfs", "-o", "size=600k", "tmpfs", mounted]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        project = Project(mounted, "history")
        (project.path / "history" / "releases.json").write_text("[]")
        project.environment |= {"PIP_INDEX_URL": index.url, "PYTHONDONTWRITEBYTECODE": "1"}
        noise = b"".join(number.to_bytes(4, "big") * 3 for number in range(200_000))
        index.publish("1.0.0", FIRST, sdist({"synadb/libsynadb.so": noise}))
        assert_refused(project, "check the space")
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
    assert "v1.0.0" in refs(project)


def test_an_interrupted_build_can_be_repeated(project: Project, index: FakeIndex) -> None:
    index.publish("1.0.0", FIRST)
    index.publish("1.1.0", SECOND)
    index.stall_at = "synadb-1.1.0.tar.gz"
    process = project.start("history")
    assert index.stalled.wait(60)
    process.kill()
    process.communicate()
    assert refs(project) == {}
    index.released.set()
    status, output = project.run("history")
    assert status == 0, output
    assert {"v1.0.0", "v1.1.0"} <= refs(project).keys()
    assert not list((project.path / ".asv").glob("*.new"))
