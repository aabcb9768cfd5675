"""Where memory lies in a process whose instructions are counted: alike in every checkout.

Imports leave gaps in memory, and where these are depends on the length of a path. By them a block
is found sooner or later. Python keeps an attribute of a type by where its name lies and by the
number of the type: two that meet there are looked up in all base classes, each time. That is up to
0.9 % of an operation, which all processes of a checkout would have alike.
"""

import ctypes
import random
import sys
from contextlib import suppress

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


def number_types(draw: int) -> None:
    """Give all types new numbers, in an order that is random and the same for the same draw."""
    types = _below(object)
    random.Random(draw).shuffle(types)
    modified = ctypes.pythonapi.PyType_Modified
    modified.argtypes, modified.restype = [ctypes.py_object], None
    modified(object)  # and all that inherit from it: they have no number then
    for one in types:
        with suppress(AttributeError):
            type.__getattribute__(one, "")  # it has one when something is looked up


def _below(base: type) -> list[type]:
    """Return what inherits from a type, each once, in the order in which it came to be."""
    found = {base: None}
    for one in (todo := [base]):
        new = [other for other in type.__subclasses__(one) if other not in found]
        found |= dict.fromkeys(new)
        todo += new
    return list(found)


def _take_and_free() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    for block in [library.malloc(size) for size in C_SIZES for _ in range(FREE_BLOCKS)]:
        library.free(block)
