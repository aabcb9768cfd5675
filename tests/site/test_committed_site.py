"""The site of the committed results in a real browser: what it says, and how it is laid out."""

import gzip
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from browsing import MADE_UP, THEIRS, bottom, needs_browser, opened, served
from playwright.sync_api import Browser, expect

from validation import synthetic
from validation.project import RESULTS
from website import flames

# Of two releases; the second writes more and looks up less. What is narrow is no frame.
STACKS: list[dict[str, int]] = [
    {"main;log_metric;write": 4000, "main;log_metric;<lookup>": 3000, "main": 400, "main;rare": 1},
    {"main;log_metric;write": 8000, "main;log_metric;<lookup>": 2000, "main": 402, "main;new": 90},
]

pytestmark = needs_browser


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site of 18 made-up releases with the values that were committed of the newest one."""
    project = tmp_path_factory.mktemp("committed")
    files = (RESULTS / "linux-x86_64-2cpu").glob("*-*[0-9].json")  # not what was measured again
    newest = max((json.loads(path.read_text()) for path in files), key=lambda found: found["date"])
    values = {
        (name, params): value
        for name, (found, of, *_) in newest["results"].items()
        for params, value in zip(product(*of), found or [], strict=False)
    }
    versions = [f"v1.{number}.0" for number in range(18)]
    measured = {name: about for name, about in synthetic.described("").items() if about["params"]}
    synthetic.write(project, measured, lambda _, n, *key: values.get(key, math.nan), versions)
    for of_release, stacks in zip(made_up_files(project)[-2:], STACKS, strict=True):
        name = of_release.name.replace(".json", "-stacks-synadb.json.gz")
        content = {"log metrics": {"iterations": 4, "stacks": stacks}}
        of_release.with_name(name).write_bytes(gzip.compress(json.dumps(content).encode()))
    subprocess.run([sys.executable, "-m", "asv", "publish"], cwd=project, check=True)
    with served(project / "html") as address:
        yield address


def made_up_files(project: Path) -> list[Path]:
    """Return the results of made-up releases, the newest last."""
    files = (project / "results" / "local").glob("*-*.json")
    return sorted(files, key=lambda path: json.loads(path.read_text())["date"])


def test_a_wide_screen_shows_the_choice_at_once(browser: Browser, committed: str) -> None:
    page = opened(browser, f"{committed}decide.html", 1400)
    for selector in ("#knock-out", ".card", "#case-table", ".scorecard tbody tr"):
        assert bottom(page, selector) < 950, selector
    assert page.locator(".card").count() == 3
    assert bottom(page, "main") <= 4500
    text = page.inner_text("body")
    words = [word for word in text.split() if re.search("[a-z]", word, re.I)]
    assert len(words) <= 900
    page.close()


def test_a_phone_shows_what_rules_out_and_the_reasons_first(
    browser: Browser, committed: str
) -> None:
    page = opened(browser, f"{committed}decide.html", 360)
    assert bottom(page, "#knock-out") < 420
    assert bottom(page, ".card") < 1000
    assert bottom(page, "main") <= 9000
    page.close()


def test_of_four_writers_and_a_power_loss_one_tracker_is_left(
    browser: Browser, committed: str
) -> None:
    case = "#runs=200&points=500&writers=4&art=1&dur=no"
    page = opened(browser, f"{committed}decide.html{case}", 1400)
    left = page.locator("#case-table tbody tr:has(td:text-is('nothing')) th").all_inner_texts()
    assert left == ["✓ MLflow SQLite"]
    page.close()


def test_an_operation_has_one_factor_on_all_pages(browser: Browser, committed: str) -> None:
    page = opened(browser, f"{committed}decide.html", 1400)
    rows = page.locator(".scorecard tbody tr")
    for row in rows.all():
        words = row.locator("td span:first-child").all_inner_texts()
        factors = re.findall(r"[\d.]+x \w+|no clear difference", " ".join(words))
        assert len(factors) == 2
        other = browser.new_page()
        other.goto(committed + str(row.locator("a").first.get_attribute("href")))
        said = " ".join(other.locator(".verdicts").all_inner_texts())
        assert re.findall(r"[\d.]+x \w+|no clear difference", said) == factors
        other.close()
    page.close()


def test_a_chart_is_enlarged_and_its_values_are_read_beside_the_pointer(
    browser: Browser, committed: str
) -> None:
    page = opened(browser, f"{committed}op-log-metrics.html", 1400)
    figure, dialog = page.locator("figure").first, page.locator("dialog")
    small = figure.locator("svg").bounding_box()
    figure.get_by_role("button").click()
    large = dialog.locator("svg").bounding_box()
    assert small
    assert large
    assert large["width"] > 3 * small["width"]
    last = dialog.locator(".point").last.bounding_box()
    assert last
    page.mouse.move(last["x"] + last["width"] / 2, large["y"] + large["height"] / 2)
    values = dialog.locator("p").inner_text().split("; ")
    assert len(values) == 2
    assert all(", v1.17.0: " in value for value in values)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.close()


def test_a_case_is_drawn_within_50_ms_and_a_comparison_within_500(
    browser: Browser, committed: str
) -> None:
    """The median of some, since a machine may have other work."""
    took = """async ([selector, values]) => {
        const field = document.querySelector(selector), times = [];
        for (const value of values) {
            const start = performance.now();
            field.value = value;
            field.dispatchEvent(new Event("input", {bubbles: true}));
            times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[times.length >> 1];
    }"""
    page = opened(browser, f"{committed}decide.html", 1400)
    assert page.evaluate(took, ["[name=runs]", ["1", "20", "300", "4000", "7"]]) < 50
    page.goto(f"{committed}compare.html#all=1", wait_until="networkidle")
    assert page.evaluate(took, ["[name=q]", ["", "log", "", "list", ""]]) < 50
    drawn = []
    for _ in range(3):
        page.reload()
        assert page.locator("#compare-table tbody tr").count()
        drawn.append(page.evaluate("performance.getEntriesByType('navigation')[0].domComplete"))
    assert min(drawn) < 500
    page.close()


def test_a_comparison_shows_where_the_instructions_changed_as_python_draws_it(
    browser: Browser, committed: str
) -> None:
    page = opened(browser, f"{committed}compare.html#all=1&q=instructions.Operations", 1400)
    row = page.locator("#compare-table tbody tr", has_text="(log metrics, SynaDB)")
    row.locator("summary").click()
    frames = page.locator("#compare-table svg.flame g")
    expect(frames.first).to_be_visible()
    drawn = [frame.evaluate("one => one.outerHTML") for frame in frames.all()]
    before, after = ({path: cost / 4 for path, cost in of.items()} for of in STACKS)
    wanted = flames.draw(after, "", before)
    for regex in (r"<title>(.*?)</title>", r'class="(\w+)"', r' x="([\d.]+)"', r"<text.*?>(.*?)<"):
        found = re.findall(regex, "".join(drawn))
        assert found == re.findall(regex, wanted.partition(">")[2]), regex
    page.close()


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
        for address in (*MADE_UP, *THEIRS):
            page = browser.new_page()
            page.on("dialog", lambda dialog: (executed.append(dialog.message), dialog.dismiss()))
            page.goto(url + address, wait_until="networkidle")
            page.close()
    assert not executed
