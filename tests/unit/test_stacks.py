"""Call paths are read out of callgrind's dumps, and what is small counts for its caller."""

from pathlib import Path

import pytest

from benchmarks.harness import stacks

# ``main`` calls ``log`` twice, which calls ``write``, which calls itself once.
DUMP = """\
# callgrind format
version: 1
positions: line
events: Ir
summary: 100

fl=(1) ???
fn=(1) main
0 10
+1 5
cfn=(2) log'main
calls=2 0
0 85

fn=(2)
0 50
cfn=(3) write<A>::{{closure}}'log'main
calls=1 +3
* 35

fn=(3)
0 20
cfn=(4) write<A>::{{closure}}'2'write<A>::{{closure}}'log'main
calls=1 0
0 15

fn=(4)
0 15
-1
totals: 100
"""
WRITE = "write<A>::{{closure}}"
PATHS = {
    "main": 15,
    "main;log": 50,
    f"main;log;{WRITE}": 20,
    f"main;log;{WRITE};{WRITE}": 15,
}


def test_each_path_has_what_it_executed_itself(tmp_path: Path) -> None:
    (tmp_path / "dump").write_text(DUMP)
    assert stacks.read(tmp_path / "dump") == (100, PATHS)


@pytest.mark.parametrize(
    ("least", "kept"),
    [
        (0.0, PATHS),
        (0.16, {"main": 15, "main;log": 50, f"main;log;{WRITE}": 35}),
        (0.36, {"main": 15, "main;log": 85}),
        (1.0, {"main": 100}),
    ],
)
def test_what_is_small_counts_for_its_caller(least: float, kept: dict[str, int]) -> None:
    assert stacks.pruned(PATHS, least) == kept


def test_nothing_is_lost_though_all_is_small() -> None:
    many = {f"main;{number}": 1 for number in range(1000)} | {"other": 1}
    pruned = stacks.pruned(many, 0.01)
    assert pruned == {"main": 1000, "other": 1}
