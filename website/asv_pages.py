"""What asv's own pages gain: scripts that come with the site, and the way to the report."""

import re
import shutil
import subprocess
from pathlib import Path

from asv.console import log
from asv.publishing import OutputPublisher

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
REMOTE = re.compile(r'<(script|link)[^>]*(src|href)="https?://[^"]*/([^"/]+)"[^>]*>')
# asv's grid has an address of its own, so the bare page can lead to the report; then the rest of
# the page is plain text, so that nothing of it is loaded. Without scripts asv has nothing to show.
LANDING = """<script>
      if (!location.hash) { location.replace("report.html"); document.write("<plaintext hidden>"); }
    </script>
    <noscript><meta http-equiv="refresh" content="0; url=report.html"></noscript>"""
FIRST_LINK = '<li id="nav-li-"'
LINKS = '<li><a href="report.html">Report</a></li>\n\t'


class AsvPages(OutputPublisher):
    """Make asv's pages work without a network, and link the report first."""

    name = "asv_pages"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        site = Path(conf.html_dir)
        index = site / "index.html"
        page = index.read_text("utf-8")
        try:
            page = _with_local_scripts(page, site)
        except OSError as error:
            log.warning(f"asv's pages will load their scripts from public hosts: {error}")
        page = page.replace("<head>", f"<head>\n    {LANDING}", 1)
        page = page.replace(FIRST_LINK, LINKS + FIRST_LINK, 1)
        index.write_text(page, "utf-8")


def _with_local_scripts(page: str, site: Path) -> str:
    """Return the page with its scripts and styles from ``vendor/``, where they are copied.

    Raises OSError, which says why, if they cannot be installed.
    """
    if unknown := {tag[3] for tag in REMOTE.finditer(page)} - SCRIPTS.keys():
        raise OSError(f"website/ knows no package of {', '.join(sorted(unknown))}")
    modules = _install()

    def local(tag: re.Match[str]) -> str:
        kind, attribute, name = tag.groups()
        path = Path("vendor", SCRIPTS[name])
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / SCRIPTS[name], site / path)
        return f'<{kind} {attribute}="{path}"{" rel=stylesheet" if kind == "link" else ""}>'

    page = REMOTE.sub(local, page)
    shutil.copytree(modules / FONTS, site / "vendor" / FONTS)
    return page


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
