"""Functions that tests run in an interpreter of their own."""

import ast
import io
import mmap
import os
import signal
import sys
from contextlib import redirect_stdout
from importlib import import_module
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.harness import sizes
from benchmarks.system.directories import ROOT
from benchmarks.system.processes import mapped_files
from benchmarks.system.slow_syncs import count, price
from benchmarks.system.strace import NO_FILE
from benchmarks.system.workers import Worker
from benchmarks.trackers import create
from benchmarks.trackers.base import COMPLETED


def where_modules_are() -> list[str]:
    """Return the directories of what is installed, and of this suite."""
    return [sys.prefix, str(Path(__file__).parents[2])]


def setups_and_teardowns() -> dict[str, list[str]]:
    """Go through setup_cache, setup, body and teardown of every benchmark, for all its parameters.

    Returns by benchmark what each combination came to: ``ran``, or asv's words for a skipped one.
    """
    from asv_runner.discovery import disc_benchmarks  # which imports numpy

    found: dict[str, list[str]] = {}
    caches: dict[str, object] = {}
    with TemporaryDirectory() as directory:
        os.chdir(directory)
        for benchmark in disc_benchmarks(str(ROOT / "benchmarks")):
            key = benchmark.setup_cache_key
            if key and key not in caches:
                caches[key] = benchmark.do_setup_cache()
            benchmark.set_cache(caches.get(key))
            for number, params in enumerate(product(*benchmark.params)):
                benchmark.set_param_idx(number)
                printed = io.StringIO()
                with redirect_stdout(printed):
                    skipped = benchmark.do_setup()
                    if not skipped:
                        cache = [caches[key]] if key else []
                        benchmark.func(*cache, *map(ast.literal_eval, params))
                    benchmark.do_teardown()
                said = printed.getvalue().strip() if skipped else "ran"
                found.setdefault(benchmark.name, []).append(f"{params[-1]} {said}")
        os.chdir(ROOT)
    return found


def imported_with(name: str) -> list[str]:
    """Create a tracker in this process; return the systems and other trackers that are there."""
    create(name)
    own = {f"benchmarks.trackers.{module}" for module in ("base", name)}
    trackers = {module for module in sys.modules if module.startswith("benchmarks.trackers.")}
    return sorted(({"mlflow", "synadb"} & sys.modules.keys()) | trackers - own)


def imported_by(module: str) -> list[str]:
    """Import a module in this process; return what is there then of what systems import."""
    import_module(module)
    return sorted({"numpy", "mlflow", "synadb"} & sys.modules.keys())


def reason_to_skip(name: str) -> str:
    """Create a tracker in this process; return why it cannot be."""
    try:
        create(name)
    except NotImplementedError as reason:
        return str(reason)
    return ""


def start_and_end_a_run(store: str) -> str:
    """Log to a store from this process; return the id of the run."""
    tracker = create("mlflow-server")
    tracker.open(Path(store))
    run_id = tracker.start_run("another", [])
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    return run_id


def start_and_stop_a_server(name: str, store: str) -> None:
    """Start a server, ask it whether it is there, and stop it."""
    tracker = create(name)
    try:
        tracker.prepare(Path(store))
    finally:
        tracker.stop()


def serve_and_be_killed(store: str) -> None:
    """Start a server and end without a chance to stop it."""
    create("mlflow-server").prepare(Path(store))
    os.kill(os.getpid(), signal.SIGKILL)


def what_is_loaded(made: object, package: str) -> tuple[str, list[str], list[str]]:
    """Return the version of a package in this process, its files, and what is imported at all."""
    own = [m.__file__ for name, m in sys.modules.items() if name.partition(".")[0] == package]
    libraries = [str(file) for file in mapped_files() if package in file.name]
    imported = [name for name, module in sys.modules.items() if module]
    return sys.modules[package].__version__, [*filter(None, own), *libraries], imported


def syncs_of_each_call(file: str) -> list[int]:
    """Return how many syncs were counted after each of the calls that sync a file."""
    counted = []
    with Path(file).open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as mapped:
        for sync in (opened.flush, lambda: os.fsync(opened), lambda: os.fdatasync(opened)):
            sync()
            counted.append(count())
        mapped.flush()
        counted.append(count())
    return counted


def sync_nothing(seconds: float) -> tuple[float, int, int]:
    """Sync no file at a price; return the seconds, the error, and how many syncs were counted."""
    start, error = perf_counter(), 0
    with price(seconds):
        try:
            os.fdatasync(NO_FILE)
        except OSError as raised:
            error = int(raised.errno or 0)
    return perf_counter() - start, error, count()


def lose_a_value(name: str) -> None:
    """Measure a tracker that loses a value of a step."""
    from benchmarks import slow_syncs  # knows every tracker

    tracker = type(create(name))
    log = tracker.log_step

    def loses(self, run_id: str, values: dict[str, float], step: int) -> None:
        log(self, run_id, {key: value for key, value in values.items() if key != "loss_3"}, step)

    tracker.log_step = loses
    slow_syncs.measure(name, [0])


def forget_a_point(made: object) -> None:
    """Let SynaDB forget a point of each run in this process."""
    run = sys.modules["synadb"].experiment.Run
    log = run.log_metric

    def forget(self, name: str, value: float, step: int) -> None:
        if (name, step) != ("loss", 3):
            log(self, name, value, step=step)

    run.log_metric = forget


def end(made: object) -> None:
    """End this process without an answer."""
    os._exit(0)


def cores(made: object) -> set[int]:
    """Return the cores that this process may be on."""
    return os.sched_getaffinity(0)


def process_id(made: object) -> int:
    return os.getpid()


def own_a_worker_and_be_killed(file: str) -> None:
    """Start a worker, write down its process, and end without a chance to end it."""
    with Worker("a list", list, Path(file).parent) as worker:
        Path(file).write_text(str(worker.call(process_id)))
        os.kill(os.getpid(), signal.SIGKILL)


def train_shortly(name: str) -> list:
    """Train as ``training`` does, once each and in short steps."""
    from benchmarks import training  # knows every tracker

    sizes.STEP_SECONDS, sizes.STEPS_OF_A_TRAINING, sizes.TRAININGS = 0.001, 2, 1
    return training.train_in_all_ways(name)


def threads_of_a_step() -> int:
    """Compute a step in this process; return how many threads it has then."""
    from benchmarks.harness.loops import computing  # which imports numpy

    computing(0.001)()
    return len(list(Path("/proc/self/task").iterdir()))
