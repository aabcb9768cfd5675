"""The session: one sitting of one machine, in which figures may be compared as they are."""

import hashlib
import os
import time
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.harness.sizes import SUITE
from requirements import lock
from requirements.locked import LOCK

# Several commands are one session if the first one's beginning is set for all.
STARTED = os.environ.setdefault(
    "SESSION_STARTED", datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
)
BOOT = Path("/proc/sys/kernel/random/boot_id")


def seconds() -> float:
    """Return how long the session has lasted."""
    started = datetime.strptime(STARTED, "%Y-%m-%dT%H:%M:%S%z")
    return round(time.time() - started.timestamp(), 1)


def _boot() -> str:
    """Return what tells one boot of a machine from others, and no machine by its name."""
    try:
        return hashlib.sha256(BOOT.read_bytes()).hexdigest()[:8]
    except OSError:
        return "unknown"


# One of the durations in a file of results.
KEY = f"<session {STARTED} lock={lock.digest(LOCK)} boot={_boot()} suite={SUITE.name.lower()}>"
