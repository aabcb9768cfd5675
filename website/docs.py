"""``docs/`` as pages of the site, so that what the report refers to is at hand offline."""

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from asv.publishing import OutputPublisher
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from markupsafe import Markup

from . import pages


class Docs(OutputPublisher):
    """Write ``docs/<name>.md`` as ``<name>.html``, and copy the files that it shows or links."""

    name = "docs"

    @classmethod
    def publish(cls, conf, repo, benchmarks, graphs, revisions) -> None:
        site = Path(conf.html_dir)
        for path in pages.documents():
            text = render(path.read_text("utf-8"), path.parent, site)
            title = path.stem.capitalize()
            pages.write(site, f"{path.stem}.html", "doc.html", title=title, text=text)


def render(text: str, docs: Path, site: Path) -> Markup:
    """Return Markdown as HTML; the files of the folder ``docs`` that it needs go to the site.

    Headings have ids, as on GitHub. Wide tables and code scroll by themselves, with the keyboard,
    too.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in RULES.items():
        markdown.add_render_rule(name, rule)
    tokens = markdown.parse(text)
    _name_headings(tokens)
    for token in tokens:
        _relink(token.children or [], docs, site)
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))


def _open_table(renderer, tokens: Sequence[Token], index: int, options, env: dict) -> str:
    env["tables"] = env.get("tables", 0) + 1
    number = env["tables"]
    return (
        f'<div class="scroll" role="region" aria-label="Table {number}" tabindex="0">'
        f'<table id="table-{number}">\n'
    )


def _close_table(renderer, tokens: Sequence[Token], index: int, options, env: dict) -> str:
    return "</table></div>\n"


def _header(renderer, tokens: Sequence[Token], index: int, options, env: dict) -> str:
    """A cell of a table's head: without a text it is no header."""
    token = tokens[index]
    content = tokens[index + 1] if token.nesting > 0 else tokens[index - 1]
    token.tag = "th" if content.content else "td"
    return renderer.renderToken(tokens, index, options, env)


def _code(renderer, tokens: Sequence[Token], index: int, options, env: dict) -> str:
    return f'<pre tabindex="0"><code>{escapeHtml(tokens[index].content)}</code></pre>\n'


RULES = {
    "table_open": _open_table,
    "table_close": _close_table,
    "th_open": _header,
    "th_close": _header,
    "fence": _code,
    "code_block": _code,
}


def _name_headings(tokens: list[Token]) -> None:
    """Give each heading an id; the second of the same name gets a number, too."""
    seen: Counter[str] = Counter()
    for heading, content in pairwise(tokens):
        if heading.type == "heading_open":
            name = re.sub(r"[^\w -]", "", content.content.lower()).replace(" ", "-")
            heading.attrSet("id", f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1


def _relink(tokens: list[Token], docs: Path, site: Path) -> None:
    """Point links and pictures to what the site has; a link to anything else becomes its text."""
    dropped = []
    for token in tokens:
        attribute = {"link_open": "href", "image": "src"}.get(token.type)
        if attribute:
            target, mark, heading = str(token.attrs[attribute]).partition("#")
            file = docs / target
            if not target or target.startswith(("http:", "https:")):
                continue
            if file.suffix == ".md" and file in pages.documents():
                token.attrs[attribute] = f"{file.stem}.html{mark}{heading}"
            elif file.parent == docs and file.is_file():
                shutil.copyfile(file, site / file.name)
            elif token.type == "link_open":
                dropped.append(token)
    for token in dropped:
        start = tokens.index(token)
        end = next(i for i in range(start, len(tokens)) if tokens[i].type == "link_close")
        del tokens[end], tokens[start]
