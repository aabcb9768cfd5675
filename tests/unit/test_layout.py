"""What fills memory before instructions are counted."""

import sys
from collections import Counter

from benchmarks.harness import layout


def test_each_draw_takes_some_more_blocks_of_each_size() -> None:
    first, second = (Counter(map(sys.getsizeof, layout.settle(draw))) for draw in (0, 1))
    assert set(first) == set(second) == set(layout.PYTHON_SIZES)
    assert {second[size] - first[size] for size in first} == {layout.BLOCKS_OF_A_DRAW}
    assert min(size * number for size, number in first.items()) > layout.BYTES_OF_GAPS * 0.99
