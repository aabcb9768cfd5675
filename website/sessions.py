"""What two releases were measured with: where that differs, a change need not be the subject's."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from .results import Session, Sessions

# What is said where the sessions of two releases have nothing of this in common.
OTHERS = {"lock": "other packages", "cpu": "another processor"}


def others(sessions: Sessions, benchmarks: Iterable[str], before: str, after: str) -> list[str]:
    """Return what some benchmarks were measured with of one commit, and of none of the other."""
    known = [sessions[name] for name in set(benchmarks) if name in sessions]
    return [
        words
        for field, words in OTHERS.items()
        if _are_apart(
            *(
                {getattr(found[commit], field) for found in known if commit in found} - {""}
                for commit in (before, after)
            )
        )
    ]


def _are_apart(old: set[str], new: set[str]) -> bool:
    return bool(old and new) and old.isdisjoint(new)


def borders(sessions: Mapping[str, Session], commits: Sequence[str]) -> list[int]:
    """Return the numbers of the commits with which another session begins, where that is known."""
    known = [(number, sessions[c]) for number, c in enumerate(commits) if c in sessions]
    return [number for (_, before), (number, now) in pairwise(known) if now != before]
