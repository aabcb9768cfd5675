"""SynaDB's repository is beside the releases when it is asked for, and never in their way."""

import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asv.repo import NoSuchNameError
from asv.util import UserError
from helpers import FakeIndex, Repository

import history.pins
from history import Releases, upstream

NOWHERE = "http://127.0.0.1:9/synadb.git"


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with three commits, the first of which has the tag of a release."""
    made = Repository(tmp_path / "their repository")
    for text in ("one", "two", "three"):
        made.commit(text)
    made.git("tag", "-a", "-m", "of theirs", "v1.0.0", "main~2")
    monkeypatch.setenv(upstream.ADDRESS, str(made.path))
    return made


@pytest.fixture
def repo(tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> Releases:
    """The history of two releases, pulled."""
    (folder := tmp_path / "a checkout" / "history").mkdir(parents=True)
    (folder / "releases.json").write_text("[]")
    monkeypatch.setattr(history.pins, "PINS", folder / "releases.json")
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.chdir(folder.parent)
    index.publish("1.0.0", "2026-01-01T00:00:00Z")
    index.publish("1.1.0", "2026-01-02T00:00:00Z")
    return pulled()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What asv was told to print so far, of SynaDB's repository."""
    caplog.set_level(logging.INFO)
    return lambda: [r.getMessage() for r in caplog.records if "repository" in r.getMessage()]


def pulled() -> Releases:
    """Return the history as another command sees it."""
    repo = Releases("somewhere", "synadb")
    repo.pull()
    return repo


def test_branches_tags_and_ranges_are_beside_the_releases(
    repo: Releases, theirs: Repository
) -> None:
    three, two, one = theirs.git("rev-list", "main").split()
    theirs.git("branch", "a/branch", "main~1")
    theirs.git("branch", "releases", "main~1")
    assert repo.get_hashes_from_range("main~2..main") == [three, two]
    assert repo.get_hash_from_name("a/branch") == two
    assert repo.get_hash_from_parent("main") == two
    assert repo.get_branch_commits("main") == [three, two, one]
    assert len(repo.get_branch_commits("releases")) == 2
    tags = repo.get_tags()
    assert tags.keys() == {"v1.0.0", "v1.1.0", "git/v1.0.0"}
    assert tags["git/v1.0.0"] == one == repo.get_hash_from_name("git/v1.0.0")
    assert tags["v1.0.0"] == repo.get_hash_from_name("v1.0.0") != one
    assert repo.get_decorated_hash(three) == f"{three[:8]} <main>"
    assert repo.get_revisions({three, tags["v1.1.0"]}).keys() == {three, tags["v1.1.0"]}
    repo.checkout("out", three)
    assert Path("out", "README").read_text() == "three"


@pytest.mark.parametrize(
    "asked", ["releases", "releases~1", "v1.0.0^!", "v1.0.0..v1.1.0", "--reverse ^v1.0.0 HEAD"]
)
def test_nothing_is_fetched_for_releases(
    asked: str, repo: Releases, theirs: Repository, said
) -> None:
    assert repo.get_hashes_from_range(asked)
    assert repo.get_hash_from_name(repo.get_hash_from_name("releases")[:8])
    assert repo.get_new_branch_commits(["releases"], [])
    assert repo.get_branch_commits("main") == []
    assert said() == []


def test_it_is_fetched_once_by_a_command(repo: Releases, theirs: Repository, said) -> None:
    before = repo.get_hash_from_name("main")
    theirs.commit("four")
    assert repo.get_hash_from_name("main") == before
    assert Releases("somewhere", "synadb").get_hash_from_name("main") == before  # --no-pull
    assert pulled().get_hash_from_name("main") != before
    assert said() == [f"Fetching SynaDB's repository, {theirs.path}"] * 2


def test_a_path_is_seen_from_the_checkout(
    repo: Releases, theirs: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(upstream.ADDRESS, f"../{theirs.path.name}")
    assert repo.get_hash_from_name("main") == theirs.git("rev-parse", "main")


def test_what_is_unknown_is_fetched_without_a_pull(repo: Releases, theirs: Repository) -> None:
    unpulled = Releases("somewhere", "synadb")
    assert unpulled.get_hash_from_name("main") == theirs.git("rev-parse", "main")
    with pytest.raises(NoSuchNameError):
        unpulled.get_hash_from_name("a-typo")
    for typo in ("a-typo..main", "main^9", "'"):
        with pytest.raises(UserError, match="There is no "):
            unpulled.get_hashes_from_range(typo)


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/synadb.git"


def test_without_it_all_goes_on_with_the_releases(
    repo: Releases, mute: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setattr(upstream, "SECONDS_OF_SILENCE", 0.5)
    for address in (NOWHERE, mute, str(tmp_path / "gone")):
        monkeypatch.setenv(upstream.ADDRESS, address)
        caplog.clear()
        repo = pulled()
        with pytest.raises(NoSuchNameError):
            repo.get_hash_from_name("main")
        assert len(repo.get_new_branch_commits(["releases", "main"], [])) == 2
        (warning,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        assert "could not be fetched (" in warning
        assert "going on with the releases" in warning
        assert "\n" not in warning


def test_a_rewritten_history_replaces_what_was_fetched(repo: Releases, theirs: Repository) -> None:
    before = repo.get_hash_from_name("main")
    theirs.git("checkout", "-q", "--orphan", "another")
    theirs.commit("from the beginning")
    theirs.git("branch", "-q", "-M", "main")
    after = pulled()
    assert after.get_new_branch_commits(["main"], []) == [theirs.git("rev-parse", "main")]
    assert after.get_hash_from_name(before) == before  # what was measured can be named
    theirs.git("branch", "-q", "-M", "trunk")
    renamed = pulled()
    assert renamed.get_hash_from_name("trunk")
    assert renamed.get_branch_commits("main") == []


def test_new_releases_come_before_what_was_fetched(
    repo: Releases, theirs: Repository, index: FakeIndex
) -> None:
    main = repo.get_hash_from_name("main")
    index.publish("1.2.0", "2026-01-03T00:00:00Z")
    grown = pulled()
    assert len(grown.get_branch_commits("releases")) == 3
    assert grown.get_hash_from_name("main") == main


def test_a_worktree_a_shallow_clone_and_submodules(
    repo: Releases, theirs: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Repository(tmp_path / "part")
    part.commit("of the part")
    theirs.git("submodule", "--quiet", "add", part.path, "part")
    with_part = theirs.commit("with a part")
    worktree, shallow = tmp_path / "worktree", tmp_path / "shallow"
    theirs.git("worktree", "add", "-q", "-b", "beside", worktree, "main~1")
    theirs.git("clone", "-q", "--depth=2", f"file://{theirs.path}", shallow)
    for path in (worktree, shallow):
        monkeypatch.setenv(upstream.ADDRESS, str(path))
        repo = pulled()
        assert repo.get_hash_from_name("main") == with_part
    repo.checkout("out", with_part)
    assert Path("out", "part", "README").read_text() == "of the part"
