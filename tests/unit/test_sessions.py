"""Each value knows the session in which it was measured, and which measurement it is of."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from website.results import Measured, Session, load
from website.sessions import borders

COMMITS = [f"{number:08x}" + 32 * "0" for number in range(2)]
NINE, TEN = 1_795_597_200_000, 1_795_600_800_000  # milliseconds, on a day in November
FIRST = Session("2026-11-25T09:00:00Z", "a634a76d14f4", "1a2b3c4d", "standard")
SECOND = Session("2026-11-25T10:00:00Z", "a634a76d14f4", "1a2b3c4d", "quick", "5e6f7a8b")
NAMES = ["a.B.time_c", "a.B.track_d"]
BENCHMARKS = {
    name: {"name": name, "params": [["'synadb'", "'floor'"]], "param_names": ["tracker"]}
    for name in NAMES
}


class Repo:
    """A repository with as many commits as are measured, none of them tagged."""

    def get_branch_commits(self, branch: str) -> list[str]:
        return COMMITS[::-1]

    def get_tags(self) -> dict[str, str]:
        return {}


def key(session: Session) -> str:
    """Return the session as it is among the durations of asv's files."""
    cpu = f" cpu={session.cpu}" if session.cpu else ""  # older files have none
    return (
        f"<session {session.started} lock={session.lock} boot={session.boot} "
        f"suite={session.suite}{cpu}>"
    )


def write(
    results: Path,
    commit: str,
    value: float,
    keys: list[str],
    started: list[int | None],
    env: str = "env",
) -> None:
    folder = results / "local"
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        "commit_hash": commit,
        "env_name": env,
        "date": 0,
        "params": {"machine": "local", "python": "3.11"},
        "python": "3.11",
        "requirements": {},
        "env_vars": {},
        "result_columns": ["result", "params", "version", "started_at"],
        "results": {
            name: [[value, None], [["'synadb'", "'floor'"]], None, begun]
            for name, begun in zip(NAMES, started, strict=True)
        },
        "durations": {"<build>": 1.0, **dict.fromkeys(keys, 12.5)},
        "version": 2,
    }
    (folder / f"{commit[:8]}-{env}.json").write_text(json.dumps(found))


def machines(results: Path) -> list[Measured]:
    conf = SimpleNamespace(
        branches=["main"], results_dir=str(results), hash_length=8, project="synadb"
    )
    return load(conf, Repo(), BENCHMARKS)  # pyright: ignore[reportArgumentType]


def loaded(results: Path) -> Measured:
    (found,) = machines(results)
    return found


def test_a_benchmark_is_of_the_newest_session_that_had_begun(tmp_path: Path) -> None:
    keys = [key(SECOND), key(FIRST)]
    write(tmp_path, COMMITS[0], 1.0, keys, [NINE, TEN - 1])
    write(tmp_path, COMMITS[1], 1.0, keys, [TEN, NINE - 1])
    found = loaded(tmp_path)
    assert found.sessions == {
        NAMES[0]: {COMMITS[0]: FIRST, COMMITS[1]: SECOND},
        NAMES[1]: {COMMITS[0]: FIRST},
    }


@pytest.mark.parametrize(
    "unknown",
    [
        "<session>",
        "<session yesterday lock=a boot=b suite=c>",
        "<session 2026-99-99T00:00:00Z lock=a boot=b suite=c>",
        "<session 2026-11-25T09:00:00Z lock=a>",
    ],
)
def test_what_is_no_session_is_none(unknown: str, tmp_path: Path) -> None:
    write(tmp_path, COMMITS[0], 1.0, [unknown], [TEN, None])
    assert not loaded(tmp_path).sessions


@pytest.mark.parametrize("begun", [NINE, TEN + 1])
def test_a_second_measurement_stands_beside_the_first(begun: int, tmp_path: Path) -> None:
    """Whichever was made later."""
    for commit in COMMITS:
        write(tmp_path, commit, 1.0, [key(FIRST)], [TEN, TEN])
        write(tmp_path, commit, 2.0, [key(SECOND), key(FIRST)], [begun, begun], "env-again")
    found = loaded(tmp_path)
    series = (NAMES[0], ("synadb",))
    assert [release.commit for release in found.releases] == COMMITS
    (again,) = found.again
    once, twice = found.values[series], again.values[series]
    assert [value and value.value for value in once.values()] == [1.0, 1.0]
    assert [value and value.value for value in twice.values()] == [2.0, 2.0]
    assert again.sessions[NAMES[0]][COMMITS[0]] == (FIRST if begun < TEN else SECOND)
    assert found.sessions[NAMES[0]][COMMITS[0]] == FIRST


def test_later_measurements_stand_in_their_order_beside_the_first(tmp_path: Path) -> None:
    for value, ending in ((1.0, ""), (10.0, "-again-10"), (3.0, "-again-3"), (2.0, "-again")):
        write(tmp_path, COMMITS[0], value, [key(FIRST)], [TEN, TEN], f"env{ending}")
    write(tmp_path, COMMITS[0], 4.0, [key(FIRST)], [NINE, NINE], "other-again-3")
    found = [of.values[NAMES[0], ("synadb",)][COMMITS[0]] for of in loaded(tmp_path).again]
    assert [value and value.value for value in found] == [2.0, 3.0, 10.0]


def test_a_second_measurement_alone_is_none(tmp_path: Path) -> None:
    write(tmp_path, COMMITS[0], 1.0, [], [TEN, TEN])
    write(tmp_path, COMMITS[1], 2.0, [], [TEN, TEN], "env-again")
    found = loaded(tmp_path)
    assert [release.commit for release in found.releases] == COMMITS[:1]
    assert not found.sessions
    (tmp_path / "local" / f"{COMMITS[0][:8]}-env.json").unlink()
    assert not machines(tmp_path)


def test_a_border_is_where_another_session_begins() -> None:
    sessions = {"a": FIRST, "c": FIRST, "d": SECOND}  # of b it is not known
    assert borders(sessions, ["a", "b", "c", "d"]) == [3]
    assert borders({"a": FIRST, "b": FIRST}, ["a", "b"]) == []
