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


def rounds_of(runs: int) -> int:
    """Return how often a store of so many runs is read: often near the crossovers, or once.

    SynaDB and MLflow change places between 20 and 200 runs.
    """
    return ROUNDS_NEAR_CROSSOVERS if runs <= RUNS_NEAR_CROSSOVERS else 1


def prices() -> list[int]:
    """Return the prices of a sync that are measured."""
    more = SYNC_PRICES_OF_FULL if SUITE < Suite.FULL else []
    return [price for price in SYNC_PRICES if price not in more]


def require_price(price: int) -> None:
    """Raise NotImplementedError for a price of a sync that is not measured in this suite."""
    if price not in prices():
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
ROUNDS_OF_RELEASES = 2
SECONDS_PER_TURN = 0.3
ITERATIONS_OF_BLOCK = {"log parameters": 4, "log metrics": 4, "start and end a run": 4}

# Absolute times: rounds and samples, as asv takes them (least, most, seconds).
SAMPLES_OF_WRITES = (2, 4, 1.0)
# Those of a run's steps by the values of a step: the workload's five, and those of its ten runs.
SAMPLES_OF_STEPS = {5: (2, 3, 0.5), 50: (1, 2, 0.5)}
SAMPLES_OF_READS = (10, 20, 1.0)
SAMPLES_OF_STARTS = (2, 3, 2.0)
LATENCIES, WARM_UP_CALLS = 100, 3
FIRST_RUNS = 3  # of a process, so each in a new one

# Single calls, the longest of which count; trackers take turns, some calls in each round.
CALLS, CALLS_PER_ROUND, SECONDS_BETWEEN_ROUNDS = 10_000, 500, 0.01

# A training loop: seconds of a step and the side of the matrices in it, values that a step logs,
# processes that compute beside it, steps of a block, and rounds (with less than 9 there is no 99 %
# interval).
SECONDS_PER_STEP, SIDE_OF_MATRICES = 0.02, 128
VALUES_PER_STEP = [5, 50]
NEIGHBOURS = [0, 2]
STEPS_PER_BLOCK, ROUNDS_OF_TRAINING = 4, 9

# Counts of the kernel and of valgrind: iterations of each operation.
COUNTED_ITERATIONS = 20
COUNTED_INSTRUCTIONS_OF_WRITES, COUNTED_INSTRUCTIONS_OF_READS = 4, 1

# Prices of a sync in microseconds, some of them with SUITE=full, and how often a call is timed.
SYNC_PRICES = [0, 100, 1_000, 5_000, 10_000]
SYNC_PRICES_OF_FULL = [100, 5_000]
LEAST_CALLS_AT_A_PRICE, MOST_CALLS_AT_A_PRICE, SECONDS_AT_A_PRICE = 3, 20, 0.15

# What grows: points of a run, runs of a store, bytes of an artifact; the last with SUITE=full.
POINTS = [0, 1_000, 10_000, 100_000]
POINTS_PER_SAMPLE, SAMPLES_OF_POINTS = 5, 40
POINTS_OF_A_METRIC = [20_000, 200_000]
BYTES_PER_POINT = 1_000  # in memory, while a store is built
RUNS = [10, 20, 30, 50, 100, 200, 500, 1_000, 5_000]
ROUNDS_NEAR_CROSSOVERS, RUNS_NEAR_CROSSOVERS = 3, 200
RUNS_OPENED_FIRST = [10, 100, 1_000, 5_000]
POINTS_OF_MANY_RUNS = 50
ROUNDS_OF_SCALE = 2
BYTES = [2**10, 2**15, 2**20, 2**24, 2**26]
LARGE_ARTIFACT = 2**24  # from here on it is logged once in a round
MOST_CALLS, SECONDS_OF_CALLS = 10, 0.2

MEMORY_POINTS, MEMORY_RUNS = 10_000, 1_000
SERVER_ITERATIONS = 4
SERVER_CALLS_APART, SECONDS_APART = 3, 0.1

# Many writers, of which the most are for SUITE=full, and what goes wrong.
WRITERS = [2, 4, 8]
POINTS_OF_A_WRITER = 500
# What is lost goes from nothing to all. Of ten draws asv's 99 % interval is the least and the most.
DRAWS = 10
SECONDS_OF_DRAWS = 5.0 if SUITE >= Suite.FULL else 2.0  # of a baseline, which loses nothing
WRITERS_OF_A_SERVER = 4
POINTS_BEFORE_A_KILL, WRITES_OF_A_POINT = 50, 6
READS_BESIDE_A_WRITER, POINTS_BETWEEN_READS = 10, 50
KILLS, SECONDS_BEFORE_A_KILL = 20, 0.1
SMALL_DISK_BYTES, ROOM_BYTES = 16 * 2**20, 256 * 2**10
POINTS_TO_A_FULL_DISK = 20_000
TRACED_POINTS = 50
