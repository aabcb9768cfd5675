"""What trackers declare about themselves is all that the website knows of them."""

from made_up import QUICK_START, TRACKERS, declaring

from website.trackers import Tracker, declared, display_name, of_kind


def test_declarations_are_read_in_their_order() -> None:
    assert list(TRACKERS)[:2] == ["synadb", "synadb-native"]
    assert TRACKERS["synadb"] == Tracker(
        "SynaDB", "synadb", "subject", "each call is synced", QUICK_START
    )
    assert TRACKERS["floor"].quick_start == ""


def test_trackers_are_found_by_their_kind() -> None:
    assert of_kind(TRACKERS, "baseline") == ["mlflow-file", "mlflow-sqlite"]
    assert of_kind(TRACKERS, "subject", "floor") == ["synadb", "floor"]


def test_without_declarations_there_is_no_tracker() -> None:
    assert declared({}) == declared({"another.benchmark": {}}) == declared(declaring([])) == {}


def test_who_declares_no_name_is_shown_as_they_are() -> None:
    assert display_name(TRACKERS, "synadb") == "SynaDB"
    assert display_name({}, "synadb") == "synadb"
    found = declared(declaring([{"name": "x", "kind": "server", "unknown": 1}]))
    assert found["x"] == Tracker("x", "", "server")
