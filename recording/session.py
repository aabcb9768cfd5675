"""The session: one sitting of one machine, in which figures may be compared as they are."""

import hashlib
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.harness.sizes import SUITE
from requirements import lock
from requirements.locked import LOCK

STARTED = datetime.now(timezone.utc)
BOOT = Path("/proc/sys/kernel/random/boot_id")


def seconds() -> float:
    """Return how long the session has lasted."""
    return round((datetime.now(timezone.utc) - STARTED).total_seconds(), 1)


def _boot() -> str:
    """Return what tells one boot of a machine from others, and no machine by its name."""
    try:
        return hashlib.sha256(BOOT.read_bytes()).hexdigest()[:8]
    except OSError:
        return "unknown"


# One of the durations in a file of results.
KEY = (
    f"<session {STARTED:%Y-%m-%dT%H:%M:%SZ} lock={lock.digest(LOCK)} boot={_boot()} "
    f"suite={SUITE.name.lower()}>"
)
