"""Makes SynaDB's calls slower; this file is appended to a copy of its tracking module.

What is planted is so many turns of an empty loop. A share of what a call takes would be another one
under valgrind, where looking at the clock takes long.
"""

from itertools import repeat


def slow_down(run: type, turns: dict[str, int]) -> None:
    """Let the calls of a class take so many turns more, by name."""
    for name, number in turns.items():
        setattr(run, name, slowed(getattr(run, name), number))


def slowed(call, turns: int):
    """Return a function that does what the call does, and so many turns after it."""

    def slow(*arguments, **keywords):
        result = call(*arguments, **keywords)
        for _ in repeat(None, turns):  # which makes no numbers, so that each turn is like the last
            pass
        return result

    return slow
