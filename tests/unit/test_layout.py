"""Where memory lies, and which numbers types have, before instructions are counted."""

import sys
from collections import Counter
from importlib import import_module

import pytest

from benchmarks.harness import layout
from benchmarks.system.processes import run_in_fork

_testcapi = import_module("_testcapi")  # CPython's own, of which pyright knows nothing


def test_each_draw_takes_some_more_blocks_of_each_size() -> None:
    first, second = (Counter(map(sys.getsizeof, layout.settle(draw))) for draw in (0, 1))
    assert set(first) == set(second) == set(layout.PYTHON_SIZES)
    assert {second[size] - first[size] for size in first} == {layout.BLOCKS_OF_A_DRAW}
    assert min(size * number for size, number in first.items()) > layout.BYTES_OF_GAPS * 0.99


class Base:
    """Something to look up attributes of."""

    found = 1


class Derived(Base):
    """Has a number if its base has one."""


def _distance(draw: int) -> int:
    """Return how far apart the numbers of a type of ours and of Python's lie after a draw."""
    layout.number_types(draw)
    assert Derived().found == Derived.found == 1
    numbers = [_testcapi.type_get_version(one) for one in (Base, Derived, OSError)]
    assert len({0, *numbers}) == 4
    return numbers[2] - numbers[1]


@pytest.mark.skipif(not hasattr(_testcapi, "type_get_version"), reason="needs Python 3.11")
def test_each_draw_numbers_types_in_another_order() -> None:
    distances = [run_in_fork(_distance, draw) for draw in (0, 0, 1, 2)]
    assert distances[0] == distances[1]
    assert len(set(distances)) == 3
