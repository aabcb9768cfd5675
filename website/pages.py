"""What the pages of our own share: their template, their style and the way between them."""

import re
import shutil
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from . import phrases

STYLE = Path(__file__).with_name("static") / "site.css"
# Address and title of each page, in the order of the navigation.
PAGES = [
    ("report.html", "Report"),
    ("index.html#/", "Benchmark grid"),
    ("index.html#/summarylist", "Benchmark list"),
    ("index.html#/regressions", "Regressions"),
    ("releases.html", "Releases"),
]
DOCS = Path("docs")


@cache
def environment() -> Environment:
    """Return the templates with the filters that they use."""
    found = Environment(
        loader=PackageLoader("website"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    found.filters |= {
        "count": phrases.count,
        "difference": phrases.difference,
        "figure": phrases.figure,
        "confirmed": phrases.confirmed,
        "gap": lambda gap: phrases.gap(gap.title, gap.params, gap.of, gap.tool),
        "interval": phrases.interval,
        "named": named,
        "slug": slug,
        "within": phrases.within,
    }
    return found


def write(site: Path, address: str, template: str, **values: object) -> None:
    """Write a page into the site, with the stylesheet that it needs."""
    page = environment().get_template(template)
    links = PAGES + [(f"{path.stem}.html", path.stem.capitalize()) for path in documents()]
    (site / address).write_text(page.render(pages=links, current=address, **values), "utf-8")
    shutil.copyfile(STYLE, site / STYLE.name)


def documents() -> list[Path]:
    """Return the texts of ``docs/`` that are pages of the site, too."""
    return sorted(DOCS.glob("*.md"))


def named(svg: str, title: str) -> Markup:
    """Return a chart for a page, as one picture with a name."""
    name = Markup('<svg role="img" aria-label="{}"').format(title)
    return Markup(svg.replace("<svg", name, 1))


def slug(text: str) -> str:
    """Return a text as a part of a file name."""
    return re.sub(r"[^\w.-]+", "-", text)
