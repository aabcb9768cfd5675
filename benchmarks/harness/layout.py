"""Where memory lies in a process whose instructions are counted: alike in every checkout.

Imports leave gaps in memory, and where these are depends on the length of a path. By them a block
is found sooner or later, and names meet in Python's cache of methods or do not: some tenths of a
percent of an operation, which all processes of a checkout would have alike.
"""

import ctypes
import sys

# The sizes in bytes that Python and the C library keep apart.
PYTHON_SIZES, C_SIZES = range(48, 513, 16), range(24, 1033, 16)
BYTES_OF_GAPS = 2**17  # of each of Python's sizes
FREE_BLOCKS = 500  # of each of the C library's, which operations take and give back
BLOCKS_OF_A_DRAW = 7


def settle(draw: int) -> list[bytes]:
    """Fill Python's gaps, and have the C library keep free blocks of each size at hand.

    Returns what fills the gaps, to be kept. It is a little more in each draw, so that what comes
    next lies elsewhere: the median of draws has no luck with it.
    """
    _take_and_free()
    return [
        bytes(size - sys.getsizeof(b""))
        for size in PYTHON_SIZES
        for _ in range(BYTES_OF_GAPS // size + BLOCKS_OF_A_DRAW * draw)
    ]


def _take_and_free() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    for block in [library.malloc(size) for size in C_SIZES for _ in range(FREE_BLOCKS)]:
        library.free(block)
