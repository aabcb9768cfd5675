"""The published site in a real browser, with every other host out of reach."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers import ROOT, Project
from playwright.sync_api import Browser, Page, expect, sync_playwright

from validation import synthetic

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
DOCS = sorted((ROOT / "docs").glob("*.md"))
OURS = ["report.html", "releases.html", *(f"{path.stem}.html" for path in DOCS)]
GRAPH = "index.html#metrics.LogMetrics.time_log_metrics"
# asv's own pages, and what is on each when it has loaded.
THEIRS = {
    "index.html#/": "#summarygrid-display .benchmark-container",
    "index.html#/summarylist": "#summarylist-body tbody tr",
    "index.html#/regressions": "#regressions-body",
    GRAPH: "#main-graph canvas",
}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or shutil.which("npm") is None, reason="chromium and npm are needed"
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """A site on loopback, as ``python -m http.server`` serves it."""
    handler = partial(Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def url(published: Project) -> Iterator[str]:
    with served(published.path / "html") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, url: str):
    """Open pages in new contexts; at the end nothing may have failed in any of them."""
    problems: list[str] = []
    contexts = []

    def open_page(address: str, **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()

        def route(asked) -> None:
            if asked.request.url.startswith((url, "data:")):
                asked.continue_()
            else:
                problems.append(f"another host: {asked.request.url}")
                asked.abort()

        def failed(request) -> None:
            if request.failure != "net::ERR_ABORTED":  # that is of a page that was left
                problems.append(f"failed: {request.url}")

        page.route("**/*", route)
        page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("requestfailed", failed)
        page.on("response", lambda r: r.status >= 400 and problems.append(f"{r.status}: {r.url}"))
        page.goto(url + address, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, installed by name with the pinned packages of the site."""
    directory = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "website" / name, directory)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=directory, check=True, capture_output=True)
    return (directory / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("address", OURS)
def test_our_pages_work_alone(address: str, visit) -> None:
    page = visit(address)
    expect(page.locator("h1")).to_have_count(1)
    for link in page.locator("nav a").all():
        assert not (link.get_attribute("href") or "").startswith("http")


@pytest.mark.parametrize("address", THEIRS)
def test_asv_s_pages_work_alone(address: str, visit) -> None:
    page = visit(address)
    page.wait_for_selector(THEIRS[address], state="attached")
    assert "error.html" not in page.url
    first = page.locator("#nav a[href='report.html']")
    expect(first).to_be_visible()


def test_a_bare_address_lands_on_the_report_with_the_grid_a_click_away(visit) -> None:
    page = visit("")
    assert page.url.endswith("/report.html")
    page.get_by_role("link", name="Benchmark grid").click()
    page.wait_for_selector(THEIRS["index.html#/"])


def test_a_bare_address_loads_nothing_but_the_report(browser: Browser, url: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.goto(url, wait_until="networkidle")
    page.close()
    assert asked[:2] == ["", "report.html"]
    assert set(asked[2:]) <= {"site.css", "swallow.ico"}


@pytest.mark.parametrize("address", ["", "index.html#/", GRAPH, "asv.html#/regressions"])
def test_without_scripts_every_address_leads_to_the_report(address: str, visit) -> None:
    page = visit(address, java_script_enabled=False)
    page.wait_for_url("**/report.html")


def test_the_links_of_the_history_lead_to_asv_s_graph(visit) -> None:
    page = visit("report.html")
    page.locator("a[href*='against_mlflow.InMemory']").first.click()
    page.wait_for_selector("#main-graph canvas")
    expect(page.locator("#title")).to_contain_text("against_mlflow.InMemory.track_cost")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", OURS)
def test_axe_finds_nothing(address: str, scheme: str, visit, axe: str) -> None:
    page = visit(address, color_scheme=scheme, viewport={"width": 360, "height": 740})
    page.evaluate(axe)
    violations = page.evaluate("async () => (await axe.run()).violations")
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []


@pytest.mark.parametrize("width", [360, 1920])
@pytest.mark.parametrize("address", OURS)
def test_no_page_scrolls_sideways(address: str, width: int, visit) -> None:
    page = visit(address, viewport={"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_report_is_light_and_soon_ready(visit) -> None:
    """The time is printed and not asserted: run pytest with -rP to see it."""
    page = visit("report.html")
    timing = "performance.getEntriesByType('navigation')[0]"
    size = page.evaluate(
        "performance.getEntries().reduce((sum, e) => sum + (e.decodedBodySize || 0), 0)"
    )
    print(
        f"report.html: {size / 1e3:.0f} kB, "
        f"ready after {page.evaluate(f'{timing}.domContentLoadedEventEnd'):.0f} ms, "
        f"loaded after {page.evaluate(f'{timing}.loadEventEnd'):.0f} ms"
    )
    assert size < 1e6


def test_the_report_is_readable_without_scripts(visit) -> None:
    page = visit("report.html", java_script_enabled=False)
    text = page.inner_text("main")
    assert "next to MLflow SQLite, SynaDB v1.4.0 " in text
    for title in ("The answer", "The history", "Summary", "Features", "The system", "The method"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    assert page.locator("figure svg text").count() > 50, "the text of the charts is text"
    assert not page.locator("script").count()


def test_the_data_of_a_chart_open_with_the_keyboard(visit) -> None:
    page = visit("report.html")
    data = page.locator("details").first
    data.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(data.locator("table")).to_be_visible()


def test_the_first_key_goes_to_the_first_link(visit) -> None:
    page = visit("report.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Report"
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(style) != "none"


def test_paper_shows_the_report_and_no_navigation(visit) -> None:
    page = visit("report.html")
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("figure").first).to_be_visible()


def test_the_charts_change_with_the_colours_of_the_page(visit) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = visit("report.html", color_scheme=scheme)
        text = page.locator("figure svg text").first
        colours.add(text.evaluate("element => getComputedStyle(element).fill"))
    assert len(colours) == 2


def test_nothing_in_a_name_is_executed(browser: Browser, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"

    def values(machine: str, number: int, name: str, params: tuple[str, ...]) -> float:
        return 30.0 if number >= 12 else 10.0  # so that there is a regression to be shown

    versions = [f"v1.{number}-<img-src=x-onerror=alert(2)>" for number in range(20)]
    benchmarks = synthetic.described("against_mlflow", "metrics.LogMetrics")
    synthetic.write(tmp_path, benchmarks, values, versions, machines=[evil])
    subprocess.run([sys.executable, "-m", "asv", "publish"], cwd=tmp_path, check=True)
    executed = []
    with served(tmp_path / "html") as url:
        for address in ("report.html", "releases.html", *THEIRS):
            page = browser.new_page()
            page.on("dialog", lambda dialog: (executed.append(dialog.message), dialog.dismiss()))
            page.goto(url + address, wait_until="networkidle")
            page.close()
    assert not executed
