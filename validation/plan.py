"""How much is measured: all of it, or just enough to see that the experiments work."""

from dataclasses import dataclass

ONE = "'log metrics', 'mlflow-file'"
LOGGING = "'log (parameters|metrics|artifact)', "
IN_TIME = r"against_mlflow\.InMemory\.track_cost\("
IN_INSTRUCTIONS = r"against_mlflow\.Instructions\.track_cost\("
ABSOLUTE = r"^(artifacts|metrics|parameters|queries|runs)\..*time_"


@dataclass(frozen=True)
class Planted:
    """A slowdown by a share, and regular expressions of the series that shall show it."""

    share: float
    series: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How often the newest release is measured, and what is planted how often.

    ``unslowed`` and ``slowed`` are the points in the history of a trial; ``speed`` is whether the
    duration of the whole suite is measured, too.
    """

    repeats: int
    benchmarks: tuple[str, ...]
    trials: int
    planted: tuple[Planted, ...]
    unslowed: int
    slowed: int
    speed: bool = False


FULL = Plan(
    repeats=10,
    benchmarks=("^against_mlflow", ABSOLUTE),
    trials=10,
    planted=(
        Planted(0.03, (IN_INSTRUCTIONS + LOGGING,)),
        Planted(0.02, (IN_INSTRUCTIONS + LOGGING,)),
        Planted(0.05, (IN_INSTRUCTIONS + LOGGING,)),
        Planted(0.10, (IN_INSTRUCTIONS + LOGGING, IN_TIME + ONE)),
    ),
    unslowed=8,
    slowed=2,
    speed=True,
)
QUICK = Plan(
    repeats=2,
    benchmarks=(IN_INSTRUCTIONS + ONE,),
    trials=1,
    planted=(Planted(1.0, (IN_INSTRUCTIONS + ONE,)),),
    unslowed=4,
    slowed=2,
)
