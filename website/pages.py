"""What the pages of our own share: their template, their style and the way between them."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader

from . import phrases

STATIC = Path(__file__).with_name("static")
# Name and title of each page, in the order of the navigation.
PAGES = {
    "decide": "Decide",
    "operations": "Operations",
    "compare": "Compare",
    "releases": "Releases",
    "safety": "Safety",
    "method": "Method",
}
ASV = ("index.html#/", "Raw data (asv)")
# Those that are the same for all machines.
SHARED = ("releases", "compare")
DOCS = Path("docs")


@dataclass(frozen=True)
class Machine:
    """A machine that has pages; ``suffix`` is nothing for the one with the most releases."""

    name: str
    releases: int
    suffix: str = ""

    def page(self, name: str) -> str:
        """Return the address of a page of this machine."""
        if not self.suffix or name in SHARED:
            return f"{name}.html{f'#m={self.suffix}' if self.suffix and name == 'compare' else ''}"
        return f"{'machine' if name == 'decide' else name}-{self.suffix}.html"


NOBODY = Machine("", 0)


def machines(releases: Iterable[tuple[str, int]]) -> list[Machine]:
    """Return machines with as many releases, those with the most first; they have no suffix."""
    found = sorted(releases, key=lambda one: (-one[1], one[0]))
    return [Machine(name, n, slug(name) if place else "") for place, (name, n) in enumerate(found)]


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
        "listed": phrases.listing,
        "plural": phrases.plural,
        "slug": slug,
        "within": phrases.within,
    }
    return found


def write(
    site: Path,
    address: str,
    template: str,
    current: str = "",
    machine: Machine = NOBODY,
    others: Sequence[Machine] = (),
    **values: object,
) -> None:
    """Write a page of a machine into the site, with the static files that all need."""
    known = {"current": current, "machine": machine, "others": others, "page": machine.page}
    text = (
        environment()
        .get_template(template)
        .render(links=links(current, machine), **known, **values)
    )
    (site / address).write_text(text, "utf-8")
    copy_static(site)


def links(current: str, machine: Machine = NOBODY) -> list[tuple[str, str, bool]]:
    """Return the navigation: address, title, and whether it is the current page."""
    ours = [(machine.page(name), title, name == current) for name, title in PAGES.items()]
    return [*ours, (*ASV, current == "asv")]


def copy_static(site: Path) -> None:
    for path in STATIC.iterdir():
        if not (site / path.name).exists():
            shutil.copyfile(path, site / path.name)


def redirect(site: Path, address: str, target: str, title: str) -> None:
    """Write a page that leads to another one, with the part of the address after ``#``."""
    page = environment().get_template("redirect.html")
    (site / address).write_text(page.render(target=target, title=title), "utf-8")


def documents() -> list[Path]:
    """Return the texts of ``docs/`` that are pages of the site, too."""
    return sorted(DOCS.glob("*.md"))


def slug(text: str) -> str:
    """Return a text as a part of a file name."""
    return re.sub(r"[^\w.-]+", "-", text)
