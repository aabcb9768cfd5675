"""SynaDB's releases as the git history that asv walks (an asv plugin, see ``asv.conf.json``)."""

from .repository import Releases

__all__ = ["Releases"]
