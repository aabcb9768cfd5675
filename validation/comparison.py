"""``asv compare`` between two commits, judged by the thresholds in asv.conf.json."""

import io
import math
from contextlib import redirect_stdout
from itertools import product
from pathlib import Path

from asv.commands.compare import Compare
from asv.config import Config
from asv.results import iter_results_for_machine_and_hash

from website.thresholds import named, threshold


def worse(directory: Path, machine: str, before: str, after: str) -> list[str]:
    """Return the series that are worse by more than their threshold, as ``series: ratio``.

    ``directory`` is that of an asv project; ``before`` and ``after`` are hashes of commits.
    """
    conf = Config.load(str(directory / "asv.conf.json"))
    conf.results_dir = str(directory / conf.results_dir)
    first, second = (_rows(conf, machine, commit) for commit in (before, after))
    found = []
    for series in sorted(first.keys() & second.keys()):
        allowed = threshold(conf, series, conf.branches[0])
        if allowed is not None and _is_worse(conf, first[series], second[series], allowed):
            base = _value(first[series])
            ratio = _value(second[series]) / base if base else math.inf
            found.append(f"{series}: {ratio:.2f}")
    return found


def _rows(conf: Config, machine: str, commit: str) -> dict[str, tuple]:
    """Return what was measured of a commit by series, each as ``asv compare`` takes results."""
    rows = {}
    for results in iter_results_for_machine_and_hash(conf.results_dir, machine, commit):
        for name in results.get_all_result_keys():
            params = results.get_result_params(name)
            columns = (results.get_result_value, results.get_result_stats)
            columns = [get(name, params) for get in (*columns, results.get_result_samples)]
            about = results.benchmark_version.get(name), machine, results.env_name
            for chosen, *found in zip(product(*params), *columns, strict=True):
                row = name, [[param] for param in chosen], *([value] for value in found), *about
                if _value(row) is not None and not math.isnan(_value(row)):
                    rows[named(name, chosen)] = row
    return rows


def _value(row: tuple) -> float:
    return row[2][0]


def _is_worse(conf: Config, before: tuple, after: tuple, allowed: float) -> bool:
    """Return asv's own verdict about two rows; the table that it prints is of no use."""
    with redirect_stdout(io.StringIO()):
        is_worse, _ = Compare.print_table(
            conf, "", "", 1 + allowed, split=False, resultset_1=[before], resultset_2=[after]
        )
    return is_worse
