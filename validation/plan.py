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

    ``kinds`` are those of slowdown.py, by the operation that they slow down. The first benchmark
    says what a share is.
    """

    name: str
    benchmarks: tuple[str, ...]
    kinds: Mapping[str, str]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Trees:
    """Trees with slowdowns: each has the same share of what is planted, or the one at its place.

    Each is measured as often as ``trials`` say, and as many histories are made of that. ``part`` is
    what they are measured with when nothing is planted.
    """

    part: str
    planted: tuple[Planted, ...]
    trials: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """How often the newest release is measured, as it is and slowed down.

    ``repeats`` are as on new machines, of what is ``timed`` and what is ``counted``. ``counts`` and
    ``times`` are how often what is counted and what is timed is measured without a slowdown; all
    that is watched for changes, or what ``watched`` matches. A history has so many points
    ``before`` it and ``after`` it came. What depends on no clock is measured in so many ``lanes``
    at once. ``traps`` is whether there are any.
    """

    repeats: int
    timed: tuple[str, ...]
    counted: tuple[str, ...]
    counts: int
    times: int
    before: int
    after: int
    trees: tuple[Trees, ...]
    watched: str = ""
    lanes: int = 1
    traps: bool = True


LOGGING: Mapping[str, str] = dict.fromkeys(
    ("log parameters", "log metrics", "log artifact"), "instructions"
)
FULL = Plan(
    repeats=10,
    timed=(r"^against_(?!mlflow\.Instructions)",),
    counted=(r"^against_mlflow\.Instructions", "^instructions"),
    counts=31,
    times=31,
    before=8,
    after=2,
    trees=(
        Trees(
            "counts",
            (
                Planted(
                    "instructions", (INSTRUCTIONS,), LOGGING, (0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
                ),
            ),
            (8, 20, 2, 2, 2, 2),
        ),
        # Other operations are slowed in memory and on disk, so that each tree has both.
        Trees(
            "times",
            (
                Planted(
                    "memory",
                    (IN_MEMORY, MEAN_IN_MEMORY),
                    {"log parameters": "sleep", "log metrics": "lock"},
                    (0.02, 0.05, 0.1, 0.2),
                ),
                Planted(
                    "disk",
                    (ON_DISK,),
                    {"log artifact": "extra sync", "start and end a run": "slower sync"},
                    (0.02, 0.1, 0.05, 0.2),
                ),
            ),
            (2, 20, 2, 2),
        ),
    ),
    lanes=2,
)
QUICK = Plan(
    repeats=0,
    timed=(),
    counted=(),
    counts=2,
    times=0,
    before=2,
    after=1,
    trees=(Trees("counts", (Planted("instructions", (INSTRUCTIONS,), LOGGING, (1.0,)),), (2,)),),
    watched="instructions",
    traps=False,
)
