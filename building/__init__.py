"""How a commit of SynaDB becomes what can be installed: its native library and its package."""

from .native import prepare

__all__ = ["prepare"]
