"""The session: one sitting of one machine, in which figures may be compared as they are."""

import hashlib
import os
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.harness.once import processor
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
        return _digest(BOOT.read_bytes())
    except OSError:
        return "unknown"


def _cpu() -> str:
    """Return what tells processors apart by what they can do, or are told not to."""
    return _digest((processor() + os.environ.get("GLIBC_TUNABLES", "")).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


# One of the durations in a file of results.
KEY = (
    f"<session {STARTED:%Y-%m-%dT%H:%M:%SZ} lock={lock.digest(LOCK)} boot={_boot()} "
    f"suite={SUITE.name.lower()} cpu={_cpu()}>"
)
