"""A tracker as small as one can be, with a native library, for tests of building commits."""

from . import wrapper
from .experiment import Experiment, Run, RunStatus

__version__ = "1.5.0"
__all__ = ["Experiment", "Run", "RunStatus", "wrapper"]
