"""Addresses are stable: whoever measures one release more does not take another one's."""

import pytest

from website import pages


def test_the_machine_with_the_most_releases_has_the_plain_addresses() -> None:
    first, second = pages.machines([("local", 1), ("a server", 18)])
    assert (first.name, second.name) == ("a server", "local")
    assert first.page("decide") == "decide.html"
    assert second.page("decide") == "machine-local.html"
    assert second.page("safety") == "safety-local.html"
    assert first.page("op-log-metrics") == "op-log-metrics.html"


def test_what_all_machines_share_is_one_page() -> None:
    _, second = pages.machines([("local", 1), ("a server", 18)])
    assert second.page("releases") == "releases.html"
    assert second.page("compare") == "compare.html#m=local"


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_as_many_releases_the_name_decides(order: tuple[str, str]) -> None:
    assert [machine.name for machine in pages.machines((name, 2) for name in order)] == ["a", "b"]
