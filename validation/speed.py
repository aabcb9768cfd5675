"""How long does the suite take for one release, and how much of that is timed work?"""

from asv.results import Results

from .project import History, Project


def measure(history: History) -> dict:
    """Run the suite once on the newest release; return its seconds, and those that were timed."""
    timed = history.path.parent / "seconds in timed regions"
    newest = history.newest()
    noting = {"SECONDS_IN_TIMED_REGIONS": str(timed)}
    project = Project(history, "speed", newest, environment=noting)
    if not project.files():
        timed.unlink(missing_ok=True)
        project.measure([newest])
    (result,) = project.load()
    by_us = added_up(timed.read_text("utf-8"))
    return {
        "seconds": {"as it is": round(_suite_seconds(result), 1)},
        "timed": round(by_us + _seconds_timed_by_asv(result), 1),
    }


def added_up(lines: str) -> float:
    """Return the sum of what the harness noted: seconds at the end of each line."""
    return sum(float(line.split()[-1]) for line in lines.splitlines())


def _suite_seconds(result: Results) -> float:
    """Return what the benchmarks took with all their setups, without building the release."""
    others = "<build>", "<session"
    return sum(took for name, took in result.duration.items() if not name.startswith(others))


def _seconds_timed_by_asv(result: Results) -> float:
    """Return what all samples of the ``time`` benchmarks took."""
    total = 0.0
    for name in result.get_all_result_keys():
        if ".time" in name:
            params = result.get_result_params(name)
            samples = result.get_result_samples(name, params)
            stats = result.get_result_stats(name, params)
            for taken, stat in zip(samples, stats, strict=True):
                total += sum(taken or []) * (stat or {}).get("number", 1)
    return total
