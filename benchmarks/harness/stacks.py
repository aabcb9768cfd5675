"""Call paths with what each executed, out of a dump that callgrind has written with its callers.

Format: https://valgrind.org/docs/manual/cl-format.html
"""

import re
from collections import Counter
from pathlib import Path

# A function, or one that is called: its number, and its name where it is first met. With callers
# apart, the name is that of the function, its caller, the caller's caller; a number after one tells
# how often it is in there, since it calls itself.
NAME = re.compile(r"(c?)fn=\((\d+)\)(?: (.*))?")
CALLER = "'"
TOTAL = "totals: "
# Instructions by call path, callers first, in the form that flame graphs are drawn from.
Stacks = dict[str, int]
FRAME = ";"


def read(dump: Path) -> tuple[int, Stacks]:
    """Return what a dump counts in all, and by call path."""
    total, names, stacks = 0, {}, Counter()
    function, called = "", False
    with dump.open() as lines:
        for line in lines:
            if match := NAME.match(line):
                is_callee, number, name = match.groups()
                if name:
                    frames = name.rstrip().split(CALLER)
                    names[number] = FRAME.join(f for f in reversed(frames) if not f.isdigit())
                if not is_callee:
                    function = number
            elif line.startswith("calls="):
                called = True  # the next line has what the callee took, which has lines of its own
            elif function and line[0] in "0123456789+-*":
                _, *cost = line.split()
                if cost and not called:
                    stacks[function] += int(cost[0])
                called = False
            elif line.startswith(TOTAL):
                total = int(line.removeprefix(TOTAL))
    merged = Counter()
    for number, cost in stacks.items():
        merged[names[number]] += cost
    return total, dict(merged)


def pruned(stacks: Stacks, least: float) -> Stacks:
    """Return the paths without those of less than a share of all: what they have is their callers'.

    So the sum stays the same.
    """
    within = Counter()
    for path, cost in stacks.items():
        for caller in _callers(path):
            within[caller] += cost
    enough, kept = least * sum(stacks.values()), Counter()
    for path, cost in stacks.items():
        callers = _callers(path)
        kept[next((caller for caller in callers if within[caller] >= enough), callers[-1])] += cost
    return dict(kept)


def _callers(path: str) -> list[str]:
    """Return a path, that of its caller, and so on."""
    frames = path.split(FRAME)
    return [FRAME.join(frames[:end]) for end in range(len(frames), 0, -1)]
