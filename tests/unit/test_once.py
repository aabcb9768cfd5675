"""What does not depend on SynaDB's release is measured of a baseline once."""

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


def test_with_other_code_it_is_measured_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(directories, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(directories, "ROOT", tmp_path)
    (tmp_path / "benchmarks").mkdir()
    found = []
    for code in ("one = 1", "two = 2"):
        (tmp_path / "benchmarks" / "module.py").write_text(code)
        found.append(once("test", lambda name, code=code: code)(BASELINES[0]))
    assert found == ["one = 1", "two = 2"]
