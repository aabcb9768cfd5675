"""What is installed where: locks, and the environment that asv measures in (an asv plugin)."""

from .locked import Locked

__all__ = ["Locked"]
