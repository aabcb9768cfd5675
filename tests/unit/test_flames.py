"""Flame graphs are drawn from stacks that are kept beside results."""

import gzip
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from made_up import constant, measured, report

from website import flames
from website.results import Measured

STACKS = {"main;log;write": 60.0, "main;log": 30.0, "main": 10.0}


def rectangles(svg: str) -> dict[str, tuple[float, float]]:
    """Return the left end and the width of each frame by its name."""
    found = {}
    for group in ElementTree.fromstring(svg).iter("g"):
        title, rect = group.find("title"), group.find("rect")
        assert title is not None
        assert rect is not None
        name = str(title.text).partition(":")[0]
        found[name] = float(rect.attrib["x"]), float(rect.attrib["width"])
    return found


def test_a_frame_is_as_wide_as_its_share() -> None:
    found = rectangles(flames.draw(STACKS, "a title"))
    assert {name: round(width / flames.WIDTH, 3) for name, (_, width) in found.items()} == {
        "all": 1.0,
        "main": 1.0,
        "log": 0.9,
        "write": 0.6,
    }


def test_callees_lie_within_their_caller() -> None:
    stacks = {f"main;f{number};g": number + 1.0 for number in range(20)}
    found = rectangles(flames.draw(stacks, "", {"main;f1": 50.0}))
    assert max(left + width for left, width in found.values()) <= flames.WIDTH + 0.2


def test_a_difference_has_the_colours_of_more_and_less() -> None:
    svg = flames.draw({"a": 90.0, "b": 10.0}, "", {"a": 10.0, "b": 50.0})
    kinds = dict(re.findall(r'<title>(\w+):[^<]*</title><rect class="(\w+)"', svg))
    assert (kinds["a"], kinds["b"]) == ("more", "less")
    assert "90 instructions, 10 before" in svg


def test_a_large_graph_stays_small() -> None:
    stacks = {f"main;{'x' * 90}{a};{'y' * 90}{a}{b}": 1.0 for a in range(30) for b in range(60)}
    assert len(flames.draw(stacks, "").encode()) <= 200_000


def test_names_are_text() -> None:
    svg = flames.draw({"<b>;&": 1.0}, "<i>")
    assert set(rectangles(svg)) == {"all", "<b>", "&"}


def of_two() -> Measured:
    """Return results of two releases whose commits begin with other digits."""
    found = measured(constant(10.0))
    found.releases = [replace(r, commit=f"{n:08x}{n:032x}") for n, r in enumerate(found.releases)]
    return found


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Results of a machine, with stacks of two releases beside them, and a file that is broken."""
    found = of_two()
    folder = tmp_path / "local"
    folder.mkdir()
    for release, cost in zip(found.releases, (100, 300), strict=True):
        content = {"log metrics": {"iterations": 10, "stacks": {"main": cost}}}
        name = f"{release.commit[:8]}-env-stacks-synadb.json.gz"
        (folder / name).write_bytes(gzip.compress(json.dumps(content).encode()))
    (folder / f"{found.releases[-1].commit[:8]}-env-stacks-floor.json.gz").write_bytes(b"no gzip")
    return tmp_path


def test_the_stacks_of_a_release_are_drawn(results: Path) -> None:
    found = flames.files(results, of_two())
    (flame,) = flames.of_operation(found, report(constant(10.0)), "log metrics")
    assert (flame.name, flame.release) == ("SynaDB, instructions to log metrics", "v1.1.0")
    assert "main: 100 %, 30 instructions" in flame.svg
    assert not list(flames.of_operation(found, report(constant(10.0)), "list runs"))


def test_two_releases_are_drawn_against_each_other(results: Path) -> None:
    found = flames.files(results, of_two())
    document = report(constant(10.0))
    flame = flames.difference(found, document, "v1.0.0", "v1.1.0", "log metrics")
    assert flame
    assert flame.release == "v1.1.0 against v1.0.0"
    assert "30 instructions, 10 before" in flame.svg
    assert flames.difference(found, document, "v0.9.0", "v1.1.0", "log metrics") is None


def test_the_stacks_of_each_release_are_a_script(results: Path, tmp_path: Path) -> None:
    found = flames.files(results, of_two())
    written = flames.scripts(tmp_path, "local", found, "synadb", ["log metrics", "list runs"])
    assert written == {"v1.0.0": ["log metrics"], "v1.1.0": ["log metrics"]}
    script = (tmp_path / "stacks-local-v1.1.0.js").read_text("utf-8")
    key, _, trees = script.partition("] = ")
    assert key.endswith('["local v1.1.0"')
    assert json.loads(trees.rstrip(";\n")) == {"log metrics": ["all", 30, [["main", 30, []]]]}


def test_a_release_whose_name_is_a_path_has_its_script(results: Path, tmp_path: Path) -> None:
    (of,) = list(flames.files(results, of_two()).values())[:1]
    assert flames.scripts(tmp_path, "local", {"rc/1": of}, "synadb", ["log metrics"])
    assert (tmp_path / "stacks-local-rc-1.js").exists()


def test_what_is_too_narrow_is_no_part_of_a_tree() -> None:
    found = flames.tree({"main;log": 9990.0, "main;rare": 1.0, "main": 9.0})
    assert found == ["all", 10000, [["main", 10000, [["log", 9990, []]]]]]
