"""What asv's published site gains (an asv plugin, see ``asv.conf.json``)."""

from .asv_pages import AsvPages
from .docs import Docs
from .gitignore import Gitignore
from .releases import ReleasesPage
from .report import Report

__all__ = ["AsvPages", "Docs", "Gitignore", "ReleasesPage", "Report"]
