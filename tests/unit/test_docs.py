"""Markdown as pages: what a reader of the keyboard, the narrow screen and the links needs."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from website import docs, pages

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
