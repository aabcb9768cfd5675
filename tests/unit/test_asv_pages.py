"""asv's page as it is now: what is changed in it is there, and what it loads has a package."""

from pathlib import Path

import asv
import pytest
from asv.util import UserError
from bs4 import BeautifulSoup

from website import asv_pages


@pytest.fixture
def page() -> BeautifulSoup:
    return asv_pages.parse((Path(asv.__file__).parent / "www" / "index.html").read_text("utf-8"))


def test_our_header_comes_first_and_asv_s_own_is_kept(page: BeautifulSoup) -> None:
    own = len(page.select("#nav li"))
    asv_pages.put_header(page)
    skip, *links = [link["href"] for link in page.select("body > a, body > header a")]
    assert skip == "#main"
    assert (links[0], links[-1]) == ("decide.html", "index.html#/")
    (current,) = page.select("header [aria-current=page]")
    assert current["href"] == links[-1]
    assert len(page.select("#nav li")) == own
    assert page.select_one("main #graph-display")


def test_without_scripts_the_page_leads_to_ours(page: BeautifulSoup) -> None:
    asv_pages.put_header(page)
    (refresh,) = page.select("head > noscript > meta[http-equiv=refresh]")
    assert str(refresh["content"]).endswith("url=decide.html")


@pytest.mark.parametrize("selector", ["#nav-li-", "#nav", *asv_pages.NAMED])
def test_a_page_without_what_is_changed_in_it_is_an_error(
    page: BeautifulSoup, selector: str
) -> None:
    found = page.select_one(selector)
    assert found
    found.name = "gone"
    del found["id"]
    with pytest.raises(UserError, match="another form"):
        asv_pages.put_header(page)


@pytest.mark.parametrize("name", asv_pages.PATCHES)
def test_asv_s_scripts_are_changed_where_they_are_as_they_were(name: str) -> None:
    script = (Path(asv.__file__).parent / "www" / name).read_text("utf-8")
    changed = asv_pages.patched(name, script)
    assert asv_pages.PATCHES[name][0] not in changed
    with pytest.raises(UserError, match="another form"):
        asv_pages.patched(name, changed)


def test_every_script_of_asv_has_a_package(page: BeautifulSoup) -> None:
    assert {name for *_, name in asv_pages.remote(page)} == asv_pages.SCRIPTS.keys()


def test_a_script_that_is_new_in_asv_is_named(tmp_path: Path) -> None:
    page = asv_pages.parse('<script src="https://cdn.example/1.0/new.min.js"></script>')
    with pytest.raises(OSError, match=r"knows no package of new\.min\.js"):
        asv_pages.use_local_scripts(page, tmp_path)
    assert not list(tmp_path.iterdir())
