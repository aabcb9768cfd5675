"""The parts of the experiments that validate the suite."""

import json
from pathlib import Path

import pytest
from helpers import ROOT

from validation import (
    __main__ as main,
)
from validation import (
    change_points,
    false_alarms,
    pools,
    project,
    repeatability,
    report,
    sensitivity,
    slowdown,
    speed,
    traps,
)
from validation.neighbours import Release
from validation.plan import FULL, QUICK, Plan
from validation.pools import Pool

COUNT = "instructions.Operations.track_instructions('{}', '{}')"


class Run:
    """Calls that say what they were called with."""

    def log_param(self, name: str, value: int) -> tuple[str, int]:
        return name, value

    log_metric = log_param


@pytest.fixture
def done(monkeypatch) -> list[int]:
    """What is done after each call, in place of waiting."""
    units: list[int] = []
    monkeypatch.setitem(slowdown.KINDS, "lock", units.append)
    return units


def test_a_slowed_call_does_the_same_and_its_units_as_they_become_due(done: list[int]) -> None:
    class Slowed(Run):
        pass

    slowdown.slow_down(Slowed, {"log_param": ("lock", 0.4)})
    assert [Slowed().log_param("x", value=1) for _ in range(5)] == [("x", 1)] * 5
    assert Slowed().log_metric("x", 1) == ("x", 1)
    assert done == [0, 0, 1, 0, 1]


@pytest.mark.parametrize("kind", slowdown.KINDS)
def test_every_kind_can_be_done(kind: str, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for memory in (slowdown.held, slowdown.own_file, slowdown.price):
        memory.cache_clear()
    slowdown.slowed(Run().log_param, slowdown.KINDS[kind], 2.0)("x", 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("price", "waits"), [(1e-6, []), (1e-3, [3])])
def test_syncs_are_slower_where_they_cost_something(price, waits, monkeypatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(slowdown, "price", lambda: price)
    monkeypatch.setattr(slowdown, "wait", found.append)
    slowdown.sync_slowly(3)
    assert found == waits


def pool(counts: list[float]) -> Pool:
    """Return a pool with these counts of all that is slowed, and others of another tracker."""
    operations = FULL.trees[0].planted[0].kinds
    others = {COUNT.format(operation, "floor"): [1.0] for operation in operations}
    return Pool([], others | {COUNT.format(name, "synadb"): counts for name in operations})


def test_what_a_call_costs_in_units_follows_from_a_probe(monkeypatch) -> None:
    """A call of 2,000 instructions that has 6,000 with the probe's turns is half as many."""
    before = pool([1_900.0, 2_000.0, 2_200.0])
    after = pool([6_000.0])
    monkeypatch.setattr(sensitivity, "measure", lambda *_: after)
    trees = FULL.trees[0]
    units = sensitivity.units_of_a_call(None, FULL, trees, before)  # type: ignore[arg-type]
    assert units == dict.fromkeys(trees.planted[0].kinds, pytest.approx(1_000.0))


def test_a_trial_has_other_measurements_than_the_one_before() -> None:
    files = [Path(str(number)) for number in range(4)]
    unslowed, slowed = Pool(files, {}), Pool([Path("slow"), Path("slower")], {})
    history = sensitivity.points(unslowed, slowed, [2, 3, 4], [1], 1)
    assert [str(point.file) for point in history] == ["2", "3", "0", "slower"]
    assert [[*map(str, point.again)] for point in history] == [[], [], ["1"], ["slow"]]
    many = Pool([Path(f"slow {number}") for number in range(20)], {})
    *_, before, after = sensitivity.points(unslowed, many, [2, 3, 4], [1], 1)
    assert [*map(str, after.again)] == [f"slow {number}" for number in (2, 3, 4, 5, 6)]
    assert len(before.again) == len(after.again)


def test_pairs_are_above_the_threshold_or_not() -> None:
    """Of three pairs of counts of metrics one differs by more than 0.5 %, and two by less."""
    series = COUNT.format("log metrics", "synadb")
    before, after = (Pool([], {series: counts}) for counts in ([1000.0], [1004.5, 1006.0, 1004.0]))
    assert sensitivity.above(series, before, after) == pytest.approx([1 / 3, 1 / 3])


def test_pairs_of_times_are_above_chance_or_not() -> None:
    """Of two pairs 10 % apart one is known to 8 %, and one to 15 %: 5 % alone would be enough."""
    series = "against_release.InMemory.track_time('log metrics')"
    before = Pool([], {series: [1.0]}, {series: [0.0]})
    after = Pool([], {series: [1.1, 1.1]}, {series: [0.08, 0.15]})
    assert sensitivity.above(series, before, after) == (1.0, 0.5)


def test_a_mean_has_the_interval_of_what_it_is_of() -> None:
    sampled = pools.sampled_by("against_release.InMemory.track_mean('log metrics')")
    assert sampled == "against_release.InMemory.track_time('log metrics')"
    assert pools.sampled_by(sampled) == sampled


def test_a_checkout_is_the_suite_and_its_releases_and_nothing_that_was_built(
    tmp_path: Path, monkeypatch
) -> None:
    for name in ("benchmarks/__pycache__/a.pyc", "benchmarks/a.py", ".asv/releases.git/HEAD"):
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text("")
    monkeypatch.setattr(project, "ROOT", tmp_path / "here")
    monkeypatch.setattr(project, "RELEASES", tmp_path / "here" / ".asv" / "releases.git")
    (tmp_path / "there.new" / "left").mkdir(parents=True)  # by a run that was interrupted
    there = project.checkout(tmp_path / "there")
    files = sorted(str(file.relative_to(there)) for file in there.rglob("*") if file.is_file())
    assert files == [".asv/releases.git/HEAD", "benchmarks/a.py"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "there"]


def test_a_path_has_all_programs_but_one(tmp_path: Path, monkeypatch) -> None:
    for name in ("one/git", "one/strace", "two/git", "two/strace"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setenv("PATH", f"{tmp_path / 'one'}:{tmp_path / 'two'}")
    with traps.path_without("strace") as path:
        assert {file.name: file.read_text() for file in Path(path).iterdir()} == {"git": "one/git"}
    assert not Path(path).exists()


def test_variation_is_in_percent_and_of_what_was_measured_more_than_once() -> None:
    measured = Pool([], {"a": [99.0, 101.0], "b": [1.0], "c": [0.0, 0.0]})
    assert repeatability.variation(measured) == {"a": 1.414}
    assert repeatability.ranges(measured) == {"a": 2.02}


@pytest.mark.parametrize("name", change_points.DETECTORS)
@pytest.mark.parametrize(
    ("after", "found"), [([1.1] * 6, [6]), ([0.9] * 6, []), ([1.0, 1.001] * 3, [])]
)
def test_others_see_what_became_worse(name: str, after: list[float], found: list[int]) -> None:
    assert change_points.DETECTORS[name]([1.0, 1.001] * 3 + after, 0.05) == found


@pytest.mark.parametrize(("seen", "rate"), [(0, 7.2), (1, 11.3)])
def test_none_in_forty_comparisons_leaves_seven_percent(seen: int, rate: float) -> None:
    assert report.bound(40, seen) == pytest.approx(rate, abs=0.05)


def test_what_is_counted_and_what_is_timed_are_of_the_same_comparisons() -> None:
    rows = [
        {"part": part, "comparisons": number, "confirmed": seen}
        for part, number, seen in (("repeats", 9, []), ("counts", 30, ["a"]), ("times", 29, []))
    ]
    assert report.compared(rows) == (1, 38)
    assert report.compared(rows[1:2]) == (1, 30)


def test_in_any_order_as_much_is_confirmed_as_there_are_changes() -> None:
    series = COUNT.format("log metrics", "synadb")
    files = [Path(str(number)) for number in range(12)]
    for values, share in (([1000.0] * 12, 0.0), ([1000.0, 2000.0] * 6, None)):
        found = false_alarms.in_other_orders(Pool(files, {series: values}), [(series, 0.005)])
        assert found == share if share is not None else 0 < found < 1


def test_days_are_told_by_how_much_differed_and_what_was_found() -> None:
    """What was tried most often is decisive; what a run did not ask is a dash."""
    sleep = {"planted": "memory", "operation": "log metrics", "kind": "sleep", "trials": 20}
    alone = {"alone": {"found": 12, "right": 11}}
    run = {
        "date": "2026-01-01",
        "machine": "2 cores",
        "judged_by": "a rule",
        "variation": {
            "against_release.InMemory.track_time('log metrics')": 1.0,
            "against_release.InMemory.track_time('list runs')": 0.5,
        },
        "alarms": [{"comparisons": 9, "series": 2, "seen once": ["a"], "confirmed": []}],
        "trials": [sleep | alone | {"share": 0.05}, sleep | alone | {"share": 0.2, "trials": 3}],
    }
    other = run | {"variation": {}, "trials": []}
    assert report.days(run, other) == [
        ("measured on", ["2026-01-01"] * 2),
        ("machine", ["2 cores"] * 2),
        ("judged by", ["a rule"] * 2),
        ("times in memory of repeats vary by, %", ["0.50 to 1.00", "-"]),
        ("times on disk of repeats vary by, %", ["-", "-"]),
        ("seemed to change, of comparisons", ["1 of 18"] * 2),
        ("confirmed", ["0 of 18"] * 2),
        ("5 %: log metrics, sleep", ["12 / 11", "-"]),
    ]


def test_neighbours_have_the_same_code_and_nearly_the_same_library() -> None:
    symbols = frozenset({"SYNA_open"})
    release = Release("1.0", "a", "module", 1000, symbols)
    assert release.is_like(Release("1.1", "b", "module", 1032, symbols))
    assert not release.is_like(Release("1.1", "b", "other", 1000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 2000, symbols))
    assert not release.is_like(Release("1.1", "b", "module", 1000, frozenset()))


def test_timed_seconds_are_added_up_whoever_took_them() -> None:
    assert speed.added_up("InMemory 1.5\nlog parameters 0.25\nInMemory 2e-3\n") == 1.752
    assert speed.added_up("") == 0


def test_a_part_takes_the_place_of_what_it_had_and_the_others_stay() -> None:
    day = {"date": "2026-01-01"}
    old = {"repeats": {"variation": {"a": 1.0}, "measured": {"repeats": day}}}
    known: dict = main.merged({}, "times", {"trials": [{"share": 0.1}], "measured": {"times": day}})
    known = main.merged(known, "repeats", old["repeats"])
    known = main.merged(known, "counts", {"trials": [{"share": 0.2}], "measured": {"counts": day}})
    new = {"trials": [{"share": 0.3}, {"share": 0.4}], "measured": {"times": {"date": "later"}}}
    known = main.merged(known, "times", new)
    assert known["trials"] == [
        {"part": "counts", "share": 0.2},
        {"part": "times", "share": 0.3},
        {"part": "times", "share": 0.4},
    ]
    assert known["variation"] == {"a": 1.0}
    assert known["measured"] == {"repeats": day, "counts": day, "times": {"date": "later"}}
    assert list(known["measured"]) == ["repeats", "counts", "times"]


def test_how_long_a_part_took_is_added_up_also_when_it_is_interrupted(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), main.noting_seconds(tmp_path / "seconds"):
        raise KeyboardInterrupt
    with main.noting_seconds(tmp_path / "seconds") as seconds:
        assert seconds == []
    assert len(seconds) == 2


def test_what_is_no_part_is_refused(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["validation", "time"])
    with pytest.raises(SystemExit):
        main.main()
    assert "time is no part: name some of repeats, counts, times, traps" in capsys.readouterr().err


def test_other_parts_of_another_release_are_not_mixed_in(monkeypatch, tmp_path: Path) -> None:
    class Releases:
        path = tmp_path / "history.git"

        def newest(self) -> str:
            return "abc"

        def git(self, *_: str) -> str:
            return "v2"

    monkeypatch.setattr(main, "new_history", Releases)
    with pytest.raises(SystemExit, match="another release or rule: make validate, all of it"):
        main.experiments(FULL, ["times"], {"release": "v1"})


def test_the_page_follows_from_its_data(tmp_path: Path) -> None:
    report.write(json.loads((ROOT / "docs" / "validation.json").read_text()), tmp_path)
    for name in ("validation.md", "validation.svg"):
        assert (tmp_path / name).read_text() == (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("plan", [FULL, QUICK])
def test_each_tree_has_a_share_of_all_that_is_planted_in_it(plan: Plan) -> None:
    for trees in plan.trees:
        assert {len(planted.shares) for planted in trees.planted} == {len(trees.trials)}
        slowed = [operation for planted in trees.planted for operation in planted.kinds]
        assert len(slowed) == len(set(slowed)), "two slowdowns of one operation in a tree"
