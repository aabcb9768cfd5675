"""The report says what the results say: asv publishes made-up ones, and the pages are read."""

import csv
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import jsonschema
import pytest
from helpers import ROOT

from benchmarks import workload
from validation import synthetic
from website import curves, phrases, tables
from website.results import Estimate, unquoted

COSTS = ("against_mlflow", "parameters", "metrics", "storage", "features", "quick_start")
COSTS += ("many_writers", "hostile_input", "scale", "servers", "footprint", "mlflow_store")
TWO = ["v1.0.0", "v1.1.0"]


class Text(HTMLParser):
    """The visible text of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def __str__(self) -> str:
        return " ".join(" ".join(self.words).split())


def constant(cost: float) -> synthetic.Values:
    """Return values that do not change: this cost everywhere, and every feature is there."""
    return lambda machine, number, name, params: 0.0 if name.startswith("features") else cost


def publish(
    directory: Path, values: synthetic.Values, versions=TWO, **keywords
) -> tuple[Path, str]:
    """Write a project and publish it; return its site and what asv printed."""
    synthetic.write(directory, synthetic.described(*COSTS), values, versions, **keywords)
    return republish(directory)


def republish(directory: Path) -> tuple[Path, str]:
    command = [sys.executable, "-m", "asv", "publish"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return directory / "html", done.stdout + done.stderr


def read(site: Path, page: str = "report.html") -> str:
    return str(Text((site / page).read_text("utf-8")))


def load(site: Path) -> dict:
    return json.loads((site / "report.json").read_text())


def test_the_sentence_follows_the_winner(tmp_path: Path) -> None:
    wins, _ = publish(tmp_path / "wins", constant(10.0))
    loses, _ = publish(tmp_path / "loses", constant(400.0))
    ties, _ = publish(tmp_path / "ties", constant(101.0))
    start = "In time on disk, next to MLflow SQLite, SynaDB v1.1.0"
    assert f"{start} is faster in 6 of 6 operations: to log parameters (10x)" in read(wins)
    assert f"{start} is slower in 6 of 6 operations: to log parameters (4.0x)" in read(loses)
    assert f"{start} shows no clear difference in 6 of 6 operations" in read(ties)
    assert "metrics: 10x faster than MLflow SQLite, v1.1.0" in badge(wins)
    assert "metrics: 4.0x slower than MLflow SQLite, v1.1.0" in badge(loses)
    assert "metrics: no clear difference to MLflow SQLite, v1.1.0" in badge(ties)


def badge(site: Path) -> str:
    """Return the title of a badge, which must be well-formed."""
    root = ElementTree.parse(site / "badge-mlflow-sqlite.svg").getroot()
    return root.findtext("{http://www.w3.org/2000/svg}title")


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Estimate(8.0, 7.0, 9.0), "12x faster"),
        (Estimate(50.0), "2.0x faster"),
        (Estimate(130.0, 120.0, 140.0), "1.3x slower"),
        (Estimate(130.0, 99.0, 160.0), "no clear difference"),
        (Estimate(99.9), "no clear difference"),
        (None, "missing"),
    ],
)
def test_a_cost_in_words(cost: Estimate | None, said: str) -> None:
    assert phrases.compared(cost) == said


def test_a_feature_that_is_missing_is_shown_as_missing(tmp_path: Path) -> None:
    lost = {
        "'keeps all in one file'": 1.0,
        "'logs over HTTP'": None,
        "'deletes runs'": float("nan"),
    }

    def values(machine, number, name, params):
        mine = name.startswith("features") and params[1] == "'synadb'"
        return lost.get(params[0], 0.0) if mine else 0.0 if name.startswith("features") else 10.0

    site, _ = publish(tmp_path, values)
    (report,) = load(site)["machines"]
    found = {f["title"]: f["found"]["synadb"] for f in report["features"]}
    assert found["keeps all in one file"] == "no"
    assert found["logs over HTTP"] == "failed"
    assert found["deletes runs"] == "missing"
    assert found["has a web page"] == "yes"
    text = read(site)
    assert "SynaDB v1.1.0 lacks 1: keeps all in one file." in text
    assert "keeps all in one file ✗ no" in text
    assert "logs over HTTP failed" in text
    assert "deletes runs not tried" in text
    assert "MLflow SQLite 3.17.2" in text


def test_batches_are_a_sentence_whoever_wins(tmp_path: Path) -> None:
    def values(machine, number, name, params):
        if name.startswith("metrics.LogMetricsInBatches"):
            return {"'synadb'": 0.2, "'mlflow-file'": 0.02, "'mlflow-sqlite'": 0.4}[params[1]]
        return constant(10.0)(machine, number, name, params)

    site, _ = publish(tmp_path, values)
    said = "Logging 500 metric points in batches: SynaDB v1.1.0 is 10x slower next to MLflow files"
    assert f"{said} and is 2.0x faster next to MLflow SQLite." in read(site)


def test_batches_that_are_alike_are_said_to_be(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, constant(0.2))
    said = "in batches: SynaDB v1.1.0 shows no clear difference next to MLflow files and shows"
    assert said in read(site)


def test_losses_are_a_sentence(tmp_path: Path) -> None:
    def values(machine, number, name, params):
        if name == "many_writers.Processes.track_points_lost":
            return 1500.0 if params[1] == "'synadb'" else 0.0
        return constant(10.0)(machine, number, name, params)

    site, _ = publish(tmp_path, values)
    said = "Acknowledged points lost by 4 processes at once (of 2,000): 1,500 in SynaDB v1.1.0"
    others = "0 in SynaDB C interface, 0 in MLflow files and 0 in MLflow SQLite."
    assert f"{said}, {others}" in read(site)


def growing(power: float) -> synthetic.Values:
    """Return values of which SynaDB's grow with this power of a size, and MLflow's linearly."""

    def values(machine, number, name, params):
        if not name.startswith("scale.ReadRuns"):
            return constant(10.0)(machine, number, name, params)
        size = float(params[1])
        if size == 5000:
            return float("nan")
        return (
            1e-3 * size / 30 * (size / 30) ** (power - 1)
            if "'synadb'" in params
            else 1e-3 * size / 30
        )

    return values


def test_a_crossover_is_said_with_its_interval(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, growing(2))
    said = "Querying runs with parameters: SynaDB v1.1.0 is faster than MLflow SQLite up to about"
    assert f"{said} 30 runs (27 to 33 runs), and slower beyond." in read(site)
    (report,) = load(site)["machines"]
    curve = report["scale"][0]
    assert [sample["size"] for sample in curve["lines"]["synadb"]] == [10, 100, 1000]
    sizes = {c["baseline"]: round(c["size"]["value"]) for c in curve["crossovers"]}
    assert sizes == {"mlflow-file": 30, "mlflow-sqlite": 30}


def test_the_other_way_round_is_said_too(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, growing(0.5))
    said = "SynaDB v1.1.0 is slower than MLflow SQLite up to about 30 runs (25 to 37 runs)"
    assert f"Opening a store: {said}, and faster beyond." in read(site)


def test_without_a_crossover_the_faster_one_is_said(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, constant(10.0))
    (report,) = load(site)["machines"]
    assert not [c for curve in report["scale"] for c in curve["crossovers"] if c["size"]]
    assert "at all sizes from 10 runs to 5,000 runs" in read(site)


@pytest.mark.parametrize(
    ("costs", "sizes"),
    [
        ([(1, 0.1), (100, 10)], [10]),
        ([(0, 0.1), (100, 10)], [10]),  # 0 is taken for 1
        ([(10, 0.5), (100, 0.9)], []),
        ([(1, 0.5), (10, 2), (100, 0.5)], [10**0.5, 10**1.5]),
    ],
)
def test_costs_cross_parity_on_a_logarithmic_scale(costs: list, sizes: list[float]) -> None:
    assert curves.crossings(costs) == pytest.approx(sizes)


@pytest.mark.parametrize(
    ("size", "of", "said"),
    [
        (1234, "runs", "1,200 runs"),
        (0, "points", "0 points"),
        (1024, "bytes", "1 KiB"),
        (130 * 1024, "bytes", "130 KiB"),
        (2**26, "bytes", "64 MiB"),
        (10, "bytes", "10 bytes"),
    ],
)
def test_a_size_in_words(size: float, of: str, said: str) -> None:
    assert phrases.quantity(size, of) == said


@pytest.mark.parametrize(
    ("low", "high", "of", "said"),
    [
        (34.2, 291, "runs", "34 to 290 runs"),
        (2**10, 2**25, "bytes", "1 KiB to 32 MiB"),
        (None, 120, "runs", "less to 120 runs"),
        (34.2, None, "runs", "34 runs to more"),
    ],
)
def test_an_interval_of_sizes_in_words(
    low: float | None, high: float | None, of: str, said: str
) -> None:
    assert phrases.spread(low, high, of) == said


def test_a_store_that_fails_is_said_to_fail(tmp_path: Path) -> None:
    def values(machine, number, name, params):
        return (
            None
            if name.startswith("mlflow_store")
            else constant(10.0)(machine, number, name, params)
        )

    site, _ = publish(tmp_path, values)
    text = read(site)
    assert "Log a metric point to SynaDB's store for MLflow ms" in text
    assert "fails with this MLflow" in text


def test_changed_inputs_are_counted_for_each_release(tmp_path: Path) -> None:
    def values(machine, number, name, params):
        if not name.startswith("hostile_input"):
            return constant(10.0)(machine, number, name, params)
        return float(params[1] == "'synadb'" and (number == 0 or "pickle" in params[0]))

    site, _ = publish(tmp_path, values)
    (report,) = load(site)["machines"]
    assert [c["inputs"]["synadb"] for c in report["changed"]] == [len(report["inputs"]), 1]
    assert {c["inputs"]["mlflow-file"] for c in report["changed"]} == {0}


def test_a_step_is_shown_with_the_release_that_brought_it(tmp_path: Path) -> None:
    versions = [f"v1.{number}.0" for number in range(20)]

    def values(machine, number, name, params):
        if "log metrics" in str(params):
            return 10.0 + 0.01 * (number % 3) + (20.0 if number >= 12 else 0.0)
        if "log parameters" in str(params):
            return 30.0 + 0.01 * (number % 3) - (20.0 if number >= 12 else 0.0)
        return 10.0

    site, _ = publish(tmp_path, values, versions)
    text = read(site)
    assert "▲ regression in v1.12.0 , MLflow SQLite: 10 to 30 %" in text
    assert "▼ improvement in v1.12.0 , MLflow SQLite: 30 to 10 %" in text
    (report,) = load(site)["machines"]
    series = {(r["benchmark"], *r["params"]) for r in report["regressions"]}
    assert ("against_mlflow.Instructions.track_cost", "log metrics", "mlflow-sqlite") in series
    assert all("log metrics" in names for names in series)
    (cost,) = [
        c
        for c in report["costs"]
        if (c["measure"], c["operation"], c["baseline"]) == ("OnDisk", "log metrics", "mlflow-file")
    ]
    assert [(s["first"], s["last"]) for s in cost["steps"]] == [
        ("v1.0.0", "v1.11.0"),
        ("v1.12.0", "v1.19.0"),
    ]
    assert "p-operation=%27log+metrics%27" in cost["address"]
    releases = read(site, "releases.html")
    changed = releases.partition("v1.13.0")[2].partition("v1.11.0")[0]
    assert "▲ regression , 10 to 30" in changed
    assert_atom(site / "regressions.xml")


def assert_atom(path: Path) -> None:
    """A valid feed has an id, a title and a date, and so has each entry, with a link (RFC 4287)."""
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(path).getroot()
    assert feed.tag == f"{atom}feed"
    entries = feed.findall(f"{atom}entry")
    assert entries
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{atom}{name}")
    for entry in entries:
        assert entry.find(f"{atom}link").get("href").startswith("index.html#")
    ids = [entry.findtext(f"{atom}id") for entry in entries]
    assert len(set(ids)) == len(ids)


def test_one_release_is_enough(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, constant(10.0), ["v1.0.0"])
    assert "SynaDB v1.0.0 is faster in 6 of 6 operations" in read(site)


def test_no_result_at_all_is_said(tmp_path: Path) -> None:
    site, output = publish(tmp_path, constant(10.0), machines=[])
    assert "There is nothing to report" in output
    assert "Nothing measured yet" in read(site)


def test_each_machine_has_its_page(tmp_path: Path) -> None:
    site, _ = publish(
        tmp_path,
        lambda machine, *key: 10.0 if machine == "fast" else 20.0,
        machines=["fast", "slow"],
    )
    pages = {"report.html", *(path.name for path in site.glob("report-*.html"))}
    assert len(pages) == 2
    for page in pages:
        text = Text((site / page).read_text())
        assert pages <= {a.get("href") for tag, a in text.tags if tag == "a"}
    said = {re.search(r"log parameters \((\S+)\)", read(site, page))[1] for page in pages}
    assert said == {"10x", "5.0x"}


def test_the_machine_measured_last_comes_first(tmp_path: Path) -> None:
    publish(tmp_path, constant(10.0), machines=["a", "b"])
    (newest,) = (tmp_path / "results" / "b").glob(f"{newest_commit(tmp_path)[:8]}-*.json")
    result = json.loads(newest.read_text())
    for row in result["results"].values():
        row[3] += 1000  # when it was started
    newest.write_text(json.dumps(result))
    site, _ = republish(tmp_path)
    assert [report["machine"]["machine"] for report in load(site)["machines"]] == ["b", "a"]


def newest_commit(project: Path) -> str:
    command = ["git", "--git-dir", str(project / "history.git"), "rev-parse", "main"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_failed_and_skipped_benchmarks_are_shown_as_such(tmp_path: Path) -> None:
    def values(machine, number, name, params):
        if "'log metrics'" in params:
            return None
        if "'query runs'" in params or name.startswith("parameters"):
            return float("nan")
        return None if name.startswith("storage") else 10.0

    site, _ = publish(tmp_path, values)
    (report,) = load(site)["machines"]
    states = {c["operation"]: c["state"] for c in report["costs"]}
    assert states["log metrics"] == "failed"
    assert states["list runs"] == "measured"
    text = read(site)
    assert "faster in 4 of 4 operations" in text
    assert "log metrics MLflow SQLite failed" in text
    assert "nan" not in text.split()


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_published(tmp_path: Path) -> None:
    publish(tmp_path, constant(10.0))
    broken = sorted((tmp_path / "results" / "local").glob("*-virtualenv*.json"))[0]
    commit = json.loads(broken.read_text())["commit_hash"]
    broken.write_text(broken.read_text()[:100])
    site, output = republish(tmp_path)
    assert broken.name in output
    (report,) = load(site)["machines"]
    left = {point["release"] for cost in report["costs"] for point in cost["history"]}
    assert len(left) == 1
    assert commit in (site / "releases.html").read_text()


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    benchmarks = synthetic.described(*COSTS)
    for benchmark in benchmarks.values():
        benchmark["params"] = [[p.replace("log m", evil) for p in ps] for ps in benchmark["params"]]
    versions = ["v1-<img-src=x-onerror=alert(1)>"]
    machine = "<img src=x onerror=alert(1)>"
    synthetic.write(tmp_path, benchmarks, constant(10.0), versions, machines=[machine])
    site, _ = republish(tmp_path)
    for page in ("report.html", "releases.html"):
        text = Text((site / page).read_text())
        assert not [tag for tag, _ in text.tags if tag in ("script", "img")]
        assert not [a for _, a in text.tags if any(name.startswith("on") for name in a)]
        assert "<img" in str(text)
    assert evil in read(site)
    for path in site.glob("badge-*.svg"):
        assert b"<img" not in path.read_bytes()
    assert load(site)["machines"][0]["machine"]["machine"] == machine


def test_the_data_are_as_documented(tmp_path: Path) -> None:
    site, _ = publish(tmp_path, constant(10.0))
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(load(site), schema)
    with (site / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    costs = [row for row in rows if row["what"] == "cost"]
    (report,) = load(site)["machines"]
    assert len(costs) == sum(len(cost["history"]) for cost in report["costs"])
    assert {float(row["value"]) for row in costs} == {10.0}
    assert {row["release"] for row in costs} == set(TWO)


def test_without_npm_asv_s_links_stay(tmp_path: Path) -> None:
    synthetic.write(tmp_path, synthetic.described(*COSTS), constant(10.0), TWO)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(Path("/usr/bin/git"))
    done = subprocess.run(
        [sys.executable, "-m", "asv", "publish"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    (line,) = [line for line in output.splitlines() if "npm" in line]
    assert "asv's pages will load their scripts from public hosts: npm is not installed" in line
    page = (tmp_path / "html" / "asv.html").read_text()
    assert 'src="https://' in page
    assert "report.html" in page


def test_figures_are_of_the_workload_that_is_logged() -> None:
    assert len(workload.load().runs[0].metrics) == tables.POINTS
    assert tables.ARTIFACT_MB == workload.ARTIFACT_BYTES / 1e6


def test_every_figure_comes_from_a_benchmark_of_this_suite() -> None:
    described = synthetic.described("")
    rows = (tables.FIGURES, tables.SERVERS, tables.SETUP, tables.FOOTPRINT)
    for figure in chain(*rows, tables.SAFETY, tables.SCALES):
        params = described[figure.benchmark]["params"]
        for chosen, offered in zip(figure.params, params, strict=False):
            assert chosen in map(unquoted, offered)
