"""What tests in a browser share: the pages of the site, and a server for them."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers import ROOT
from playwright.sync_api import Browser, Page

from website import operations, pages

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
DOCS = sorted((ROOT / "docs").glob("*.md"))
OPERATIONS = [operation.page(pages.NOBODY) for operation in operations.OPERATIONS]
MADE_UP = ["decide.html", "operations.html", "compare.html", "releases.html", "method.html"]
OURS = [*MADE_UP, "safety.html", "release-1.4.0.html", "release-1.0.2.html", *OPERATIONS]
OURS += [f"{path.stem}.html" for path in DOCS]
GRAPH = "index.html#metrics.LogMetrics.time_log_metrics"
# asv's own pages, and what is on each when it has loaded.
THEIRS = {
    "index.html#/": "#summarygrid-display .benchmark-container",
    "index.html#/summarylist": "#summarylist-body tbody tr",
    "index.html#/regressions": "#regressions-body",
    GRAPH: "#main-graph canvas",
}

needs_browser = pytest.mark.skipif(
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


def opened(browser: Browser, address: str, width: int, height: int = 900) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address, wait_until="networkidle")
    return page


def bottom(page: Page, selector: str) -> float:
    """Return how many pixels from the top the last of the elements ends."""
    ends = page.eval_on_selector_all(
        selector, "all => all.map(one => one.getBoundingClientRect().bottom + scrollY)"
    )
    return max(ends)
