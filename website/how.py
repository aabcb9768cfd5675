"""How benchmarks were measured: what they say of themselves, when it was, and how to repeat it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .results import Benchmark, Measured, Session

# The suite that a session measures if none is named.
STANDARD = "standard"


@dataclass(frozen=True)
class How:
    """A benchmark of the newest release; ``seconds`` is how long it took with what it sets up.

    That and the session are None where they are not known.
    """

    name: str
    about: Benchmark
    said: str
    session: Session | None
    seconds: float | None
    command: str


def build(
    measured: Measured, documented: Mapping[str, str], benchmarks: Iterable[str]
) -> Iterator[How]:
    """Yield how each of some benchmarks was measured; ``documented`` are their docstrings."""
    release = measured.releases[-1]
    for name in dict.fromkeys(benchmarks):
        session = measured.sessions.get(name, {}).get(release.commit)
        suite = f"SUITE={session.suite} " if session and session.suite != STANDARD else ""
        yield How(
            name,
            measured.benchmarks[name],
            documented.get(name, ""),
            session,
            measured.seconds.get(name),
            f'{suite}asv run --record-samples --bench "^{re.escape(name)}" {release.name}^!',
        )


def docstrings(folder: Path) -> dict[str, str]:
    """Return what benchmarks say of themselves in their source, by asv's names.

    A benchmark says it in its class or in its method; nothing is imported.
    """
    found = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                of_class = ast.get_docstring(node) or ""
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        said = [of_class, ast.get_docstring(part) or ""]
                        name = f"{path.stem}.{node.name}.{part.name}"
                        found[name] = "\n\n".join(map(_plain, filter(None, said)))
    return found


def _plain(docstring: str) -> str:
    """Return a docstring's paragraphs, each in one line and without marks of code."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", docstring.replace("``", ""))
