"""Titles, units and denominators are the benchmarks'; the tables keep their order and no text."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest
from asv_runner.discovery import disc_benchmarks
from helpers import ROOT
from jinja2 import nodes
from made_up import constant, measured

from website import pages, tables, units
from website.results import Estimate
from website.tables import Row, Value, rows

NAME = "many_writers.Processes.track_unread_median"
FIGURE = re.compile(r"\b\d")  # not the digits of a name such as sha256
TABLES = [tables.FIGURES, tables.TAIL, tables.SERVERS, tables.SETUP, tables.FOOTPRINT]
TABLES += [tables.SAFETY, tables.COSTS, tables.SYNC_PRICE, tables.CURVES, tables.TRAINING]
ALL = [*chain(*TABLES), tables.FEATURES, tables.INPUTS]
ALL += [tables.AT_PRICES, tables.SYNCS, tables.OVERSHOOT]


class Shown(HTMLParser):
    """The text of a page, without its tags and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


def constants(template: str) -> Iterator[str]:
    """Yield the texts of a template, those of its expressions, too."""
    environment = pages.environment()
    assert environment.loader
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    found = tree.find_all((nodes.TemplateData, nodes.Const))
    data = [node for node in found if isinstance(node, nodes.TemplateData)]
    yield Shown("".join(node.data for node in data)).text
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("template", pages.environment().list_templates())
def test_no_template_has_a_figure_of_its_own(template: str) -> None:
    assert not [text for text in constants(template) if FIGURE.search(text)]


def test_the_tables_have_no_figure_of_their_own() -> None:
    tree = ast.parse(Path(tables.__file__).read_text("utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not [text for text in texts if isinstance(text, str) and FIGURE.search(text)]


def test_every_row_comes_from_a_benchmark_of_this_suite() -> None:
    described = {b.name: b.params for b in disc_benchmarks(str(ROOT / "benchmarks"))}
    assert set(ALL) <= described.keys()
    for name, *params in tables.HEADLINES:
        for param, offered in zip(params, described[name], strict=False):
            assert repr(param) in offered


def test_titles_have_the_parameters_with_their_names() -> None:
    assert [row.title for row in rows(measured(constant(1.0)), [NAME])] == [
        f"Points that cannot be read back, of the 500 that each process logs, median (writers: {n})"
        for n in (2, 8)
    ]


def test_what_a_benchmark_says_of_itself_is_what_is_shown() -> None:
    changed = {
        NAME: ("Points unread of the 7 of each", "drops", {"hands": ["3"], "tracker": ["synadb"]})
    }
    (row,) = rows(measured(constant(1.0), benchmarks=changed), [NAME])
    assert (row.title, row.unit) == ("Points unread of the 7 of each (hands: 3)", "drops")


def test_a_package_stands_for_its_subject_or_baselines() -> None:
    (row,) = rows(measured(constant(1.0)), ["footprint.Footprint.track_bytes"])
    assert list(row.values) == ["synadb", "mlflow-file", "mlflow-sqlite"]
    nameless = measured(constant(1.0), trackers={})
    (row,) = rows(nameless, ["footprint.Footprint.track_bytes"])
    assert list(row.values) == ["synadb", "mlflow"]


@pytest.mark.parametrize(
    ("unit", "values", "shown"),
    [
        ("seconds", [2e-6, 3e-6, 1e-3], ("µs", 1e-6)),
        ("seconds", [2e-4, 3e-2, 4e-2], ("ms", 1e-3)),
        ("seconds", [0.0, 1.5], ("s", 1.0)),
        ("seconds", [1e-9], ("µs", 1e-6)),
        ("bytes", [12, 700], ("bytes", 1.0)),
        ("bytes", [2e3], ("kB", 1e3)),
        ("bytes", [1, 2e6, 3e9], ("MB", 1e6)),
        ("bytes", [], ("bytes", 1.0)),
        ("seconds", [0.0], ("seconds", 1.0)),
        ("points", [1e6], ("points", 1.0)),
    ],
)
def test_the_scale_follows_from_unit_and_magnitude(
    unit: str, values: list[float], shown: tuple[str, float]
) -> None:
    assert units.scale(unit, values) == shown


def test_a_row_is_shown_in_one_scale() -> None:
    values = {
        "a": Value("measured", Estimate(0.002, 0.001, 0.004), ""),
        "b": Value("measured", Estimate(5.0), ""),
        "c": Value("measured", Estimate(0.5), ""),
        "d": Value("failed", None, ""),
    }
    row = Row("name", (), "Title", "seconds", values).displayed()
    assert row.unit == "ms"
    shown = {tracker: found.value for tracker, found in row.values.items()}
    assert shown == {
        "a": Estimate(2.0, 1.0, 4.0),
        "b": Estimate(5000.0),
        "c": Estimate(500.0),
        "d": None,
    }


@pytest.mark.parametrize(
    ("ours", "other", "said"),
    [(1, 2, "2.0x smaller"), (2, 1, "2.0x larger"), (1, 1, "equal"), (0, 1, "smaller")],
)
def test_the_subject_is_compared_with_each_other(ours: float, other: float, said: str) -> None:
    def values(number: int, name: str, params: tuple[str, ...]) -> float:
        return ours if params[-1] == "synadb" else other

    row = next(rows(measured(values), ["storage.Storage.track_bytes"]))
    assert {tracker: found.words for tracker, found in row.values.items()} == {
        "synadb": "",
        "synadb-native": said,
        "mlflow-file": said,
        "mlflow-sqlite": said,
    }


def test_what_is_not_of_the_subject_is_not_compared_with_it() -> None:
    (row,) = rows(measured(constant(1.0)), ["against_mlflow.SyncPrice.track_seconds"])
    assert {name: found.words for name, found in row.values.items()} == {
        "idle": "",
        "in between": "",
    }


def test_of_several_rows_the_last_is_a_headline() -> None:
    found = rows(measured(constant(1.0)), [NAME, "storage.Storage.track_bytes"])
    assert [(row.benchmark, row.params) for row in tables.headlines(found)] == [
        (NAME, ("8",)),
        ("storage.Storage.track_bytes", ("runs",)),
    ]
