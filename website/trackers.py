"""What the trackers declare about themselves, which asv keeps with one of the benchmarks."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

# The benchmark that has ``trackers``, a list of what each declares.
DECLARED_BY = "quick_start.QuickStart.track_statements"
SUBJECT, BASELINE, PLUGIN, FLOOR = "subject", "baseline", "plugin", "floor"
SERVER = "server"


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


def declared(benchmarks: Mapping[str, dict]) -> dict[str, Tracker]:
    """Return the trackers by name, in their order; none if no benchmark declares them."""
    declarations = benchmarks.get(DECLARED_BY, {}).get("trackers") or []
    known = {field.name for field in fields(Tracker)}
    return {
        about["name"]: Tracker(
            **{"display_name": about["name"]} | {k: v for k, v in about.items() if k in known}
        )
        for about in declarations
    }


def display_name(trackers: Mapping[str, Tracker], name: str) -> str:
    """Return a tracker's name as people write it, the name itself if it declares none."""
    return trackers[name].display_name if name in trackers else name


def of_kind(trackers: Mapping[str, Tracker], *kinds: str) -> list[str]:
    """Return the names of the trackers that are of some kinds."""
    return [name for name, tracker in trackers.items() if tracker.kind in kinds]
