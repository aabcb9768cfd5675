"""What does not depend on SynaDB's release is measured of a baseline once."""

from itertools import count

import pytest

from benchmarks.harness.once import once
from benchmarks.system import directories
from benchmarks.trackers.kinds import BASELINES, SUBJECT


def test_a_baseline_is_measured_once_and_the_subject_each_time(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(directories, "CACHE", tmp_path)
    measured = []

    def measure(name: str) -> dict[str, int]:
        measured.append(name)
        return {"calls": len(measured)}

    baseline = BASELINES[0]
    found = [once("test", measure)(name) for name in (baseline, SUBJECT, baseline, SUBJECT)]
    assert measured == [baseline, SUBJECT, SUBJECT]
    assert found == [{"calls": 1}, {"calls": 2}, {"calls": 1}, {"calls": 3}]


@pytest.mark.parametrize(
    ("changed", "again"),
    [("harness/callgrind.py", True), ("workload.py", True), ("scale.py", False)],
)
def test_it_is_measured_again_with_other_code_that_measures(
    changed: str, again: bool, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "ROOT", tmp_path)
    for file in ("harness/callgrind.py", "workload.py", "scale.py"):
        (tmp_path / "benchmarks" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "benchmarks" / file).write_text("")
    measured = count()
    first = once("test", lambda name: next(measured))(BASELINES[0])
    (tmp_path / "benchmarks" / changed).write_text("changed = True")
    second = once("test", lambda name: next(measured))(BASELINES[0])
    assert (second != first) == again
