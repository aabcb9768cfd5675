"""From which change on a series has regressed: the rule of asv's own regressions, as a function."""

import re
from collections.abc import Sequence

from asv.config import Config
from asv.util import UserError

DEFAULT = 0.05  # asv's, for a series that asv.conf.json does not name


def named(benchmark: str, params: Sequence[str]) -> str:
    """Return a series as asv names it; the parameters are quoted as in asv's files."""
    return f"{benchmark}({', '.join(params)})" if params else benchmark


def threshold(conf: Config, series: str, branch: str | None) -> float | None:
    """Return the share by which a series may become worse, None if nobody looks at it.

    ``series`` is what ``named`` returns. Of several thresholds that match, the largest holds.
    """
    if None in _matching(conf.regressions_first_commits, series, branch):
        return None
    shares = _matching(conf.regressions_thresholds, series, branch)
    try:
        return max(map(float, shares), default=DEFAULT)
    except ValueError as error:
        raise UserError(f"A threshold in asv.conf.json is no number: {error}") from error


def first_commits(conf: Config, series: str, branch: str | None) -> list[str]:
    """Return the names of the commits after which a series is looked at."""
    found = _matching(conf.regressions_first_commits, series, branch)
    return [commit for commit in found if commit is not None]


def _matching(entries: dict, series: str, branch: str | None) -> list:
    """Return the values of an entry of asv.conf.json whose regular expressions match."""
    name = f"{series}@{branch}" if branch else series
    return [value for regex, value in entries.items() if re.match(regex, name)]
