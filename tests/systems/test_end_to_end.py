"""The real asv on two real releases: run, publish, compare; then read what came out."""

import json
import re
from itertools import product
from pathlib import Path

from helpers import MACHINE, MEASURED, ROOT, Project, commits

# What the quick suite leaves out.
LONGER = (
    "against_mlflow.Client",
    "against_mlflow.Instructions",
    "against_release.",
    "counts.",
    "crashes.",
    "hostile_input.",
    "instructions.",
    "long_metric.",
    "many_writers.",
    "memory.",
    "metrics.LogSteps",
    "mlflow_store.",
    "readers.",
    "resume.",
    "parameters.LogParametersAtOnce",
    "scale.",
    "servers.",
    "slow_syncs.",
    "tail.",
    "training.",
)
# A network that can be cut off is needed.
NOT_EVERYWHERE = "features.Features"
UNSYNCED = "'synadb-unsynced'"  # a setting that releases before 1.4.0 need not have


def load(path: Path) -> dict:
    return json.loads(path.read_text())


def test_every_benchmark_has_a_value_for_both_releases(published: Project) -> None:
    benchmarks = load(published.path / "results" / "benchmarks.json")
    benchmarks.pop("version")
    files = list((published.path / "results" / MACHINE).glob("*-virtualenv-*.json"))
    assert len(files) == len(MEASURED)
    versions = {commit: version for version, commit in commits().items()}
    for file in files:
        result = load(file)
        chosen, trackers = MEASURED[versions[result["commit_hash"]]]
        assert result["results"].keys() == {name for name in benchmarks if re.search(chosen, name)}
        for name, row in result["results"].items():
            found = dict(zip(result["result_columns"], row, strict=False))
            values = found["result"]
            assert all(isinstance(value, (int, float)) for value in values), name
            series = zip(product(*found["params"]), values, strict=True)
            skipped = [params for params, value in series if value != value]
            if name.startswith(LONGER):
                assert len(skipped) == len(values), f"{name} is not in the quick suite"
            elif not name.startswith(NOT_EVERYWHERE):
                asked = {params[-1] for params in skipped} & {repr(name) for name in trackers}
                assert asked <= {UNSYNCED}, name
            assert all(value >= 0 for value in values if value == value), name


def test_the_site_shows_both_releases(published: Project) -> None:
    index = load(published.path / "html" / "index.json")
    revisions = index["revision_to_hash"]
    for version, commit in commits().items():
        assert revisions[str(index["tags"][f"v{version}"])] == commit
    graphs = list((published.path / "html" / "graphs").rglob("metrics.LogMetrics.*.json"))
    drawn = [json.loads(graph.read_text()) for graph in graphs if "summary" not in graph.parts]
    assert [len(points) for points in drawn] == [2]


def test_links_to_a_commit_lead_somewhere(published: Project) -> None:
    index = load(published.path / "html" / "index.json")
    page, anchor = index["show_commit_url"].split("#")
    html = (published.path / "html" / page).read_text()
    for commit in commits().values():
        assert f'id="{anchor}{commit}"' in html
        assert f'id="{anchor}{commit[: index["hash_length"]]}"' in html


def test_a_release_is_told_by_its_file_and_what_changed_in_it(published: Project) -> None:
    page = (published.path / "html" / "releases.html").read_text()
    for pin in load(ROOT / "history" / "releases.json"):
        entry = page.partition(f'id="{pin["commit"]}"')[2].partition("</section>")[0]
        assert pin["filename"] in entry
        assert pin["sha256"] in entry
        assert pin["uploaded"][:10] in entry
        assert ("new" if pin["version"] == "0.2.0" else "identical") in entry
        assert "synadb/libsynadb.so</code>, " in entry


def test_the_report_tells_the_newest_release_next_to_each_baseline(published: Project) -> None:
    (report,) = load(published.path / "html" / "report.json")["machines"]
    assert report["release"]["name"] == "v1.4.0"
    assert {cost["baseline"] for cost in report["costs"]} == {"mlflow-file", "mlflow-sqlite"}
    tables = report["figures"] + report["setup"] + report["footprint"]
    states = {(row["title"], v["state"]) for row in tables for v in row["values"].values()}
    missing = {title for title, state in states if state != "measured"}
    longer = {title for title in missing if title.startswith("Memory")}
    assert missing == longer
    found = {claim["title"]: claim["found"]["synadb"] for claim in report["features"]}
    assert found.get("keeps all in one file", "yes") == "yes"
    (price,) = report["sync_price"]
    assert [found["state"] for found in price["values"].values()] == ["measured", "measured"]
    assert "from synadb import Experiment" in report["trackers"]["synadb"]["quick_start"]


def test_the_site_ignores_itself(published: Project) -> None:
    tracked = (ROOT / "html" / ".gitignore").read_text()
    assert (published.path / "html" / ".gitignore").read_text() == tracked


def test_no_baseline_is_a_regression(published: Project) -> None:
    regressions = load(published.path / "html" / "regressions.json")["regressions"]
    of_trackers = [name for name, *_ in regressions if not name.startswith("against_mlflow")]
    assert not [name for name in of_trackers if "mlflow" in name or "floor" in name]


def test_two_releases_are_compared(published: Project) -> None:
    status, output = published.run("asv", "compare", "--machine", MACHINE, "v1.0.2", "v1.4.0")
    assert status == 0, output
    assert "metrics.LogMetrics.time_log_metrics('synadb')" in output
    cost = "against_mlflow.InMemory.track_cost('log metrics', 'mlflow-file')"
    (line,) = [line for line in output.splitlines() if cost in line]
    assert line.count("±") == 2, "costs are shown with their intervals"


def test_nothing_is_left_in_scratch(published: Project) -> None:
    assert not list((published.path / ".asv" / "scratch").iterdir())
