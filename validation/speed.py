"""``python -m validation.speed``: how long the suite takes, and how much of it is timed work."""

from asv.results import Results

from .project import History, Project, new_history


def main() -> None:
    seconds, timed = measure(new_history())
    print(f"The standard suite takes {seconds:.0f} s for a release without building it.")
    print(f"Of that, {timed:.0f} s ({timed / seconds:.0%}) are in timed regions.")


def measure(history: History) -> tuple[float, float]:
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
    return _suite_seconds(result), by_us + _seconds_timed_by_asv(result)


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


if __name__ == "__main__":
    main()
