"""The committed results are complete and tell nothing about whose machine measured them."""

import json
import os
import re
from itertools import product
from pathlib import Path

import pytest
from asv.config import Config
from helpers import ROOT

from benchmarks.trackers import TRACKERS, load
from benchmarks.trackers.kinds import SUBJECT

MACHINE = ROOT / "results" / "linux-x86_64-2cpu"
# The releases of which every value must be there.
COMPLETE_SINCE = "1.0.3"
# Fails in each of them: SynaDB's store for MLflow does not work with this one.
FAILS = {"mlflow_store.LogMetrics.time_log_metrics"}
# SynaDB does not log in the background; one claim is tried since the releases were measured; the
# others take minutes and are measured of one release.
SKIPPED = re.compile(
    r"metrics\.LogMetricsInBatches.*\('in the background', 'synadb'\)"
    r"|features\..*\('is a store for MLflow', "
    r"|scale\.LogMetric.*\(100000, 'synadb-native'\)|scale\.ReadRuns.*, 5000, |servers\.ManyWriters"
    r"|tail\..*\('mlflow-sqlite'\)"
)
# Newer than the last sweep of all releases.
UNMEASURED = re.compile(r"(against_release|instructions|tail)\.|against_mlflow\.(Instr|SyncPrice)")
NOT_TRIED = float("nan")
# The disk's and its other users' as often as SynaDB's.
UNWATCHED = ("against_mlflow.SyncPrice.", "tail.")


def pins() -> list[dict]:
    return json.loads((ROOT / "history" / "releases.json").read_text())


def result_of(pin: dict) -> dict:
    (file,) = MACHINE.glob(f"{pin['commit'][:8]}-*.json")
    return json.loads(file.read_text())


def benchmarks() -> dict[str, dict]:
    described = json.loads((ROOT / "results" / "benchmarks.json").read_text())
    described.pop("version")
    return described


@pytest.mark.parametrize("pin", pins(), ids=lambda pin: pin["version"])
def test_every_release_is_measured(pin: dict) -> None:
    result = result_of(pin)
    assert result["commit_hash"] == pin["commit"]
    versions = [other["version"] for other in pins()]
    if versions.index(pin["version"]) < versions.index(COMPLETE_SINCE):
        return
    for name, benchmark in benchmarks().items():
        if UNMEASURED.match(name):
            continue
        row = dict(zip(result["result_columns"], result["results"][name], strict=False))
        assert row["version"] == benchmark["version"], f"{name} was measured with older code"
        values = row["result"] or [None]  # asv's form of a benchmark that failed altogether
        measured = dict(zip(product(*row["params"]), values, strict=True))
        for params in product(*benchmark["params"]):
            series, value = f"{name}({', '.join(params)})", measured.get(params, NOT_TRIED)
            if value is None or value != value:
                assert SKIPPED.match(series) if value is not None else name in FAILS, series


def test_results_name_no_host_and_no_path() -> None:
    machine = json.loads((MACHINE / "machine.json").read_text())
    assert machine["machine"] == MACHINE.name
    for file in (ROOT / "results").rglob("*.json"):
        if file.parent.name == "local":
            continue
        text = file.read_text()
        assert str(Path.home()) not in text
        assert str(ROOT) not in text
        assert not re.search(rf'"{re.escape(os.uname().nodename)}"', text)


def test_regressions_are_looked_for_in_synadb_alone() -> None:
    conf = Config.load(str(ROOT / "asv.conf.json"))
    off = [regex for regex, start in conf.regressions_first_commits.items() if start is None]
    watched, ignored = set(), set()
    assert all(any(re.match(regex, name) for regex in off) for name in UNWATCHED)
    for name, benchmark in benchmarks().items():
        if name.startswith(UNWATCHED):
            continue
        for params in product(*benchmark["params"]):
            entry = f"{name}({', '.join(params)})@releases"
            if name.startswith("against_"):  # SynaDB's, whatever it is next to
                params = ("'synadb'",)
            hidden = any(re.match(regex, entry) for regex in off)
            (ignored if hidden else watched).add(params[-1])
    package = load(SUBJECT).package
    assert watched == {repr(name) for name in TRACKERS if load(name).package == package}
    assert ignored >= {repr(name) for name in TRACKERS} - watched
    assert not watched & ignored
