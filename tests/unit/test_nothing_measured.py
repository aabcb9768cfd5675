"""A site before anything was measured."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from asv.graph import GraphSet

from website.report import Report


class NoCommits:
    """A repository before its first release."""

    def get_branch_commits(self, branch: str) -> list[str]:
        return []

    def get_tags(self) -> dict[str, str]:
        return {}


def test_no_result_at_all_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    site, results = tmp_path / "html", tmp_path / "results"
    site.mkdir()
    results.mkdir()
    conf = SimpleNamespace(
        project="synadb",
        project_url="#",
        branches=["main"],
        html_dir=str(site),
        results_dir=str(results),
        hash_length=8,
    )
    Report.publish(conf, NoCommits(), {}, GraphSet(), {})
    assert "There is nothing to report" in caplog.text
    assert "Nothing measured yet" in (site / "decide.html").read_text()
    assert json.loads((site / "report.json").read_text())["machines"] == []
