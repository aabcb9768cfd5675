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


def of_suite(curve: list[int]) -> list[int]:
    """Return the sizes of a curve that are measured: the largest takes as long as all others."""
    return curve if SUITE >= Suite.FULL else curve[:-1]


def require_size(size: int, curve: list[int]) -> None:
    """Raise NotImplementedError for a size of a curve that is not measured in this suite."""
    if size not in of_suite(curve):
        require(Suite.FULL)


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

# Absolute times: rounds and samples, as asv takes them (least, most, seconds).
SAMPLES_OF_WRITES = (2, 4, 1.0)
SAMPLES_OF_BATCHES = (2, 3, 0.5)
SAMPLES_OF_READS = (10, 20, 1.0)
SAMPLES_OF_STARTS = (2, 3, 2.0)
LATENCIES, WARM_UP_CALLS = 100, 3

# Single calls, the longest of which count; trackers take turns, some calls in each round.
CALLS, CALLS_PER_ROUND, SECONDS_BETWEEN_ROUNDS = 10_000, 500, 0.01

# A training: what a step takes and logs, and who else computes. Nine samples have a 99 % interval;
# 24 times 9 trainings, each of 6 steps that log and 6 that do not, take some three minutes, one
# of them MLflow's flush, which takes a second whatever is left to do.
STEP_SECONDS, VALUES_OF_A_STEP, NEIGHBOURS = 0.02, [5, 50], [0, 2]
STEPS_OF_A_TRAINING, TRAININGS = 6, 9

# Counts of the kernel and of valgrind: iterations of each operation.
COUNTED_ITERATIONS = 20
COUNTED_INSTRUCTIONS_OF_WRITES, COUNTED_INSTRUCTIONS_OF_READS = 4, 1

# What grows: points of a run, runs of a store, bytes of an artifact; the last with SUITE=full.
POINTS = [0, 1_000, 10_000, 100_000]
POINTS_PER_SAMPLE, SAMPLES_OF_POINTS = 5, 40
RUNS = [10, 100, 1_000, 5_000]
POINTS_OF_MANY_RUNS = 50
ROUNDS_OF_SCALE = 2
BYTES = [2**10, 2**15, 2**20, 2**24, 2**26]
LARGE_ARTIFACT = 2**24  # from here on it is logged once in a round
MOST_CALLS, SECONDS_OF_CALLS = 10, 0.2

MEMORY_POINTS, MEMORY_RUNS = 10_000, 1_000
SERVER_ITERATIONS = 4

# Many writers, of which the most are for SUITE=full, and what goes wrong.
WRITERS = [1, 2, 4, 8]
POINTS_OF_A_WRITER = 500
WRITERS_OF_A_SERVER = 4
KILLS, SECONDS_BEFORE_A_KILL = 20, 0.1
SMALL_DISK_BYTES, ROOM_BYTES = 16 * 2**20, 256 * 2**10
POINTS_TO_A_FULL_DISK = 20_000
TRACED_POINTS = 50
