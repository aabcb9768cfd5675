"""The findings are what their template and the committed results make of each other."""

from tools import findings


def test_the_findings_have_the_figures_of_the_committed_results() -> None:
    assert findings.render() == findings.FINDINGS.read_text("utf-8"), "make findings"
