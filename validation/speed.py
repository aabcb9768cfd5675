"""How long does the suite take for one release, and how much of that is timed work?"""

from asv.results import Results

from .project import History, Project


def measure(history: History) -> dict:
    """Run the suite once on the newest release; return its seconds, and those that were timed."""
    timed = history.path.parent / "seconds in timed regions"
    newest = history.newest()
    project = Project(history, "speed", newest, SECONDS_IN_TIMED_REGIONS=str(timed))
    if not project.measured():
        timed.unlink(missing_ok=True)
        project.measure([newest])
    (result,) = project.load()
    seconds = {"as it is": round(_suite_seconds(result), 1)}
    return {"seconds": seconds, "timed": round(added_up(timed.read_text("utf-8")), 1)}


def added_up(lines: str) -> float:
    """Return the sum of what the benchmarks noted: in each line a name, and seconds at its end."""
    return sum(float(line.split()[-1]) for line in lines.splitlines())


def _suite_seconds(result: Results) -> float:
    """Return what the benchmarks took with all their setups, without building the release."""
    return sum(seconds for name, seconds in result.duration.items() if name != "<build>")
