"""What the trackers declare about themselves, in the code that asv keeps of one benchmark."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# The benchmark whose ``code`` is a table of TOML for each tracker.
DECLARED_BY = "quick_start.QuickStart.track_statements"
SUBJECT, BASELINE, PLUGIN = "subject", "baseline", "plugin"


@dataclass(frozen=True)
class Tracker:
    """A tracker as it declares itself; what it does not say is empty.

    ``package`` is the distribution that brings it, ``durability`` what is on the disk when a call
    has returned, ``quick_start`` the least code that logs a metric.
    """

    display_name: str
    package: str = ""
    kind: str = ""
    durability: str = ""
    quick_start: str = ""


def declared(code: str) -> dict[str, Tracker]:
    """Return the trackers by name, in their order; none if the code declares nothing.

    asv puts the line of a class in front of the code, and indents it.
    """
    try:
        tables = tomllib.loads(dedent(code.partition("\n")[2]))
    except tomllib.TOMLDecodeError:
        return {}
    return {name: _tracker(name, table) for name, table in tables.items() if type(table) is dict}


def _tracker(name: str, table: dict) -> Tracker:
    fields = ("package", "kind", "durability", "quick_start")
    said = {field: str(table.get(field, "")) for field in fields}
    return Tracker(str(table.get("display_name", name)), **said)


def display_name(trackers: Mapping[str, Tracker], name: str) -> str:
    """Return a tracker's name as people write it, the name itself if it declares none."""
    return trackers[name].display_name if name in trackers else name


def of_kind(trackers: Mapping[str, Tracker], *kinds: str) -> list[str]:
    """Return the names of the trackers that are of some kinds."""
    return [name for name, tracker in trackers.items() if tracker.kind in kinds]
