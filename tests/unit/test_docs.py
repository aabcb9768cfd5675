"""Markdown: as pages, what keyboard, narrow screen and links need; and that it is true."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from helpers import ROOT
from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchmarks.trackers import Kind
from website import docs, pages

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# What asv imports of benchmarks/ and measures nothing by itself.
NO_BENCHMARKS = {"__init__", "workload"}

TEXT = """
# Validation

## False alarms: are there *any*?

## Repeatability

## Repeatability

| | synadb | floor |
|---|---|---|
| log `a|b` | 1 | 2 |

| name |
|---|
| <script>alert(1)</script> |

```console
$ make validate <all>
```

    indented

[Findings](findings.md#speed), [data](data.json), [code](../code.py), [here](#repeatability),
[asv](https://asv.readthedocs.io) and ![plot](plot.svg)
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch) -> tuple[Path, Path]:
    """The folders of the documents, with what the text links, and of the site."""
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "site"
    site.mkdir()
    pages.DOCS.mkdir()
    for name in ("findings.md", "data.json", "plot.svg"):
        (pages.DOCS / name).write_text(name)
    return pages.DOCS, site


@pytest.fixture
def page(folders: tuple[Path, Path]) -> BeautifulSoup:
    return BeautifulSoup(docs.render(TEXT, *folders), "html.parser")


def test_headings_have_ids_of_their_own(page: BeautifulSoup) -> None:
    found = [heading["id"] for heading in page.find_all(["h1", "h2"])]
    assert found == ["validation", "false-alarms-are-there-any", "repeatability", "repeatability-1"]


def test_tables_scroll_by_themselves_and_have_labels(page: BeautifulSoup) -> None:
    around = [table.parent for table in page.find_all("table")]
    assert [(region["role"], region["tabindex"]) for region in around] == [("region", "0")] * 2
    assert [region["aria-label"] for region in around] == ["Table 1", "Table 2"]


def test_an_empty_cell_is_no_header(page: BeautifulSoup) -> None:
    assert [th.text for th in page.find_all("th")] == ["synadb", "floor", "name"]
    assert [len(row.find_all(["td", "th"])) for row in page.table.find_all("tr")] == [3, 3]


def test_code_scrolls_with_the_keyboard(page: BeautifulSoup) -> None:
    blocks = page.find_all("pre")
    assert [block["tabindex"] for block in blocks] == ["0", "0"]
    assert [block.code.text for block in blocks] == ["$ make validate <all>\n", "indented\n"]


def test_nothing_in_a_text_is_markup(page: BeautifulSoup) -> None:
    assert not page.find_all("script")
    assert "<script>alert(1)</script>" in page.text


def test_links_lead_to_what_the_site_has(page: BeautifulSoup, folders: tuple[Path, Path]) -> None:
    assert [link["href"] for link in page.find_all("a")] == [
        "findings.html#speed",
        "data.json",
        "#repeatability",
        "https://asv.readthedocs.io",
    ]
    assert "code" in page.text
    assert {path.name for path in folders[1].iterdir()} == {"data.json", "plot.svg"}


def tokens(path: Path) -> Iterator[Token]:
    """Yield what a document is made of, the parts of its paragraphs, too."""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8")):
        yield token
        yield from token.children or []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = [str(t.attrs.get("href") or t.attrs.get("src") or "") for t in tokens(path)]
    own = [link for link in links if link and not link.startswith(("http:", "https:"))]
    assert [link for link in own if not (path.parent / link.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_exists(path: Path) -> None:
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", (ROOT / "Makefile").read_text(), re.M)
    assert phony
    lines = [line for t in tokens(path) if t.tag == "code" for line in t.content.splitlines()]
    commands = [part.split() for line in lines for part in line.partition("#")[0].split("&&")]
    named = {word for command in commands if command[:1] == ["make"] for word in command[1:]}
    assert {word for word in named if "=" not in word} <= set(phony[1].split())


def test_every_benchmark_module_is_in_the_catalogue() -> None:
    modules = {path.stem for path in ROOT.glob("benchmarks/*.py")} - NO_BENCHMARKS
    catalogue = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.* (?:quick|standard|full) \|$", catalogue, re.M)
    assert sorted(rows) == sorted(modules)


def test_the_glossary_has_every_kind_of_tracker() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    assert {kind.value for kind in Kind} <= set(re.findall(r"^\| (\w+) \|", glossary, re.M))
