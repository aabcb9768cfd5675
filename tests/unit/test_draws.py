"""Instructions are drawn several times; the draw in the middle is shown and explained."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.against_mlflow import Instructions
from benchmarks.harness import callgrind, draws
from benchmarks.harness.callgrind import Counted
from benchmarks.instructions import Operations
from benchmarks.system import directories
from benchmarks.trackers.kinds import BASELINES, SUBJECT

SAMPLES = [15_000.0, 5_000.0, 10_000.0, 25_000.0, 20_000.0]


@pytest.fixture
def counted(monkeypatch, tmp_path: Path) -> list[tuple[int, list[int]]]:
    """Let every draw count 10,000 more than the last one of the tracker, in two iterations."""
    done: list[tuple[int, list[int]]] = []
    numbers = {name: iter((3, 1, 2, 5, 4)) for name in draws.EMBEDDED}

    def count(name: str, _: object, callers: int, draws: list[int]) -> list[dict[str, Counted]]:
        done.append((callers, draws))
        return [one(name) for _ in draws]

    def one(name: str) -> dict[str, Counted]:
        total = 10_000 * next(numbers[name])
        paths = {"main": total - 600, "main;log": 599, "main;log;write": 1}
        return {what: Counted(total, paths, 2) for what in callgrind.operations_of(name)}

    monkeypatch.setattr(callgrind, "require", lambda: None)
    monkeypatch.setattr(callgrind, "count", count)
    monkeypatch.setattr(draws, "build_runs", lambda name: None)
    monkeypatch.setattr(draws, "once", lambda what, measure: measure)
    monkeypatch.setattr(directories, "BESIDE", str(tmp_path / "beside"))
    return done


def test_the_draw_in_the_middle_is_explained(counted) -> None:
    drawn = draws.draw(SUBJECT)["log metrics"]
    assert drawn["draws"] == SAMPLES
    stacks = drawn["stacks"]
    assert sum(stacks["stacks"].values()) / stacks["iterations"] == 15_000.0
    assert stacks["stacks"] == {"main": 29_400, "main;log": 600}
    assert counted == [(40, [0, 3]), (40, [1, 4]), (40, [2])], "new processes, and forks of them"


def test_paths_of_a_baseline_are_counted_in_one_of_five_draws(counted) -> None:
    drawn = draws.draw(BASELINES[0])["log metrics"]
    assert sorted(drawn["draws"]) == [5_000.0, 10_000.0, 15_000.0, 20_000.0, 25_000.0]
    assert sum(drawn["stacks"]["stacks"].values()) == 30_000
    assert counted == [(8, [0]), (0, [1, 2, 3, 4])], "forks, which lie elsewhere"


def test_counts_and_costs_show_the_same_draws(counted, tmp_path: Path) -> None:
    found = Operations().setup_cache()
    case = "log metrics", SUBJECT
    counts = Operations()
    counts.setup(found, *case)
    assert counts.track_instructions(found, *case)["samples"] == SAMPLES
    against = "log metrics", BASELINES[0]
    costs = Instructions()
    costs.setup(found, *against)
    samples = costs.track_cost(found, *against)["samples"]
    assert (len(samples), min(samples), max(samples)) == (25, 20.0, 500.0)

    files = {name: tmp_path / "beside" / draws.STACKS.format(name) for name in draws.EMBEDDED}
    kept = json.loads(gzip.decompress(files[SUBJECT].read_bytes()))
    assert kept["log metrics"]["stacks"] == {"main": 29_400, "main;log": 600}
    assert sorted((tmp_path / "beside").iterdir()) == sorted(files.values())


def test_the_floor_is_not_counted_where_it_cannot_look(counted) -> None:
    found = Operations().setup_cache()
    with pytest.raises(NotImplementedError, match="floor stores runs and cannot look for them"):
        Operations().setup(found, "list runs", "floor")


def test_where_nothing_is_counted_nothing_is_kept(counted, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(callgrind, "require", valgrind_is_missing)
    assert Operations().setup_cache() == {}
    assert not (tmp_path / "beside").exists()


def valgrind_is_missing() -> None:
    raise NotImplementedError("valgrind is not installed")
