"""How much is measured: ``SUITE`` in the environment is ``quick``, ``standard`` or ``full``.

A size that changes what a figure means is the same in all suites: what takes too long for one of
them is skipped there. Only how often something is sampled differs.
"""

import os
import sys
from enum import IntEnum


class Suite(IntEnum):
    """The suites; each measures what the one before it does, and more."""

    QUICK = 0  # the notebook's operations, costs, storage, start-up, footprint and features
    STANDARD = 1  # everything that takes seconds
    FULL = 2  # what takes minutes, too


def _chosen() -> Suite:
    name = os.environ.get("SUITE", Suite.STANDARD.name).upper()
    if name not in Suite.__members__:
        sys.exit(f"SUITE={name.lower()} is unknown: set it to quick, standard or full")
    return Suite[name]


SUITE = _chosen()


def require(least: Suite) -> None:
    """Raise NotImplementedError, which makes asv skip a benchmark, in a smaller suite."""
    if least > SUITE:
        raise NotImplementedError(f"measured with SUITE={least.name.lower()}")


# Operations: parameters or metric points in an iteration; five points are an epoch.
VALUES_PER_ITERATION = 5

# Samples of two trackers that take turns.
PAIRS_PER_SAMPLE = 4
SECONDS_PER_ROUND = 0.5
MIN_SAMPLES = 5  # in a round: with less than 9 in all there is no 99 % interval
ROUNDS = 2
IDLE_SYNCS = 50  # before them, and after them
PRECISION = 0.01  # of the interval, at which the second half of the rounds is left out
# Where SynaDB takes a few percent of MLflow's time, it does an operation so often in an iteration.
NUMBERS = {"log parameters": 4, "log metrics": 4, "start and end a run": 4}

# Two releases that take turns: rounds, what an operation has of a turn, and the iterations of a
# block. A store has more blocks than the four that are cold, and a run is not longer than it holds.
ROUNDS_OF_RELEASES = 3
SECONDS_PER_TURN = 0.3
ITERATIONS_OF_BLOCK = {"log parameters": 4, "log metrics": 4, "start and end a run": 4}

# Values that a step of a training has: few, or one of each layer.
VALUES_OF_A_STEP = [5, 50]

# Absolute times: rounds and samples, as asv takes them (least, most, seconds).
SAMPLES_OF_WRITES = (2, 4, 1.0)
SAMPLES_OF_BATCHES = (2, 3, 0.5)
SAMPLES_OF_READS = (10, 20, 1.0)
SAMPLES_OF_STARTS = (2, 3, 2.0)
LATENCIES, WARM_UP_CALLS, SECONDS_TO_WARM_UP = 100, 3, 0.2

# Single calls, the longest of which count; trackers take turns, some calls in each round.
CALLS, CALLS_PER_ROUND, SECONDS_BETWEEN_ROUNDS = 10_000, 500, 0.01

# A training: what a step takes and logs, and who else computes. Nine samples have a 99 % interval;
# 24 times 9 trainings, each of 6 steps that log and 6 that do not, take some three minutes, one
# of them MLflow's flush, which takes a second whatever is left to do.
STEP_SECONDS, NEIGHBOURS = 0.02, [0, 2]
STEPS_OF_A_TRAINING, TRAININGS = 6, 9

# Counts of the kernel and of valgrind: iterations of each operation.
COUNTED_ITERATIONS = 20
COUNTED_INSTRUCTIONS_OF_WRITES, COUNTED_INSTRUCTIONS_OF_READS = 4, 1

# What grows: points of a run, runs of a store, bytes of an artifact.
POINTS = [0, 1_000, 10_000, 100_000]
POINTS_PER_SAMPLE, SAMPLES_OF_POINTS = 5, 40
# In how many rounds stores of so many runs are read: at least nine where SynaDB and a baseline
# change places, for a 99 % interval, and as few as can be where one takes minutes.
RUNS = {10: 9, 20: 12, 30: 12, 50: 12, 100: 12, 200: 12, 500: 3, 1_000: 3, 5_000: 1}
POINTS_OF_MANY_RUNS = 50
RUNS_OF_POINTS, POINTS_OF_RUNS = 100, {50: 9, 500: 9, 5_000: 3}  # and rounds by their points
BYTES = [2**10, 2**15, 2**17, 2**18, 2**20, 2**24, 2**26]
ROUNDS_OF_ARTIFACTS, ARTIFACTS_PER_ROUND = 3, 4
LARGE_ARTIFACT = 2**24  # from here on one in a round

# One long metric, which is read in new processes, and how often each tracker has its turn.
POINTS_OF_A_LONG_METRIC, ROUNDS_OF_LONG_METRICS = 200_000, 5
# Syncs at a price, in milliseconds, each of which comes first in one round; iterations of an
# operation at a price, of which the first warms up: a run has no more of them.
SYNC_PRICES = [0, 0.1, 1, 5, 10]
ITERATIONS_AT_A_PRICE = 4

MEMORY_POINTS, MEMORY_RUNS = 10_000, 1_000

# Servers started anew for a tracker; on each one iterations of every operation, and calls by
# themselves with so many seconds between them.
SERVER_DRAWS, SERVER_ITERATIONS = 3, 4
SERVER_CALLS, SERVER_PAUSES = 20, [0, 0.1]

# Many writers, of which the most are for SUITE=full, and what goes wrong.
WRITERS = [2, 4, 8]
POINTS_OF_A_WRITER = 500
WRITERS_OF_A_LAYOUT = 4
# What SynaDB's writers leave is chance; of a baseline's nothing varies.
DRAWS, DRAWS_OF_A_BASELINE = 10, 10 if SUITE >= Suite.FULL else 2
WRITERS_OF_A_SERVER = 4
POINTS_BESIDE_READERS = 100
POINTS_BEFORE_A_CRASH = 100  # and as many after it
# Kills before so many of the writes of a point that comes after so many others, in experiments
# whose names have so many letters; and kills at random.
KILLS_OF_A_POINT, LATE_POINT, LETTERS = 6, 20, range(2, 10)
KILLS, SECONDS_BEFORE_A_KILL = 20, 0.1
SMALL_DISK_BYTES, ROOM_BYTES = 16 * 2**20, 256 * 2**10
POINTS_TO_A_FULL_DISK = 20_000
TRACED_POINTS = 50
