"""``python -m history``: refresh the pins and list the releases."""

import sys

from asv.console import log
from asv.util import UserError

from . import pins
from .git import find_git
from .releases import PATH, build, refresh


def main() -> int:
    """Print version, date and commit of every release; return the exit status."""
    log.enable()
    try:
        git = find_git()
        refresh(PATH, git)
        build(PATH, git)
    except UserError as error:
        log.error(str(error))
        return 1
    finally:
        log.flush()
    for release in pins.load():
        print(f"{release.version:<10}{release.uploaded[:10]}  {release.commit}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
