"""What trackers declare about themselves is all that the website knows of them."""

from made_up import DECLARATIONS, TRACKERS, code

from website.trackers import Tracker, declared, display_name, of_kind


def test_declarations_are_read_as_asv_keeps_them() -> None:
    assert list(TRACKERS)[:2] == ["synadb", "synadb-native"]
    assert TRACKERS["mlflow-file"] == Tracker(
        "MLflow files", "mlflow", "baseline", "nothing is synced", "import mlflow"
    )
    assert TRACKERS["synadb"].quick_start.splitlines()[2:] == [
        'with Experiment("benchmark").start_run() as run:',
        '    run.log_metric("accuracy", 0.95)',
    ]
    assert TRACKERS["floor"].quick_start == ""


def test_trackers_are_found_by_their_kind() -> None:
    assert of_kind(TRACKERS, "baseline") == ["mlflow-file", "mlflow-sqlite"]
    assert of_kind(TRACKERS, "subject", "floor") == ["synadb", "floor"]


def test_code_that_declares_nothing_declares_no_tracker() -> None:
    for text in ("", code("# synadb\nfrom synadb import Experiment\n"), code("answer = 42\n")):
        assert declared(text) == {}


def test_who_declares_no_name_is_shown_as_they_are() -> None:
    assert display_name(TRACKERS, "synadb") == "SynaDB"
    assert display_name({}, "synadb") == "synadb"
    assert declared(code(DECLARATIONS + '\n[x]\nkind = "server"\n'))["x"] == Tracker(
        "x", "", "server"
    )
