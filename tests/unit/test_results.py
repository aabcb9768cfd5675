"""The committed results are complete and tell nothing about whose machine measured them."""

import gzip
import json
import os
import re
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
from asv.config import Config
from asv.results import Results
from asv_runner.discovery import disc_benchmarks
from helpers import ROOT

from benchmarks.harness.sizes import Suite
from benchmarks.trackers import TRACKERS, load
from benchmarks.trackers.kinds import SUBJECT
from website.results import values
from website.thresholds import named, threshold

MACHINE = ROOT / "results" / "linux-x86_64-2cpu"
# The releases of which every value must be there: before, quick starts fail, or syncs cannot be
# left out.
COMPLETE_SINCE = "1.0.4"
# The store for MLflow does not work with this one; SynaDB does not log in the background; the C
# interface is given every step; a floor reads nothing; the others are of the full suite.
SKIPPED = re.compile(
    r"mlflow_store\.|metrics\.LogMetricsInBatches.*\('in the background', 'synadb'\)"
    r"|resume\..*\('without steps', 'synadb-native'\)"
    r"|instructions\..*\('(list|query) runs', 'floor'\)"
    r"|many_writers\.Processes.*\(8, |tail\..*\('mlflow-sqlite'\)"
)
NOT_TRIED = float("nan")


def pins() -> list[dict]:
    return json.loads((ROOT / "history" / "releases.json").read_text())


def result_of(pin: dict) -> dict:
    # Not what was measured again.
    (file,) = MACHINE.glob(f"{pin['commit'][:8]}-*[0-9].json")
    return json.loads(file.read_text())


def benchmarks() -> dict[str, dict]:
    described = json.loads((ROOT / "results" / "benchmarks.json").read_text())
    described.pop("version")
    return described


def is_of_full(name: str) -> bool:
    """Whether a benchmark takes minutes: not every release has it."""
    module, benchmark, _ = name.split(".")
    return getattr(import_module(f"benchmarks.{module}"), benchmark).suite == Suite.FULL


def test_of_how_many_samples_a_value_is_can_be_read() -> None:
    # Not what was measured again.
    (file,) = MACHINE.glob(f"{pins()[-1]['commit'][:8]}-*[0-9].json")
    results, sampled = Results.load(str(file), MACHINE.name), 0
    found = values([results])
    for name in results.get_all_result_keys():
        params = results.get_result_params(name)
        samples = results.get_result_samples(name, params)
        for chosen, of in zip(product(*params), samples, strict=True):
            estimate = found[name, chosen].get(results.commit_hash)
            if of and estimate:
                sampled += 1
                assert estimate.n == len(of)
    assert sampled


@pytest.mark.parametrize("pin", pins(), ids=lambda pin: pin["version"])
def test_every_release_is_measured(pin: dict) -> None:
    result = result_of(pin)
    assert result["commit_hash"] == pin["commit"]
    versions = [other["version"] for other in pins()]
    if versions.index(pin["version"]) < versions.index(COMPLETE_SINCE):
        return
    is_newest = pin == pins()[-1]
    for name, benchmark in benchmarks().items():
        if is_of_full(name) and not is_newest:
            continue
        row = dict(zip(result["result_columns"], result["results"][name], strict=False))
        assert row["version"] == benchmark["version"], f"{name} was measured with older code"
        values = row["result"] or [None]  # asv's form of a benchmark that failed altogether
        measured = dict(zip(product(*row["params"]), values, strict=True))
        for params in product(*benchmark["params"]):
            series, value = f"{name}({', '.join(params)})", measured.get(params, NOT_TRIED)
            assert value is not None, f"{series} failed"
            assert value == value or is_of_full(name) or SKIPPED.match(series), series


def test_results_name_no_host_and_no_path() -> None:
    machine = json.loads((MACHINE / "machine.json").read_text())
    assert machine["machine"] == MACHINE.name
    files = [*(ROOT / "results").glob("*.json"), *MACHINE.iterdir()]
    assert any(file.suffix == ".gz" for file in files)
    for file in files:
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
        assert str(Path.home()) not in text
        assert str(ROOT) not in text
        assert not re.search(rf'"{re.escape(os.uname().nodename)}"', text)


def test_regressions_are_looked_for_where_only_synadb_can_move_a_series() -> None:
    conf = Config.load(str(ROOT / "asv.conf.json"))
    watched: dict[str, set[str]] = {}
    for benchmark in disc_benchmarks(str(ROOT / "benchmarks")):
        for params in product(*benchmark.params):
            if threshold(conf, named(benchmark.name, params), "releases") is not None:
                watched.setdefault(benchmark.name, set()).update(params[-1:])
    of_release = {name for name in watched if name.startswith("against_release")}
    assert len(of_release) == 3
    package = load(SUBJECT).package
    own = {repr(name) for name in TRACKERS if load(name).package == package}
    for name in watched.keys() - of_release:
        assert watched[name] <= own, name
    modules = {name.partition(".")[0] for name in watched}
    counted = {"instructions", "counts", "storage", "footprint", "quick_start", "memory"}
    lost = {"many_writers", "crashes", "resume", "readers", "hostile_input", "features"}
    assert modules == {"against_release"} | counted | lost
    assert not [name for name in watched if re.search(r"time_|timeraw_|seconds", name)]


@pytest.mark.parametrize(
    ("series", "allowed"),
    [
        ("instructions.Operations.track_instructions('log metrics', 'synadb')", 0.005),
        ("instructions.Operations.track_instructions('log artifact', 'synadb')", 0.005),
        ("instructions.Operations.track_instructions('query runs', 'synadb')", 0.005),
        ("instructions.Operations.track_instructions('start and end a run', 'synadb')", 0.005),
        ("instructions.Operations.track_instructions('list runs', 'synadb')", 0.01),
        ("instructions.Operations.track_instructions('log parameters', 'synadb')", 0.005),
        ("against_release.InMemory.track_time('log metrics')", 0.025),
        ("against_release.InMemory.track_mean('log metrics')", 0.025),
        ("against_release.OnDisk.track_time('log metrics')", 0.05),
        ("instructions.Operations.track_instructions('log metrics', 'synadb-native')", None),
        ("counts.Syncs.track_syncs('log metrics', 'synadb')", 0),
        ("counts.Syncs.track_syncs('log metrics', 'synadb-unsynced')", None),
        ("counts.Writes.track_calls('log metrics', 'synadb')", 0),
        ("counts.Writes.track_bytes('log metrics', 'synadb')", 0.001),
        ("footprint.Footprint.track_bytes('synadb')", 0.01),
        ("readers.Readers.track_points_unseen_by_open_reader('synadb')", 0),
        ("resume.Resume.track_points_lost('without steps', 'synadb')", 0),
        ("resume.Resume.track_points_lost('without steps', 'mlflow-sqlite')", None),
        ("long_metric.LongMetric.track_seconds('read values', 'synadb')", None),
        ("many_writers.Processes.track_unread_median(4, 'synadb')", None),
        ("many_writers.Waits.track_slowest_call(4, 'synadb')", None),
        ("many_writers.Processes.track_errors(4, 'synadb')", 0),
        ("many_writers.Threads.track_unread_maximum(4, 'synadb')", 0),
        ("many_writers.Layouts.track_unread_maximum('one store', 'on disk', 'synadb')", None),
        ("many_writers.Layouts.track_unread_maximum('a file each', 'on disk', 'synadb')", 0),
        ("many_writers.Remains.track_torn_records('one store', 'in memory', 'synadb')", None),
        ("crashes.Kills.track_unread_points('synadb')", 0),
        ("crashes.Kills.track_unread_points('mlflow-file')", None),
        ("crashes.RandomKills.track_unread_points('synadb')", None),
    ],
)
def test_a_threshold_is_that_of_its_kind(series: str, allowed: float | None) -> None:
    conf = Config.load(str(ROOT / "asv.conf.json"))
    assert threshold(conf, series, "releases") == allowed
