"""SynaDB's time next to a release of its own: the series that tells which release became slower."""

from statistics import fmean
from typing import Any

from .harness import blocks, clock, releases, sizes
from .harness.cases import Measured, Missing, Outcome, attributes, shown
from .harness.operations import OPERATIONS
from .harness.releases import REFERENCE
from .harness.stores import Medium
from .system import directories
from .trackers import load
from .trackers.kinds import SUBJECT

NEXT_TO = f"next to {load(SUBJECT).display_name} {REFERENCE}"
UNIT = "% of the reference release's time"


class _Times(Measured):
    version = "1"
    params = [list(OPERATIONS)]
    param_names = ["operation"]
    medium: Medium

    def require(self) -> None:
        with self.medium():
            releases.reference()

    def measure(self) -> dict[str, Outcome]:
        """Measure all operations in turns; return samples in percent by operation."""
        found = self.measure_each([SUBJECT], self.compare).get(SUBJECT, {})
        return dict.fromkeys(OPERATIONS, found) if isinstance(found, Missing) else found

    def compare(self, _: str) -> dict[str, Outcome]:
        both = releases.measured(), releases.reference()
        return blocks.compare(*both, self.medium, sizes.ROUNDS_OF_RELEASES)


class InMemory(_Times):
    """SynaDB's time in percent of its reference release's, in a memory file system.

    Both have the same footprint, and what slows the machine slows both, so that this moves with
    SynaDB alone. 100 is as fast; each operation is equal work.
    """

    medium = staticmethod(directories.in_memory)

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure()

    @shown(f"Time in memory {NEXT_TO}", UNIT)
    def track_time(self, found: dict, operation: str) -> dict[str, Any]:
        return clock.samples(self.found)

    @shown(f"Mean time in memory {NEXT_TO}", UNIT)
    def track_mean(self, found: dict, operation: str) -> float:
        """Return the mean of what ``track_time`` has the median of.

        A call in a hundred that waits shows in it; on disk it would be the disk's.
        """
        return round(fmean(self.found), 2)


class OnDisk(_Times):
    """The same on the file system of the checkout, syncs included: waiting shows here."""

    medium = staticmethod(directories.on_disk)

    @attributes(timeout=600)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure()

    @shown(f"Time on disk {NEXT_TO}", UNIT)
    def track_time(self, found: dict, operation: str) -> dict[str, Any]:
        return clock.samples(self.found)
