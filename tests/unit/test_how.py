"""Each benchmark's page says when it was measured, how long it took, and how to repeat it."""

from types import SimpleNamespace

import pytest

from website import how
from website.results import Benchmark, Release, Session

NAME = "a.B.time_c"


def build(suite: str, seconds: dict[str, float]) -> how.How:
    session = Session("2026-11-25T09:00:00Z", "a634a76d14f4", "1a2b3c4d", suite)
    measured = SimpleNamespace(
        releases=[Release("c0ffee", "v1", "2026-11-25")],
        sessions={NAME: {"c0ffee": session}} if suite else {},
        benchmarks={NAME: Benchmark("B", "seconds", ("tracker",))},
        seconds=seconds,
    )
    (found,) = how.build(measured, {}, [NAME, NAME])  # pyright: ignore[reportArgumentType]
    return found


@pytest.mark.parametrize(
    ("suite", "before"),
    [("standard", ""), ("", ""), ("full", "SUITE=full "), ("quick", "SUITE=quick ")],
)
def test_the_command_measures_what_was_measured(suite: str, before: str) -> None:
    command = f'{before}asv run --record-samples --bench "^a\\.B\\.time_c" v1^!'
    assert build(suite, {}).command == command


def test_what_is_not_known_is_not_said() -> None:
    assert build("", {}).session is None
    assert build("", {}).seconds is None
    assert build("", {NAME: 2.0}).seconds == 2.0
