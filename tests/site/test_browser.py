"""The published site in a real browser: its pages work alone, without scripts, from files."""

import json
import re
from dataclasses import asdict

import pytest
from browsing import GRAPH, OURS, THEIRS, needs_browser
from helpers import Project
from playwright.sync_api import Browser, expect

from website import cases, compare, phrases
from website.cases import Case

pytestmark = needs_browser


@pytest.mark.parametrize("address", OURS)
def test_our_pages_work_alone_are_light_and_can_be_linked(address: str, visit) -> None:
    page = visit(address)
    expect(page.locator("h1")).to_have_count(1)
    for link in page.locator("header a").all():
        assert not (link.get_attribute("href") or "").startswith("http")
    size = page.evaluate(
        "performance.getEntries().reduce((sum, e) => sum + (e.decodedBodySize || 0), 0)"
    )
    assert 0 < size < 500e3
    if address == "decide.html":
        assert page.locator("*").count() <= 2500
    assert page.locator(":is(h1, h2, h3, figure, table):not([id])").count() == 0
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(set(ids)) == len(ids)


def test_titles_are_unique(published: Project) -> None:
    pages = [(published.path / "html" / address).read_text() for address in OURS]
    titles = [page[page.index("<title>") : page.index("</title>")] for page in pages]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("address", THEIRS)
def test_asv_s_pages_work_alone(address: str, visit) -> None:
    page = visit(address)
    assert "error.html" not in page.url
    expect(page.locator("header a[href='decide.html']")).to_be_visible()


def test_a_bare_address_lands_on_the_choice_with_asv_a_click_away(visit) -> None:
    page = visit("")
    assert page.url.endswith("/decide.html")
    page.get_by_role("link", name="Raw data (asv)").click()
    page.wait_for_selector(THEIRS["index.html#/"])


@pytest.mark.parametrize("address", ["report.html", "machine-local.html"])
def test_old_and_named_addresses_lead_to_the_choice(address: str, visit) -> None:
    page = visit(f"{address}#runs=7")
    page.wait_for_url("**/decide.html#runs=7")


def test_a_bare_address_loads_nothing_but_the_first_page(browser: Browser, url: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.goto(url, wait_until="networkidle")
    page.close()
    assert asked[:2] == ["", "decide.html"]
    assert set(asked[2:]) <= {"site.css", "figures.js", "site.js", "icon.svg"}


@pytest.mark.parametrize("address", ["", "index.html#/", GRAPH, "asv.html#/regressions"])
def test_without_scripts_every_address_leads_to_the_choice(address: str, visit) -> None:
    page = visit(address, java_script_enabled=False)
    page.wait_for_url("**/decide.html")


def test_the_links_of_the_history_lead_to_asv_s_graph(visit) -> None:
    page = visit("op-log-metrics.html")
    page.locator("a[href*='against_mlflow.InMemory']").first.click()
    page.wait_for_selector("#main-graph canvas")
    expect(page.locator("#title")).to_contain_text("against_mlflow.InMemory.track_cost")


def test_the_choice_is_readable_without_scripts(visit) -> None:
    page = visit("decide.html", java_script_enabled=False)
    for name in ("Your case", "The last release"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert page.locator(".fixed table").count() == 3
    expect(page.locator(".fixed table").first).to_be_visible()
    expect(page.locator("#case-form")).to_be_hidden()
    assert page.locator(".scorecard tbody tr").count() == 6
    assert page.locator(".scorecard svg").count() == 24


def test_your_case_is_in_the_address_and_the_same_in_script_and_python(
    visit, published: Project
) -> None:
    page = visit("decide.html#runs=200&points=500&writers=4&art=1&dur=no&how=one")
    data = page.evaluate("JSON.parse(document.getElementById('case-data').textContent)")
    for case in (
        Case(200, 500, 4, 1, "no", "one"),
        Case(7, 12, 1, 0, "yes", "batch"),
        Case(5000, 500, 8, 200, "no", "one"),
    ):
        said = page.evaluate("one => window.yourCase(one)", asdict(case))
        assert sorted(said) == sorted(cases.row(known, case) for known in data["trackers"])
    page.get_by_label("runs", exact=True).fill("50")
    assert "runs=50" in page.evaluate("location.hash")
    shown = page.locator("#case-table tbody").inner_text()
    page.reload()
    assert page.get_by_label("runs", exact=True).input_value() == "50"
    assert page.locator("#case-table tbody").inner_text() == shown


def test_any_two_releases_are_compared_in_the_words_of_python(visit, published: Project) -> None:
    page = visit("compare.html#all=1")
    rows = page.locator("#compare-table tbody tr")
    said = page.locator("#compare-status").inner_text()
    total, *counts = map(int, re.findall(r"\d+", said))
    assert sum(counts) == total == rows.count()
    text = (published.path / "html" / "data-local.js").read_text()
    data = json.loads(text[text.index("] = ") + 4 :].rstrip().rstrip(";"))
    found = compare.compare(data, 0, 1)
    assert said == compare.status(found)
    for words, one in zip(page.evaluate("window.compared(0, 1)"), found, strict=True):
        assert words == [
            one.kind,
            compare.title(data, one.number),
            one.before,
            one.after,
            one.change,
            one.noise,
            phrases.figure(one.ratio) if one.ratio is not None else "-",
            one.controls,
            one.verdict,
        ]


def test_a_row_of_the_comparison_opens_and_is_exported(visit) -> None:
    page = visit("compare.html#all=1&q=installed")
    row = page.locator("#compare-table tbody tr").first
    row.locator("summary").click()
    opened_row = page.locator("#compare-table tr:has(code)")
    expect(opened_row).to_contain_text("asv compare v1.0.2 v1.4.0 --machine local")
    row.locator("summary").click()
    expect(opened_row).to_be_hidden()
    page.get_by_role("button", name="Markdown").click()
    assert "| Installed size" in page.get_by_label("The table as text").input_value()


@pytest.mark.parametrize("address", [*OURS, "compare.html#all=1"])
def test_our_pages_work_from_files(address: str, browser: Browser, published: Project) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda m: m.type == "error" and problems.append(m.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((published.path / "html").as_uri() + "/" + address)
    if address.startswith("compare"):
        expect(page.locator("#compare-status")).to_contain_text("series")
    page.close()
    assert not problems


def test_from_a_file_asv_s_page_says_what_it_needs(browser: Browser, published: Project) -> None:
    page = browser.new_page()
    page.goto((published.path / "html").as_uri() + "/asv.html")
    page.wait_for_url("**/method.html#asv")
    expect(page.locator("#asv + p")).to_contain_text("make serve")
    page.close()


def test_the_data_of_a_chart_open_with_the_keyboard(visit) -> None:
    page = visit("op-log-metrics.html")
    data = page.locator("details").first
    data.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(data.locator("table")).to_be_visible()


@pytest.mark.parametrize("address", ["op-log-metrics.html", "op-size.html"])
def test_a_figure_is_one_click_from_how_it_was_measured(address: str, visit) -> None:
    page = visit(address)
    links = page.locator("main a[href^='#']", has_text="how")
    name = links.first.get_attribute("href") or ""
    command = page.locator(f"[id='{name[1:]}'] code", has_text="asv run")
    expect(command).to_be_hidden()
    links.first.click()
    expect(command).to_be_visible()
    ids = page.eval_on_selector_all("details.how > [id]", "all => all.map(one => one.id)")
    for link in links.all():
        assert (link.get_attribute("href") or "")[1:] in ids


def test_the_first_keys_skip_to_the_content_and_to_the_scorecard(visit) -> None:
    page = visit("decide.html")
    for target in ("#main", "#scorecard"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == target
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Scorecard"


def test_paper_shows_the_choice_and_no_navigation(visit) -> None:
    page = visit("decide.html")
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator(".scorecard")).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 3


def test_the_charts_change_with_the_colours_of_the_page(visit) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = visit("op-log-metrics.html", color_scheme=scheme)
        text = page.locator("figure svg text").first
        colours.add(text.evaluate("element => getComputedStyle(element).fill"))
    assert len(colours) == 2


def test_other_sites_find_a_picture_and_a_description(visit, published: Project) -> None:
    page = visit("decide.html")
    for selector in ("[name=description]", "[property='og:image']", "[name=theme-color]"):
        assert page.locator(f"meta{selector}").first.get_attribute("content")
    assert (published.path / "html" / "og.png").read_bytes()[:4] == b"\x89PNG"
