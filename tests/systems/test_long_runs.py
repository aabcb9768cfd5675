"""What takes asv minutes: the standard suite, and the experiments that validate it."""

import gzip
import json
import re
import shutil
from itertools import product
from pathlib import Path

import pytest
from helpers import MACHINE, Project, commits

from validation.plan import QUICK
from validation.project import History

pytestmark = pytest.mark.slow
with_valgrind = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is missing")
# What not every machine can measure: without valgrind, strace, unshare or PostgreSQL.
NOT_EVERYWHERE = ("against_mlflow.Instructions", "counts.Syncs", "crashes.", "features.", "memory.")
NOT_EVERYWHERE += ("instructions.",)
# What SynaDB has no call for, what does not work, and what SUITE=full measures.
SKIPPED = re.compile(
    r"metrics\.LogSteps|mlflow_store\."
    r"|many_writers\.(.*\(8, |Threads|Waits)|crashes\.RandomKills|scale\.|servers\."
    r"|long_metric\.|training\.|slow_syncs\.|against_mlflow\.Client"
    r"|resume\..*\('without steps', 'synadb-native'\)"
    r"|tail\..*\('mlflow-sqlite'\)|instructions\..*\('(list|query) runs', 'floor'\)"
)


@pytest.mark.timeout(2400)
def test_all_of_the_standard_suite_has_values(published: Project) -> None:
    machines = published.home / ".asv-machine.json"
    known = json.loads(machines.read_text())
    machines.write_text(json.dumps(known | {"standard": known[MACHINE] | {"machine": "standard"}}))
    options = ["--machine", "standard", "--quick", "--show-stderr"]
    status, output = published.run("asv", "run", *options, "v1.4.0^!", SUITE="standard")
    assert status == 0, output
    (file,) = (published.path / "results" / "standard").glob("*-virtualenv-*.json")
    result = json.loads(file.read_text())
    assert result["commit_hash"] == commits()["1.4.0"]
    for name, row in result["results"].items():
        found = dict(zip(result["result_columns"], row, strict=False))
        for params, value in zip(product(*found["params"]), found["result"], strict=True):
            series = f"{name}({', '.join(params)})"
            assert isinstance(value, (int, float)), f"{series} failed"
            left_out = SKIPPED.match(series) or name.startswith(NOT_EVERYWHERE)
            assert value >= 0 or (value != value and left_out), series
    assert not list((published.path / ".asv" / "scratch").iterdir())
    assert [name for name in result["durations"] if name.startswith("<session ")]
    if shutil.which("valgrind"):
        are_explained(result, file)


def are_explained(result: dict, file: Path) -> None:
    """SynaDB's instructions are those of the call paths that are kept beside them."""
    kept = list(file.parent.glob(f"{file.stem}-stacks-*.json.gz"))
    assert sum(stacks.stat().st_size for stacks in kept) <= 100_000
    paths = json.loads(
        gzip.decompress(file.with_name(f"{file.stem}-stacks-synadb.json.gz").read_bytes())
    )
    row = result["results"]["instructions.Operations.track_instructions"]
    counts = dict(zip(result["result_columns"], row, strict=False))
    counted = dict(zip(product(*counts["params"]), counts["result"], strict=True))
    for operation, kept in paths.items():
        explained = sum(kept["stacks"].values()) / kept["iterations"]
        assert explained == pytest.approx(counted[repr(operation), repr("synadb")], rel=0.001)


@with_valgrind
def test_the_fast_variant_finds_what_was_planted_and_nothing_else(published: Project) -> None:
    status, output = published.run("validation", "--quick", "--output", "proof")
    assert status == 0, output
    found = json.loads((published.path / "proof" / "validation.json").read_text())
    assert {row["operation"] for row in found["trials"]} == set(QUICK.trees[0].planted[0].kinds)
    for row in found["trials"]:
        assert (row["share"], row["trials"]) == (1.0, 2)
        assert row["steps"] == [pytest.approx(1.0, abs=0.02)]
        assert row["pairs"] == [1.0, 1.0]
        for where in ("alone", "after"):
            assert (row[where]["found"], row[where]["right"]) == (2, 2)
            assert row[where]["elsewhere"] == []
    (alarms,) = found["alarms"]
    assert (alarms["part"], alarms["comparisons"], alarms["series"]) == ("counts", 1, 6)
    assert alarms["seen once"] == alarms["steps"] == []
    neighbours = [set(group["versions"]) for group in found["neighbours"]]
    assert any({"1.0.0", "1.0.1", "1.0.2"} <= versions for versions in neighbours)
    assert "| 100 % | log metrics |" in (published.path / "proof" / "validation.md").read_text()

    status, output = published.run("validation", "--quick", "--output", "again")
    assert status == 0, output
    assert "Benchmarking" not in output, "what was measured already is used again"
    again = json.loads((published.path / "again" / "validation.json").read_text())
    assert again["trials"] == found["trials"]


@with_valgrind
def test_continuous_is_a_gate(published: Project) -> None:
    """The exit status tells whether an operation became worse: here it is twice as slow."""
    (work,) = (published.path / ".asv" / "validation").glob("*/")
    history = History(work / "history.git")
    commits = [history.git("rev-parse", name) for name in ("counts-0", "instructions-1000-0")]
    options = ["--config", str(work / "instructions-1000-0" / "asv.conf.json")]
    chosen = ["--machine", MACHINE, "-b", r"instructions.*'log metrics', 'synadb'\)"]
    status, output = published.run(
        "asv", *options, "continuous", *chosen, *commits, SUITE="standard", TRACKERS="synadb"
    )
    assert status == 1, output
    assert "SOME BENCHMARKS HAVE CHANGED SIGNIFICANTLY" in output
