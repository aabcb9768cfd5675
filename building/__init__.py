"""How a commit of SynaDB becomes what can be installed: its native library and its package."""

from .manifests import Crate, Package, find_crate, find_package
from .native import Builder, prepare

__all__ = ["Builder", "Crate", "Package", "find_crate", "find_package", "prepare"]
