"""What asv's published site gains (an asv plugin, see ``asv.conf.json``)."""

from .gitignore import Gitignore
from .releases import ReleasesPage

__all__ = ["Gitignore", "ReleasesPage"]
