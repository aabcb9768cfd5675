"""Makes SynaDB's logging calls slower; this file is appended to a copy of its tracking module.

The wait does not look at the clock, since valgrind makes looking at it long.
"""

from time import perf_counter


def slow_down(run: type, share: float) -> None:
    """Let each logging call of a class take its own time and a share of it more."""
    spin = seconds_of_a_spin()
    for name in ("log_param", "log_metric", "log_artifact"):
        setattr(run, name, slowed(getattr(run, name), share, spin))


def slowed(call, share: float, spin: float):
    """Return a function that does what the call does, and then waits in spins of these seconds."""

    def slow(*arguments, **keywords):
        start = perf_counter()
        result = call(*arguments, **keywords)
        for _ in range(round(share * (perf_counter() - start) / spin)):
            pass
        return result

    return slow


def seconds_of_a_spin() -> float:
    """Return how long an empty loop takes for a round, at its fastest."""
    fastest, spins = float("inf"), 10_000
    for _ in range(20):
        start = perf_counter()
        for _ in range(spins):
            pass
        fastest = min(fastest, perf_counter() - start)
    return fastest / spins
