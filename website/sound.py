"""Which of the stored results are sound: one that is not must not keep the rest from the site."""

import json
from collections.abc import Iterable
from math import isfinite, prod
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, TypeGuard

from asv.benchmarks import Benchmarks
from asv.console import log
from asv.machine import Machine
from asv.results import Results
from asv.util import UserError

BENCHMARKS, MACHINE = "benchmarks.json", "machine.json"
# What is in the names of files beside the results, which asv does not read: flames.py does.
STACKS = "-stacks-"
# asv's step detection adds values up and never ends when a sum is infinite.
LARGEST = 1e300
LATEST = 253e12  # milliseconds since the epoch, in the year 9987: Python's dates end soon after
COLUMNS = {"result", "params", "version", "started_at", "duration", "samples", "profile"}


class UnsoundError(Exception):
    """Says in a few words why a file cannot be used."""


def link(results: Path, folder: Path) -> None:
    """Make a folder with links to the sound files of results; name each of the others in a line.

    Raises UserError if there is no sound list of the benchmarks: nothing can be read without it.
    """
    benchmarks = _benchmarks(results / BENCHMARKS)
    _link([results / BENCHMARKS], folder)
    for machine in sorted(path for path in results.iterdir() if path.is_dir()):
        paths = sorted(path for path in machine.glob("*.json") if path.name != MACHINE)
        try:
            _check_machine(machine / MACHINE)
        except UnsoundError as error:
            if paths or (machine / MACHINE).exists():
                log.warning(f"{machine / MACHINE} {error}: all of {machine} is left out")
            continue
        sound = [path for path in paths if _is_sound(path, benchmarks)]
        beside = sorted(machine.glob(f"*{STACKS}*"))
        _link([machine / MACHINE, *sound, *beside], folder / machine.name)


def _link(paths: Iterable[Path], folder: Path) -> None:
    folder.mkdir()
    for path in paths:
        (folder / path.name).symlink_to(path.absolute())


def _benchmarks(path: Path) -> dict[str, dict]:
    try:
        benchmarks = _read(path, Benchmarks.api_version)
        for name, benchmark in benchmarks.items():
            _need(isinstance(benchmark, dict), f"has no description of {name}")
            _need(benchmark.get("name") == name, f"has another name for {name}")
            _need_params(name, benchmark.get("params"))
            names = benchmark.get("param_names", ())
            _need(_is_list_of(str, names), f"has no names of the parameters of {name}")
            _need(len(names) == len(benchmark["params"]), f"lacks parameters of {name}")
    except UnsoundError as error:
        raise UserError(
            f"{path} {error}: asv run --bench just-discover writes it anew, and asv run measures"
        ) from error
    return benchmarks


def _check_machine(path: Path) -> None:
    machine = _read(path, Machine.api_version).get("machine")
    _need(isinstance(machine, str), "does not say which machine it is")
    _need(machine == path.parent.name, f"is of the machine {shortened(machine)}")


def _is_sound(path: Path, benchmarks: dict[str, dict]) -> bool:
    try:
        _check_results(_read(path, Results.api_version), path.parent.name, benchmarks)
    except UnsoundError as error:
        log.warning(f"{path} {error}: it is left out")
        return False
    return True


def _read(path: Path, version: int) -> dict:
    """Return the content of one of asv's files without the version of its format."""
    try:
        _need(path.exists(), "is missing")
        _need(path.is_file(), "is no file")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise UnsoundError(f"cannot be read ({reason})") from error
    _need(isinstance(found, dict), "is no object of JSON")
    given = found.pop("version", None)
    _need(given == version, f"has format {shortened(given)}, not {version}: asv update may help")
    return found


def _check_results(found: dict[str, Any], machine: str, benchmarks: dict[str, dict]) -> None:
    """Raise UnsoundError unless asv and the website can use the results of a commit."""
    for key in ("commit_hash", "python", "env_name"):
        _need(isinstance(found.get(key), str), f"has no {key}")
    for key in ("params", "requirements", "env_vars", "results", "durations"):
        _need(isinstance(found.get(key), dict), f"has no {key}")
    for key in ("params", "requirements", "env_vars"):
        strings = list(found[key].values())
        _need(_is_list_of((str, type(None)), strings), f"has {key} that are no strings")
    _need(found["params"].get("machine") == machine, "is of another machine")
    _need(_is_time(found.get("date")), f"has the date {shortened(found.get('date'))}")
    columns = found.get("result_columns", ())
    _need(_is_list_of(str, columns), "has no result_columns")
    unknown = [c for c in columns if c not in COLUMNS and not c.startswith("stats_")]
    _need(not unknown, f"has columns that asv does not know: {', '.join(unknown)}")
    for name, row in found["results"].items():
        _need(isinstance(row, list), f"has no row for {name}")
        _check_row(name, dict(zip(columns, row, strict=False)), benchmarks.get(name))


def _check_row(name: str, row: dict[str, Any], benchmark: dict | None) -> None:
    """Check a benchmark's values and their statistics, one for each combination of parameters."""
    params = row.get("params", ())
    _need_params(name, params)
    if benchmark and row.get("version") in (None, benchmark.get("version")):
        _check_params(name, params, benchmark["params"])
    started = row.get("started_at")
    _need(started is None or _is_time(started), f"started {name} at {shortened(started)}")
    combinations = prod(map(len, params))
    for column, values in row.items():
        if values is not None and (column == "result" or column.startswith("stats_")):
            _need(isinstance(values, list), f"has no list of values for {name}")
            _need(len(values) == combinations, f"has not one value for each parameter of {name}")
            is_right = _is_value if column == "result" else _is_statistic
            wrong = [shortened(value) for value in values if not is_right(value)]
            _need(not wrong, f"has the value {', '.join(wrong[:1])} for {name}")
    ends = row.get("stats_ci_99_a") or [], row.get("stats_ci_99_b") or []
    for low, high in zip(*ends, strict=True):
        _need(_is_interval(low, high), f"has an interval from {low} to {high} for {name}")


def _check_params(name: str, params: list[list[str]], known: list[list[str]]) -> None:
    """Check parameters against those that the benchmark has now: as many, and sizes are numbers."""
    _need(len(params) == len(known), f"has not the parameters of {name}")
    for values, now in zip(params, known, strict=True):
        if all(map(_is_numeric, now)):
            for value in values:
                _need(_is_numeric(value), f"has a size that is no number for {name}: {value}")


def _need_params(name: str, params: object) -> None:
    is_right = isinstance(params, list) and all(_is_list_of(str, values) for values in params)
    _need(is_right, f"has no parameters of {name}")


def _need(holds: bool, reason: str) -> None:
    if not holds:
        raise UnsoundError(reason)


def _is_list_of(kind: type | tuple[type, ...], values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_value(value: object) -> bool:
    """Whether a value can be used: None is a failed benchmark, and NaN asv's mark of a skipped."""
    return value is None or (_is_number(value) and (value != value or abs(value) <= LARGEST))


def _is_statistic(value: object) -> bool:
    """Whether a statistic can be used; an interval of few samples is infinite."""
    return _is_value(value) or value in (float("inf"), -float("inf"))


def _is_interval(low: float | None, high: float | None) -> bool:
    """Whether asv can take the interval as a weight, which is one by its width."""
    return low is None or high is None or low == high or not abs(high - low) < 1 / LARGEST


def _is_time(value: object) -> bool:
    return _is_number(value) and 0 <= value < LATEST


def _is_numeric(param: str) -> bool:
    try:
        return isfinite(float(param))
    except ValueError:
        return False
