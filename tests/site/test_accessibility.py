"""axe and everybody's eyes: each page at the widths of a screen and a phone, light and dark."""

import shutil
import subprocess

import pytest
from browsing import OURS, THEIRS, needs_browser
from helpers import ROOT

pytestmark = needs_browser


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, installed by name with the pinned packages of the site."""
    directory = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "website" / name, directory)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=directory, check=True, capture_output=True)
    return (directory / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("address", [*OURS, *THEIRS])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(address: str, visit, axe: str) -> None:
    page = visit(address)
    page.evaluate(axe)
    for width in (1920, 1400, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark") if width < 1920 else ():
            page.emulate_media(color_scheme=scheme)
            # What is dark differs in colours alone.
            rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
            found = page.evaluate("async rules => (await axe.run(rules)).violations", rules)
            violations = [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
            assert violations == [], (width, scheme)


@pytest.mark.parametrize("width", [360, 1000, 1400])
def test_the_text_of_charts_is_text_of_a_readable_size(width: int, visit) -> None:
    page = visit("op-log-metrics.html", viewport={"width": width, "height": 740})
    sizes = page.eval_on_selector_all(
        "figure svg text",
        """all => all.map(one => {
            const svg = one.ownerSVGElement;
            const scale = svg.getBoundingClientRect().width / svg.width.baseVal.value;
            return parseFloat(getComputedStyle(one).fontSize) * scale;
        })""",
    )
    assert sizes
    assert min(sizes) >= 10.99
