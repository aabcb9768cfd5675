"""What is measured of the release before, and what is measured again."""

import json
import os
import re
from pathlib import Path

import pytest
from asv.config import Config

from tools import measure

CONF = {
    "repo": ".",
    "branches": ["main"],
    "regressions_first_commits": {"(?!counts)": None, ".*'mlflow'": None},
}
BENCHMARKS = {
    "counts.Syncs.track_syncs": {"params": [["'log'"], ["'synadb'", "'mlflow'"]]},
    "counts.Baselines.track_syncs": {"params": [["'mlflow'"]]},
    "storage.Files.track_files": {"params": []},
}


def test_what_has_a_series_that_is_watched_is_measured_of_both_releases(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.json").write_text(json.dumps(BENCHMARKS | {"version": 2}))
    conf = Config.from_json(CONF | {"results_dir": str(tmp_path)})
    assert measure.watched_benchmarks(conf) == ["counts.Syncs.track_syncs"]


def test_a_benchmark_is_chosen_with_its_parameters_and_no_other() -> None:
    watched = measure.exactly(["a.B.track_c", "a.B.track_d"])
    names = ["a.B.track_c", "a.B.track_c('log', 1)", "a.B.track_cd", "x.a.B.track_c", "a.B.track_d"]
    chosen = [name for name in names if re.search(watched, name)]
    assert chosen == [names[0], names[1], names[4]]
    assert [name for name in names if re.search(f"^(?!{watched})", name)] == names[2:4]


def test_only_what_is_not_confirmed_here_is_measured_again() -> None:
    def machine(name: str, **states: str) -> dict:
        findings = [
            {"benchmark": key, "state": state, "measurements": [{}, {}]}
            for key, state in states.items()
        ]
        return {"machine": {"machine": name}, "newest": {"findings": findings}}

    here = machine("local", one=measure.NOT_CONFIRMED, two="confirmed")
    elsewhere = machine("another", three=measure.NOT_CONFIRMED)
    alone = {"machine": {"machine": "local"}, "newest": None}
    machines = {"machines": [here, elsewhere, alone]}
    assert measure.not_confirmed(machines, 2) == ["one"]
    assert measure.not_confirmed(machines, 3) == [], "it could not be measured a third time"


@pytest.mark.parametrize("decided_after", [0, 2, 9])
def test_it_is_measured_again_until_it_is_decided(
    decided_after: int, tmp_path: Path, monkeypatch
) -> None:
    """At most five times, and what was found last is published."""
    conf = Config.from_json(CONF | {"html_dir": str(tmp_path)})
    done: list[str] = []

    def publish(_: Config) -> None:
        state = "confirmed" if len(done) >= decided_after else measure.NOT_CONFIRMED
        finding = {"benchmark": "one", "state": state, "measurements": [{}] * (1 + len(done))}
        machine = {"machine": {"machine": "local"}, "newest": {"findings": [finding]}}
        (tmp_path / "report.json").write_text(json.dumps({"machines": [machine]}))

    def run(_: Config, commits: list[str], regexes: list[str]) -> int:
        assert (commits, regexes) == (["before", "newest"], [measure.exactly(["one"])])
        done.append(os.environ["AGAIN"])
        return 2

    monkeypatch.setenv("AGAIN", "")
    monkeypatch.setattr(measure.Publish, "run", publish)
    monkeypatch.setattr(measure, "run", run)
    assert measure.measure_again(conf, ["before", "newest"]) == (2 if decided_after else 0)
    assert done == ["1", "2", "3", "4", "5"][:decided_after]


def test_what_has_its_interval_from_another_benchmark_is_measured_with_that() -> None:
    name = "against_release.InMemory.track_mean"
    finding = {"benchmark": name, "state": measure.NOT_CONFIRMED, "measurements": [{}]}
    machine = {"machine": {"machine": "local"}, "newest": {"findings": [finding]}}
    both = [name, "against_release.InMemory.track_time"]
    assert measure.not_confirmed({"machines": [machine]}, 1) == both


def test_what_was_measured_again_is_forgotten_with_what_it_was_of(tmp_path: Path) -> None:
    conf = Config.from_json(CONF | {"results_dir": str(tmp_path)})
    (tmp_path / "local").mkdir()
    names = ["01234567-env.json", "01234567-env-again.json", "01234567-env-again-3.json"]
    for name in (*names, "89abcdef-env-again.json"):
        (tmp_path / "local" / name).touch()
    measure.forget_again(conf, ["01234567" + 32 * "0"])
    left = sorted(file.name for file in (tmp_path / "local").iterdir())
    assert left == [names[0], "89abcdef-env-again.json"]
