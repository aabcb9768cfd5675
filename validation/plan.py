"""How much is measured: all of it, or just enough to see that the experiments work."""

from dataclasses import dataclass

INSTRUCTIONS = r"^instructions\.Operations\.track_instructions\("


@dataclass(frozen=True)
class Plan:
    """How often the newest release is measured, and what is planted how often.

    ``benchmarks`` are those of the repeats, ``slowed_series`` those that shall show a slowdown by
    each of the ``shares``, as regular expressions. ``unslowed`` and ``slowed`` are the points in
    the history of a trial; ``speed`` is whether the duration of the whole suite is measured, too.
    """

    repeats: int
    benchmarks: tuple[str, ...]
    trials: int
    shares: tuple[float, ...]
    slowed_series: str
    unslowed: int
    slowed: int
    speed: bool = False


FULL = Plan(
    repeats=10,
    benchmarks=("^against_", "^instructions\\."),
    trials=5,
    shares=(0.01, 0.02, 0.05),
    slowed_series=INSTRUCTIONS + r"'log (parameters|metrics|artifact)', 'synadb'\)",
    unslowed=8,
    slowed=2,
    speed=True,
)
QUICK = Plan(
    repeats=2,
    benchmarks=(INSTRUCTIONS + r"'log metrics', 'synadb'\)",),
    trials=1,
    shares=(1.0,),
    slowed_series=INSTRUCTIONS + r"'log metrics', 'synadb'\)",
    unslowed=2,
    slowed=2,
)
