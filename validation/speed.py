"""How long does the suite take for one release, and how much of that is timed work?"""

import shutil
from dataclasses import dataclass, field

from asv.results import Results

from .project import ROOT, History, Project

# Appended to a module of the benchmarks: adds up how long the turns of all pairs take.
STOPWATCH = """

def _watched(turn):
    def watched(side, number):
        start = perf_counter()
        turn(side, number)
        side.seconds = getattr(side, "seconds", 0.0) + perf_counter() - start

    return watched


def _noted(close):
    def noted(side):
        with open({file!r}, "a") as file:
            file.write(f"{{side.__dict__.pop('seconds', 0.0)}}\\n")
        close(side)

    return noted


Side.turn, Side.close = _watched(Side.turn), _noted(Side.close)
"""
NO_TEMPLATE = "\n\nMlflowSqlite.prepare = lambda self, directory: None\n"


@dataclass(frozen=True)
class Variant:
    """The suite with another way to start processes, or with code appended to its modules."""

    name: str
    launch_method: str = "forkserver"
    appended: dict[str, str] = field(default_factory=dict)


VARIANTS = [
    Variant("as it is"),
    Variant("`spawn`, not `forkserver`", launch_method="spawn"),
    Variant("no copied schema", appended={"trackers/mlflow_sqlite.py": NO_TEMPLATE}),
]


def measure(history: History) -> dict:
    """Run each variant once on the newest release, side by side; return their seconds."""
    seconds, timed = {}, 0.0
    for number, variant in enumerate(VARIANTS):
        project = Project(
            history,
            f"speed-{number}",
            history.newest(),
            benchmark_dir="benchmarks",
            launch_method=variant.launch_method,
        )
        watch = project.directory / "seconds in turns"
        if not project.measured():
            watch.unlink(missing_ok=True)
            stopwatch = {"pairs.py": STOPWATCH.format(file=str(watch))}
            _copy_benchmarks(project, stopwatch | variant.appended)
            project.measure([history.newest()])
        (result,) = project.load()
        seconds[variant.name] = round(_suite_seconds(result), 1)
        if number == 0:
            in_turns = sum(map(float, watch.read_text().splitlines()))
            timed = round(in_turns + _sampled_seconds(result), 1)
    return {"seconds": seconds, "timed": timed}


def _copy_benchmarks(project: Project, appended: dict[str, str]) -> None:
    copy = project.directory / "benchmarks"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "benchmarks", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module, code in appended.items():
        with (copy / module).open("a") as file:
            file.write(code)
    # What is made once on a machine and not for each release.
    cache = ROOT / ".asv" / "cache"
    shutil.copytree(cache, project.directory / ".asv" / "cache", dirs_exist_ok=True)


def _suite_seconds(result: Results) -> float:
    """Return what the benchmarks took with all their setups, without building the release."""
    return sum(seconds for name, seconds in result.duration.items() if name != "<build>")


def _sampled_seconds(result: Results) -> float:
    """Return what all samples of absolute times took."""
    total = 0.0
    for name in result.get_all_result_keys():
        if ".time" not in name:
            continue
        params = result.get_result_params(name)
        samples = result.get_result_samples(name, params)
        stats = result.get_result_stats(name, params)
        for taken, stat in zip(samples, stats, strict=True):
            total += sum(taken or []) * (stat or {}).get("number", 1)
    return total
