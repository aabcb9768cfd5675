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


def test_the_report_is_the_first_link(page: BeautifulSoup) -> None:
    links = len(page.select("nav li"))
    asv_pages.link_report(page)
    first, *others = [link["href"] for link in page.select("nav li:not(:has(p)) a")]
    assert (first, others[0]) == ("report.html", "#/")
    assert len(page.select("nav li")) == links + 1


def test_without_scripts_the_page_leads_to_the_report(page: BeautifulSoup) -> None:
    asv_pages.link_report(page)
    (refresh,) = page.select("head > noscript > meta[http-equiv=refresh]")
    assert str(refresh["content"]).endswith("url=report.html")


def test_a_page_without_the_first_link_is_an_error(page: BeautifulSoup) -> None:
    page.find(id="nav-li-").extract()
    with pytest.raises(UserError, match="another form"):
        asv_pages.link_report(page)


def test_every_script_of_asv_has_a_package(page: BeautifulSoup) -> None:
    assert {name for *_, name in asv_pages.remote(page)} == asv_pages.SCRIPTS.keys()


def test_a_script_that_is_new_in_asv_is_named(tmp_path: Path) -> None:
    page = asv_pages.parse('<script src="https://cdn.example/1.0/new.min.js"></script>')
    with pytest.raises(OSError, match=r"knows no package of new\.min\.js"):
        asv_pages.use_local_scripts(page, tmp_path)
    assert not list(tmp_path.iterdir())
