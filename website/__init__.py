"""What asv's published site gains (an asv plugin, see ``asv.conf.json``)."""

from .publishers import Gitignore

__all__ = ["Gitignore"]
