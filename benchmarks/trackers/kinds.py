"""Which trackers are what, since not every benchmark is for all.

This imports the file of every tracker, though not its system.
"""

from . import TRACKERS, Kind, load


def of_kind(*kinds: Kind) -> list[str]:
    """Return the names of the trackers of some kinds, in the order of the registry."""
    return [name for name in TRACKERS if load(name).kind in kinds]


(SUBJECT,) = of_kind(Kind.SUBJECT)
BASELINES = of_kind(Kind.BASELINE)
SYSTEMS = of_kind(Kind.SUBJECT, Kind.BASELINE)
SEARCHABLE = of_kind(Kind.SUBJECT, Kind.BASELINE, Kind.LIBRARY)
EMBEDDED = of_kind(Kind.SUBJECT, Kind.BASELINE, Kind.LIBRARY, Kind.FLOOR)
# A variant differs in what it writes alone: those whose logging is measured.
STORING_SYSTEMS = of_kind(Kind.SUBJECT, Kind.VARIANT, Kind.BASELINE)
STORING = of_kind(Kind.SUBJECT, Kind.VARIANT, Kind.BASELINE, Kind.LIBRARY, Kind.FLOOR)
SERVERS = of_kind(Kind.SERVER)
PLUGINS = of_kind(Kind.PLUGIN)
PACKAGES = list(dict.fromkeys(load(name).package for name in SYSTEMS if load(name).package))


def of_package(package: str) -> str:
    """Return the first system that a package brings."""
    return next(name for name in SYSTEMS if load(name).package == package)
