"""What asv's published site gains (an asv plugin, see ``asv.conf.json``)."""

from .asv_pages import AsvPages
from .docs import Docs
from .publishing import setup
from .report import Report
from .steps import Steps

__all__ = ["AsvPages", "Docs", "Report", "Steps", "setup"]
