"""``docs/`` as pages of the site, so that what the report refers to is at hand offline."""

import re
import shutil
from itertools import count
from pathlib import Path

from asv.publishing import OutputPublisher
from markdown_it import MarkdownIt
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
            markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
            tokens = markdown.parse(path.read_text("utf-8"))
            for token in tokens:
                _relink(token.children or [], path.parent, site)
            text = _scrolling(markdown.renderer.render(tokens, markdown.options, {}))
            title = path.stem.capitalize()
            pages.write(site, f"{path.stem}.html", "doc.html", title=title, text=text)


def _relink(tokens: list[Token], docs: Path, site: Path) -> None:
    """Point links and pictures to what the site has; a link to anything else becomes its text."""
    dropped = []
    for token in tokens:
        attribute = {"link_open": "href", "image": "src"}.get(token.type)
        if attribute:
            target = str(token.attrs[attribute])
            file = docs / target
            if target.startswith(("http:", "https:", "#")):
                continue
            if file.suffix == ".md" and file in pages.documents():
                token.attrs[attribute] = f"{file.stem}.html"
            elif file.parent == docs and file.is_file():
                shutil.copyfile(file, site / file.name)
            elif token.type == "link_open":
                dropped.append(token)
    for token in dropped:
        start = tokens.index(token)
        end = next(i for i in range(start, len(tokens)) if tokens[i].type == "link_close")
        del tokens[end], tokens[start]


def _scrolling(html: str) -> Markup:
    """Let wide tables and code scroll by themselves, with the keyboard, too; no header is empty."""
    number = count(1)

    def around(table: re.Match[str]) -> str:
        label = f'role="region" aria-label="Table {next(number)}" tabindex="0"'
        return f'<div class="scroll" {label}>{table[0]}</div>'

    html = html.replace("<th></th>", "<td></td>").replace("<pre>", '<pre tabindex="0">')
    return Markup(re.sub("<table>.*?</table>", around, html, flags=re.DOTALL))
