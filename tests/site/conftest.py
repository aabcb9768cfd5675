"""The published site in a real browser, with every other host out of reach."""

from collections.abc import Iterator

import pytest
from browsing import ARGUMENTS, CHROMIUM, THEIRS, served
from helpers import Project
from playwright.sync_api import Browser, Page, sync_playwright


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
        page.goto(url + address)
        if address in THEIRS and options.get("java_script_enabled", True):
            page.wait_for_selector(THEIRS[address], state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems
