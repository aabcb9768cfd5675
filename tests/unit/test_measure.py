"""What is measured of the release before, and what is measured again."""

import json
import re
from pathlib import Path

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
        findings = [{"benchmark": key, "state": state} for key, state in states.items()]
        return {"machine": {"machine": name}, "newest": {"findings": findings}}

    here = machine("local", one=measure.NOT_CONFIRMED, two="confirmed")
    elsewhere = machine("another", three=measure.NOT_CONFIRMED)
    alone = {"machine": {"machine": "local"}, "newest": None}
    assert measure.not_confirmed({"machines": [here, elsewhere, alone]}) == ["one"]
