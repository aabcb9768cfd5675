"""Input that is unusual and legal: it is read back as it was given, or refused with an error."""

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

from .harness.cases import Measured, Missing, Outcome, attempt, attributes, revealed, shown
from .system import directories
from .system.processes import run_in_forks
from .trackers import Tracker, create
from .trackers.base import COMPLETED
from .trackers.kinds import SEARCHABLE
from .workload import EXPERIMENT

LONG = "x" * 10_000
NAMES = {
    "a slash in the": "train/loss",
    "a dot in the": "loss.train",
    "spaces in the": " loss of train ",
    "an umlaut in the": "Gütemaß",
    "an emoji as the": "\N{CRAB}",
    "10 kB as the": LONG,
    "nothing as the": "",
}
VALUES = {
    "NaN as a metric": float("nan"),
    "infinity as a metric": float("inf"),
    "-infinity as a metric": float("-inf"),
    "1e308 as a metric": 1e308,
    "the smallest float as a metric": 5e-324,
    "2**53 + 1 as a metric": 2**53 + 1,
}
PARAMETERS = {
    "nothing as a parameter": "",
    "a line break in a parameter": "a\nb",
    "an emoji as a parameter": "\N{CRAB}",
    "10 kB as a parameter": LONG,
}
ARTIFACTS = {
    "an empty artifact": b"",
    "a pickle as an artifact": pickle.dumps([1, 2]),
}


def _run(
    tracker: Tracker,
    store: Path,
    log: Callable[[str], None],
    read: Callable[[str], bool],
    experiment: str = EXPERIMENT,
) -> bool:
    """Log something in a run; tell whether it was refused, or is there when opened again."""
    tracker.prepare(store)
    tracker.open(store)
    try:
        run_id = tracker.start_run(experiment, ["unusual"])
        log(run_id)
        tracker.end_run(run_id, COMPLETED)
    except Exception as error:
        print(f"refused: {type(error).__name__}: {str(error)[:100]}")
        return True
    finally:
        tracker.close()
    tracker.open(store)
    try:
        return read(run_id)
    except Exception as error:
        print(f"not to be read: {type(error).__name__}: {str(error)[:100]}")
        return False
    finally:
        tracker.close()


def _metric(name: str, points: list[tuple[int, float]], tracker: Tracker, store: Path) -> bool:
    def log(run_id: str) -> None:
        for step, value in points:
            tracker.log_metric(run_id, name, value, step)

    def read(run_id: str) -> bool:
        # As text, since NaN is not equal to itself and 2**53 + 1 is equal to a float.
        found = tracker.read_metric(EXPERIMENT, run_id, name)
        return sorted(map(str, found)) == sorted(map(str, points))

    return _run(tracker, store, log, read)


def _parameter(name: str, value: str, tracker: Tracker, store: Path) -> bool:
    def read(run_id: str) -> bool:
        return tracker.query_runs(EXPERIMENT)[run_id] == {name: value}

    return _run(tracker, store, lambda run_id: tracker.log_param(run_id, name, value), read)


def _artifact(name: str, data: bytes, tracker: Tracker, store: Path) -> bool:
    def log(run_id: str) -> None:
        tracker.log_artifact(run_id, name, tracker.stage_artifact(store.parent, name, data))

    def read(run_id: str) -> bool:
        found = tracker.read_run(EXPERIMENT, run_id, [], [name]).artifacts[name]
        return type(found) is bytes and found == data

    return _run(tracker, store, log, read)


def _experiment(name: str, tracker: Tracker, store: Path) -> bool:
    return _run(
        tracker,
        store,
        lambda run_id: None,
        lambda run_id: tracker.list_runs(name) == [run_id],
        name,
    )


CASES: dict[str, Callable[[Tracker, Path], bool]] = {
    **{
        f"{what} name of a metric": partial(_metric, name, [(0, 0.5)])
        for what, name in NAMES.items()
    },
    **{
        f"{what} name of a parameter": partial(_parameter, name, "a")
        for what, name in NAMES.items()
    },
    **{what: partial(_metric, "loss", [(0, value)]) for what, value in VALUES.items()},
    "the same step twice": partial(_metric, "loss", [(0, 0.5), (0, 0.25)]),
    "a negative step": partial(_metric, "loss", [(-1, 0.5)]),
    **{what: partial(_parameter, "a", value) for what, value in PARAMETERS.items()},
    **{what: partial(_artifact, "a.bin", data) for what, data in ARTIFACTS.items()},
    "a slash in the name of an experiment": partial(_experiment, "team/model"),
    "an emoji as the name of an experiment": partial(_experiment, "\N{CRAB}"),
}


class HostileInput(Measured):
    """Whether a value is changed in silence: 1 if it is not read back as it was, and no error.

    An error when it is logged, or when the run is ended, is an answer, too: 0.
    """

    version = "1"
    params = [list(CASES), SEARCHABLE]
    param_names = ["input", "tracker"]

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SEARCHABLE, changed, workers=2)

    @shown("Unusual inputs that are changed in silence", "changed")
    def track_changed(self, found: dict, case: str, tracker: str) -> int:
        return revealed(self.found[case])


def changed(name: str) -> dict[str, Outcome]:
    """Return by unusual input whether a tracker changes it in silence.

    All are tried in one process, and each in its own if one of them ends it.
    """
    (everything, ended), *_ = run_in_forks(_try, [(name, list(CASES))], 1)
    if not ended:
        return everything
    answers = run_in_forks(_try, [(name, [case]) for case in CASES], 1)
    return {
        case: Missing(ended, failed=True) if ended else found[case]
        for case, (found, ended) in zip(CASES, answers, strict=True)
    }


def _try(name: str, cases: list[str]) -> dict[str, Outcome]:
    return {case: attempt(_is_changed, name, case) for case in cases}


def _is_changed(name: str, case: str) -> int:
    with directories.empty_store() as store:
        return int(not CASES[case](create(name), store))
