"""The native library."""

import ctypes
from pathlib import Path


def _find_library():
    return str(next(Path(__file__).parent.glob("*synadb.*")))


_library = ctypes.CDLL(_find_library())


def append(path, line):
    if _library.syna_append(path.encode(), line.encode()):
        raise OSError(f"{path} could not be written")
