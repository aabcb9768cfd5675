"""How much is measured: all of it, or just enough to see that the experiments work."""

from collections.abc import Mapping
from dataclasses import dataclass

INSTRUCTIONS = "instructions.Operations.track_instructions"
IN_MEMORY = "against_release.InMemory.track_time"
# Of the same samples: a wait that is not in every call is in their mean.
MEAN_IN_MEMORY = "against_release.InMemory.track_mean"
ON_DISK = "against_release.OnDisk.track_time"


@dataclass(frozen=True)
class Planted:
    """What shall be found in one of some benchmarks: slowdowns of each share.

    ``kinds`` are those of slowdown.py, by the operation that they slow down; ``shares`` have how
    often each is measured, and as many histories are made of that. The first benchmark says what a
    share is.
    """

    name: str
    benchmarks: tuple[str, ...]
    kinds: Mapping[str, str]
    shares: dict[float, int]

    @property
    def pool(self) -> str:
        """What it is measured like when nothing is planted: counts depend on no clock."""
        return "counts" if INSTRUCTIONS in self.benchmarks else "times"


@dataclass(frozen=True)
class Plan:
    """How often the newest release is measured, as it is and slowed down.

    ``repeats`` are as on new machines, of ``repeated``. ``counts`` and ``times`` are how often what
    is counted and what is timed is measured without a slowdown; all that is watched for changes, or
    what ``watched`` matches. A history has so many points ``before`` it and ``after`` it came.
    What depends on no clock is measured in so many ``lanes`` at once. ``traps`` is whether there
    are any.
    """

    repeats: int
    repeated: tuple[str, ...]
    counts: int
    times: int
    before: int
    after: int
    planted: tuple[Planted, ...]
    watched: str = ""
    lanes: int = 1
    traps: bool = True


LOGGING: Mapping[str, str] = dict.fromkeys(
    ("log parameters", "log metrics", "log artifact"), "instructions"
)
FULL = Plan(
    repeats=10,
    repeated=("^against_", "^instructions"),
    counts=31,
    times=31,
    before=8,
    after=2,
    planted=(
        Planted(
            "instructions",
            (INSTRUCTIONS,),
            LOGGING,
            {0.005: 8, 0.01: 20, 0.02: 3, 0.03: 3, 0.05: 3, 0.1: 3},
        ),
        Planted(
            "memory",
            (IN_MEMORY, MEAN_IN_MEMORY),
            {"log parameters": "sleep", "log metrics": "lock"},
            {0.02: 3, 0.05: 20, 0.1: 3, 0.2: 3},
        ),
        Planted(
            "disk",
            (ON_DISK,),
            {"log artifact": "extra sync", "start and end a run": "slower sync"},
            {0.02: 3, 0.05: 3, 0.1: 20, 0.2: 3},
        ),
    ),
    lanes=2,
)
QUICK = Plan(
    repeats=0,
    repeated=(),
    counts=2,
    times=0,
    before=2,
    after=1,
    planted=(Planted("instructions", (INSTRUCTIONS,), LOGGING, {1.0: 2}),),
    watched="instructions",
    traps=False,
)
