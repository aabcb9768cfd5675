"""Where a step is clear, regressions are those of asv's own plugin, on a made-up history."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from asv.config import Config
from asv.graph import GraphSet
from asv.plugins.regressions import Regressions
from asv.util import UserError

from website.changes import histories
from website.thresholds import first_commits, named, threshold

NAMES = [f"v{number}" for number in range(20)]
REVISIONS = {name: number for number, name in enumerate(NAMES)}
OPERATIONS, TRACKERS = ["'log'", "'list'"], ["'synadb'", "'synadb-native'", "'mlflow-file'"]
LEVELS = {"small": 1.03, "middle": 1.2, "large": 3.0}


def benchmark(name: str, *params: list[str]) -> dict:
    names = ["operation", "tracker"][-len(params) :] if params else []
    return {"name": name, "params": list(params), "param_names": names, "unit": "seconds"}


BENCHMARKS = {
    b["name"]: b
    for level in LEVELS
    for b in (
        benchmark(f"{level}.Of.both", OPERATIONS, TRACKERS),
        benchmark(f"{level}.Of.trackers", TRACKERS),
        benchmark(f"{level}.Of.none"),
    )
}


class Repo:
    """As much of a repository as the plugin asks for: its only branch has the commits in order."""

    def get_hash_from_name(self, name: str) -> str:
        return name

    def get_range_spec(self, before: str, after: str) -> str:
        return f"{before}..{after}"

    def get_new_range_spec(self, first: str, branch: str | None = None) -> str:
        return f"{first}..{NAMES[-1]}"

    def get_hashes_from_range(self, spec: str) -> list[str]:
        first, last = spec.split("..")
        return NAMES[REVISIONS[first] + 1 : REVISIONS[last] + 1]


def graphs() -> GraphSet:
    """Return a graph of each benchmark: it becomes larger at v10, by its level."""
    found = GraphSet()
    for name, described in BENCHMARKS.items():
        graph = found.get_graph(name, {"machine": "local", "branch": "releases"})
        series = 1
        for values in described["params"]:
            series *= len(values)
        for number in range(len(NAMES)):
            value = LEVELS[name.partition(".")[0]] if number >= 10 else 1.0
            graph.add_data_point(number, [value] * series if described["params"] else value)
    return found


def configuration(tmp_path, thresholds: dict, commits: dict) -> Config:
    conf = Config()
    conf.html_dir, conf.results_dir = str(tmp_path / "html"), str(tmp_path / "results")
    conf.regressions_thresholds, conf.regressions_first_commits = thresholds, commits
    (tmp_path / "results" / "local").mkdir(parents=True)
    (tmp_path / "html").mkdir()
    result = {
        "commit_hash": "",
        "env_name": "e",
        "date": 0,
        "params": {"machine": "local"},
        "python": "3.11",
        "requirements": {},
        "result_columns": ["result", "params", "version", "started_at"],
        "results": {name: [None, b["params"], None, 0] for name, b in BENCHMARKS.items()},
        "version": 2,
    }
    folder = tmp_path / "results" / "local"
    (folder / "machine.json").write_text(json.dumps({"machine": "local", "version": 1}))
    for name in NAMES:
        (folder / f"{name}-e.json").write_text(json.dumps(result | {"commit_hash": name}))
    return conf


def asv_s_regressions(conf: Config) -> dict[str, list[str]]:
    """Return the commits that asv's plugin blames, by series."""
    Regressions.publish(conf, Repo(), BENCHMARKS, graphs(), REVISIONS)
    found = json.loads(Path(conf.html_dir, "regressions.json").read_text())["regressions"]
    return {name: [NAMES[jump[1]] for jump in jumps] for name, *_, jumps in found}


def our_regressions(conf: Config) -> dict[str, list[str]]:
    found = histories(conf, Repo(), BENCHMARKS, graphs(), REVISIONS)
    quoted = {history.series: history for history in found if history.regressions}
    return {
        named(name, [f"'{param}'" for param in params]): [c.commit for c in history.regressions]
        for (name, params), history in quoted.items()
    }


@pytest.mark.parametrize(
    ("thresholds", "commits"),
    [
        ({}, {}),
        ({".*": 0.1}, {}),
        ({".*": 0.01}, {}),
        ({".*": 0.01, r".*\('synadb": 0.5, r"small\..*": 0.02}, {}),
        ({r".*@releases$": 5.0}, {}),
        ({r".*@main$": 5.0}, {}),
        ({}, {".*": None}),
        ({}, {r".*'(?!synadb)[^',()]*'\)@.*": None}),
        ({}, {r"middle.*": "v12", r".*both.*": "v4"}),
        ({}, {r".*": "v9"}),
        ({}, {r".*": "v10"}),
        ({}, {r".*": "v18", r".*large.*": None}),
    ],
)
def test_regressions_are_those_that_asv_shows(thresholds: dict, commits: dict, tmp_path) -> None:
    conf = configuration(tmp_path, thresholds, commits)
    assert our_regressions(conf) == asv_s_regressions(conf)


def test_what_is_above_the_usual_threshold_is_found_in_every_series(tmp_path) -> None:
    found = our_regressions(configuration(tmp_path, {}, {}))
    assert {name.partition(".")[0] for name in found} == {"middle", "large"}
    assert len(found) == 2 * (len(OPERATIONS) * len(TRACKERS) + len(TRACKERS) + 1)
    assert set(map(tuple, found.values())) == {("v10",)}


def test_a_threshold_that_is_no_number_is_an_error() -> None:
    conf = SimpleNamespace(regressions_first_commits={}, regressions_thresholds={".*": "much"})
    with pytest.raises(UserError, match="no number: could not convert string to float: 'much'"):
        threshold(conf, "a.b('synadb')", "releases")


def test_a_series_is_named_as_asv_names_it() -> None:
    assert named("a.time_b", []) == "a.time_b"
    assert named("a.time_b", ["'x y'", "1"]) == "a.time_b('x y', 1)"


def test_null_is_no_first_commit() -> None:
    conf = SimpleNamespace(regressions_first_commits={"a": None, "a.*": "v1", "b": "v2"})
    assert first_commits(conf, "a.b", None) == ["v1"]
