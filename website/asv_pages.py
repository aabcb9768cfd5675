"""What asv's own pages gain: scripts that come with the site, and the way to the report."""

import shutil
import subprocess
from pathlib import Path

from asv.console import log
from asv.publishing import OutputPublisher
from asv.util import UserError
from bs4 import BeautifulSoup, Tag

from . import pages

# Where asv's page is; its own address leads there, or to the report.
PAGE = "asv.html"
PACKAGES = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]
INSTALLED = Path(".asv", "npm")
# What asv's pages load, by the last part of the address, and the file that npm installs for it.
SCRIPTS = {
    "jquery-3.3.1.min.js": "jquery/dist/jquery.min.js",
    "jquery.flot.min.js": "flot/jquery.flot.js",
    "jquery.flot.time.min.js": "flot/jquery.flot.time.js",
    "jquery.flot.selection.min.js": "flot/jquery.flot.selection.js",
    "jquery.flot.categories.min.js": "flot/jquery.flot.categories.js",
    "jquery.flot.orderBars.js": "flot-orderbars/js/jquery.flot.orderBars.js",
    "stupidtable.min.js": "stupid-table-plugin/stupidtable.min.js",
    "md5.min.js": "blueimp-md5/js/md5.min.js",
    "bootstrap.min.js": "bootstrap/dist/js/bootstrap.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
}
FONTS = "bootstrap/dist/fonts"
# Without scripts asv's page has nothing to show, and from a file it cannot read its data.
FIRST = """
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<noscript><meta http-equiv="refresh" content="0; url=decide.html"/></noscript>
<script>if (location.protocol === "file:") location.replace("method.html#asv");</script>
"""
LAST = """
<link href="site.css" rel="stylesheet"/>
<link href="asv-site.css" rel="stylesheet"/>
"""
# What is set in asv's page, so that it is clear to a reader who cannot see it: by selector, the
# attributes.
NAMED = {
    "html": {"lang": "en"},
    "#nav": {"aria-label": "asv"},
    "#range": {"aria-label": "range of commits"},
    "#error": {"aria-labelledby": "myModalLabel"},
    "#summarylist-navigation": {"role": "region", "aria-label": "Filters of the list"},
    "#summarylist-body": {"role": "region", "aria-label": "List of benchmarks"},
    "#graphdisplay-navigation": {"role": "region", "aria-label": "Settings of the graph"},
    "#graph": {"role": "region", "aria-label": "Graph"},
    "#summarygrid-display": {"role": "region", "aria-label": "Grid of benchmarks"},
    "#regressions-display": {"role": "region", "aria-label": "Regressions"},
}


# What is another in asv's scripts: a header that is empty is none.
PATCHES = {"regressions.js": ("'<th></th>'", "'<td></td>'")}


class AsvPages(OutputPublisher):
    """Make asv's pages work without a network, with our header and readable for everybody."""

    name = "asv_pages"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        site = Path(conf.html_dir)
        page = parse((site / "index.html").read_text("utf-8"))
        put_header(page)
        try:
            use_local_scripts(page, site)
        except OSError as error:
            log.warning(f"asv's pages will load their scripts from public hosts: {error}")
        (site / PAGE).write_text(str(page), "utf-8")
        for name in PATCHES:
            (site / name).write_text(patched(name, (site / name).read_text("utf-8")), "utf-8")
        pages.copy_static(site)
        template = pages.environment().get_template("index.html")
        index = template.render(project=conf.project, first="decide.html", asv=PAGE)
        (site / "index.html").write_text(index, "utf-8")


def parse(html: str) -> BeautifulSoup:
    """Return a page, or a piece of one, as its elements."""
    return BeautifulSoup(html, "html.parser")


def put_header(page: BeautifulSoup) -> None:
    """Let asv's page begin with our header, and name its parts.

    Raises UserError if it is not as it was.
    """
    body, nav = page.body, page.find(id="nav")
    if page.head is None or body is None or nav is None or page.find(id="nav-li-") is None:
        raise _changed("its navigation")
    for selector, attributes in NAMED.items():
        tag = page.select_one(selector)
        if tag is None:
            raise _changed(selector)
        tag.attrs |= attributes
    page.head.insert(0, parse(FIRST))
    page.head.append(parse(LAST))
    main = page.new_tag("main", id="main")
    main.append(parse('<h1 class="asv-title">Raw data (asv)</h1>'))
    for tag in list(nav.find_next_siblings()):
        main.append(tag.extract())
    body.append(main)
    header = pages.environment().get_template("header.html").render(links=pages.links("asv"))
    body.insert(0, parse(header))


def patched(name: str, script: str) -> str:
    """Return a script of asv with our changes. Raises UserError if it is not as it was."""
    old, new = PATCHES[name]
    if old not in script:
        raise _changed(f"{old} in {name}")
    return script.replace(old, new)


def _changed(what: str) -> UserError:
    return UserError(f"asv's page has another form: website/asv_pages.py looks for {what}")


def remote(page: BeautifulSoup) -> list[tuple[Tag, str, str]]:
    """Return what a page loads from other hosts: element, attribute, and file name."""
    found = []
    for attribute in ("src", "href"):
        for tag in page.select(f'script[{attribute}^="http"], link[{attribute}^="http"]'):
            found.append((tag, attribute, str(tag[attribute]).rpartition("/")[2]))
    return found


def use_local_scripts(page: BeautifulSoup, site: Path) -> None:
    """Let a page load its scripts and styles from ``vendor/``, where they are copied.

    Raises OSError, which says why, if they cannot be installed; then nothing is changed.
    """
    loaded = remote(page)
    if unknown := {name for *_, name in loaded} - SCRIPTS.keys():
        raise OSError(f"website/ knows no package of {', '.join(sorted(unknown))}")
    modules = _install()
    shutil.copytree(modules / FONTS, site / "vendor" / FONTS)
    for tag, attribute, name in loaded:
        path = Path("vendor", SCRIPTS[name])
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / SCRIPTS[name], site / path)
        tag[attribute] = str(path)
        for of_hosts in ("integrity", "crossorigin", "referrerpolicy"):
            del tag[of_hosts]


def _install() -> Path:
    """Install the pinned packages with npm, unless they are there; return their folder."""
    modules, done = INSTALLED / "node_modules", INSTALLED / "done"
    pinned = "".join(path.read_text("utf-8") for path in PACKAGES)
    if done.exists() and done.read_text("utf-8") == pinned:
        return modules
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    log.info("Installing the scripts of asv's pages with npm")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    for path in PACKAGES:
        shutil.copyfile(path, INSTALLED / path.name)
    options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    ended = subprocess.run([npm, "ci", *options], cwd=INSTALLED, capture_output=True, text=True)
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["no reason given"]
        reasons = [line for line in said if line.startswith("npm error")] or said
        raise OSError(f"npm failed ({reasons[0]})")
    done.write_text(pinned, "utf-8")
    return modules
