"""``releases.json``: which file every release is, and which commit it becomes."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from asv.util import UserError

PINS = Path(__file__).with_name("releases.json")


@dataclass(frozen=True)
class Release:
    """One SynaDB version and the source distribution it was published as.

    ``uploaded`` is ISO 8601 in UTC; ``sha256`` is that of the file; ``commit`` is the hash of the
    commit that the history holds for it, empty until it is known.
    """

    version: str
    uploaded: str
    filename: str
    sha256: str
    commit: str = ""

    @property
    def timestamp(self) -> int:
        """Seconds since the epoch at which the file was uploaded."""
        return int(datetime.fromisoformat(self.uploaded).timestamp())

    @property
    def tag(self) -> str:
        return f"v{self.version}"


def load() -> list[Release]:
    """Read the pinned releases in the order of their commits."""
    try:
        return [Release(**pin) for pin in json.loads(PINS.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{PINS} cannot be read ({error}): restore it with git checkout") from error


def save(releases: list[Release]) -> None:
    """Write the pins in one step, so that a reader sees the old file or the new one."""
    aside = PINS.with_suffix(".json.new")
    try:
        aside.write_text(json.dumps([asdict(r) for r in releases], indent=2) + "\n", "utf-8")
        os.replace(aside, PINS)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UserError(
            f"{PINS} could not be written ({error.strerror}): check its space and permissions "
            "and run this again"
        ) from error
