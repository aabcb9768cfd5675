"""The published pages say what the results say: asv publishes made-up ones, and they are read."""

import csv
import json
import math
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import jsonschema
import pytest
from bs4 import BeautifulSoup
from helpers import ROOT
from made_up import DECLARATIONS, SEVENTH

from validation import synthetic
from website import compare, pages
from website.trackers import DECLARED_BY

MEASURED = ("against_mlflow", "parameters", "metrics", "storage", "features", "quick_start")
MEASURED += ("many_writers", "hostile_input", "scale", "servers", "footprint", "mlflow_store")
VERSIONS = [f"v1.{number}.0" for number in range(20)]
# What moves only with SynaDB, as a benchmark would describe it.
SIGNAL = "instructions.Operations.track_instructions"
SIGNALS = {
    SIGNAL: {
        "name": SIGNAL,
        "pretty_name": "Instructions of an operation",
        "unit": "instructions",
        "param_names": ["operation", "tracker"],
        "params": [
            ["'log metrics'", "'log parameters'", "'log artifact'", "'list runs'"],
            ["'synadb'", "'mlflow-file'", "'floor'"],
        ],
    }
}
STEP = 12  # the release from which on another cost is measured
# What the benchmarks of the suite do not say, so that it can be on the page only because these do.
CHANGED = {
    "against_mlflow.OnDisk.track_cost": {"pretty_name": "Patience"},
    "parameters.LogParameters.time_log_parameters": {"pretty_name": "Log the 7 names of a run"},
    "footprint.Running.track_threads": {"pretty_name": "Yarn of a run", "unit": "strands"},
}
# What was added to the suite, like another benchmark.
ADDED = {
    "against_mlflow.SyncPrice.track_seconds": (
        "against_mlflow.OnDisk.track_cost",
        {
            "pretty_name": "A lone sync",
            "unit": "seconds",
            "param_names": ["when"],
            "params": [["'idle'", "'in between'"]],
        },
    ),
    "tail.LogMetric.track_longest": (
        "parameters.LogParameters.time_log_parameters",
        {"pretty_name": "Log a point, longest of 7"},
    ),
    "training.Loop.track_overhead": (
        "parameters.LogParameters.time_log_parameters",
        {"pretty_name": "Overhead on a step of 7 ms", "unit": "% of a step's time"},
    ),
    "many_writers.Processes.track_unread_median": (
        "many_writers.Processes.track_errors",
        {
            "pretty_name": "Points unread of the 11 of each",
            "unit": "points",
            "param_names": ["scribes", "tracker"],
            "params": [["3", "9"], ["'synadb'", "'mlflow-file'"]],
        },
    ),
    "slow_syncs.Operations.track_seconds": (
        "against_mlflow.OnDisk.track_cost",
        {
            "unit": "seconds",
            "param_names": ["operation", "price", "tracker"],
            "params": [["'log metrics'"], ["0", "5"], ["'synadb'", "'mlflow-file'"]],
        },
    ),
    "slow_syncs.Operations.track_syncs": (
        "against_mlflow.OnDisk.track_cost",
        {
            "unit": "syncs",
            "param_names": ["operation", "tracker"],
            "params": [["'log metrics'"], ["'synadb'", "'mlflow-file'"]],
        },
    ),
}


class Site:
    """A published site; ``printed`` is what asv said, in this environment if one is given."""

    def __init__(self, project: Path, **environment: str) -> None:
        command, env = [sys.executable, "-m", "asv", "publish"], environment or None
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True)
        self.printed = done.stdout + done.stderr
        assert done.returncode == 0, self.printed
        self.path = project / "html"

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.path / name).read_text("utf-8"), "html.parser")

    def text(self, name: str) -> str:
        return " ".join(self.page(name).get_text(" ").split())

    def texts(self, machine: str) -> str:
        """Return the text of all pages of a machine, that which tells what to choose first."""
        found = pages.machines((r["machine"]["machine"], r["releases"]) for r in self.reports)
        (own,) = [one for one in found if one.name == machine]
        others = tuple(f"-{one.suffix}.html" for one in found if one.suffix and one != own)
        known = [own.page("operations"), own.page("safety"), own.page("method")]
        several = [*self.path.glob("op-*.html"), *self.path.glob("release-*.html")]
        end = f"-{own.suffix}.html" if own.suffix else ".html"
        known += sorted(p.name for p in several if p.name.endswith(end))
        own_names = [name for name in known if not name.endswith(others or "\n")]
        return " ".join(map(self.text, [own.page("decide"), *own_names]))

    @property
    def reports(self) -> list[dict]:
        return json.loads((self.path / "report.json").read_text())["machines"]


def described(*names: str) -> dict[str, dict]:
    """Return this suite's benchmarks with made-up declarations of the trackers."""
    benchmarks = synthetic.described(*names)
    if DECLARED_BY in benchmarks:
        benchmarks[DECLARED_BY]["trackers"] = [*DECLARATIONS, SEVENTH]
    (any_cost,) = synthetic.described("against_mlflow.Instructions").values()
    return benchmarks | {name: any_cost | about for name, about in SIGNALS.items()}


def value(machine: str, number: int, name: str, params: tuple[str, ...]) -> float | None:
    """Return what was measured: all is 10, but for what the tests are about."""
    noise = 0.01 * (number % 3)
    if name.endswith("slowest_call"):
        return math.nan
    match name.partition(".")[0], params:
        case "against_mlflow", (when,):
            return math.nan if machine == "long" else {"'idle'": 1e-4}.get(when, 2.5e-4)
        case "slow_syncs", _ if machine == "long":
            return math.nan
        case "slow_syncs", (_, "0", tracker):
            return {"'synadb'": 1e-4}.get(tracker, 5e-4)
        case "slow_syncs", (_, _, tracker):
            return {"'synadb'": 1.1e-2}.get(tracker, 5e-4)
        case "slow_syncs", (_, tracker):
            return {"'synadb'": 2.0}.get(tracker, 0.0)
        case "tail", ("'synadb'",):
            return math.nan if machine == "long" else 0.007
        case "tail", _:
            return math.nan
        case "training", _ if machine == "long":
            return math.nan
        case "features", ("'keeps all in one file'", "'synadb'"):
            return 1.0
        case "features", ("'logs over HTTP'", "'synadb'"):
            return None
        case "features", ("'deletes runs'", "'synadb'"):
            return math.nan
        case "features", _:
            return 0.0
        case "mlflow_store", _:
            return None
        case "parameters", (tracker,):
            return math.nan if tracker == "'mlflow-file'" else 0.01
        case "against_mlflow", ("'query runs'", _):
            return None
        case "against_mlflow", _ if machine == "local":
            return 20.0
        case "against_mlflow", ("'log metrics'", _):
            return noise + (30.0 if number >= STEP else 10.0)
        case "instructions", ("'log metrics'", "'synadb'"):
            return 30.0 if number >= STEP else 10.0
        case "instructions", ("'log parameters'", "'synadb'"):
            return 10.0 if number >= STEP else 30.0
    return 10.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of a machine with all releases and of one with the newest, without npm."""
    project = tmp_path_factory.mktemp("project")
    benchmarks = described(*MEASURED)
    for name, changes in CHANGED.items():
        benchmarks[name] |= changes
    for name, (like, changes) in ADDED.items():
        benchmarks[name] = benchmarks[like] | {"name": name} | changes
    synthetic.write(project, benchmarks, value, VERSIONS, machines=["local", "long"])
    newest, *older = sorted((project / "results" / "local").glob("*-*.json"), key=_date)[::-1]
    for file in older:
        file.unlink()
    result = json.loads(newest.read_text())
    for row in result["results"].values():
        row[3] += 1000  # when it was started
    newest.write_text(json.dumps(result))
    (project / "bin").mkdir()
    (project / "bin" / "git").symlink_to(str(shutil.which("git")))
    return Site(project, PATH=str(project / "bin"), HOME=str(project))


def _date(file: Path) -> int:
    return json.loads(file.read_text())["date"]


def test_each_machine_has_its_page(site: Site) -> None:
    found = {"decide.html", "machine-local.html"}
    for page in found:
        assert found <= {str(link["href"]) for link in site.page(page).find_all("a")}
    assert "log parameters ● 5.0x faster" in site.text("machine-local.html")
    assert "log parameters ● 10x faster" in site.text("decide.html")
    for old, new in (("report.html", "decide.html"), ("machine-long.html", "decide.html")):
        assert [link["href"] for link in site.page(old).find_all("a")] == [new]


def test_in_the_data_the_machine_measured_last_comes_first(site: Site) -> None:
    assert [report["machine"]["machine"] for report in site.reports] == ["local", "long"]


def test_the_first_page_is_of_the_longest_history(site: Site) -> None:
    """However much later somebody measured one release."""
    assert "on long (2 cores of a processor), Python 3.11. 20 releases" in site.text("decide.html")
    for page in ("decide.html", "machine-local.html", "op-log-metrics-local.html"):
        machines = [link.get_text() for link in site.page(page).select(".machines a")]
        assert machines == ["long, 20 releases", "local, 1 release"]


def test_one_release_cannot_have_regressed(site: Site) -> None:
    text = site.texts("local")
    assert text.count("1 release: none can have regressed.") == 2
    for said in ("regressions are open", "0 regressions", "None, in"):
        assert said not in text


def test_what_a_sync_took_is_said_where_it_was_measured(site: Site) -> None:
    said = "A sync of this disk took 100 µs idle and 250 µs in between"
    assert said in site.text("machine-local.html")
    assert "A sync of this disk" not in site.text("decide.html")


def test_at_which_price_of_a_sync_they_change_places_is_said_where_it_was_measured(
    site: Site,
) -> None:
    said = "SynaDB v1.19.0 is faster than MLflow files up to 0.2 ms (0.185 to 0.215) a sync, and"
    assert f"To log metrics, {said} slower beyond." in site.text("operations-local.html")
    page = site.page("operations-local.html")
    rows = page.select("[aria-label='Operations by the price of a sync'] tbody tr")
    assert [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows] == [
        ["log metrics", "syncs", "2", "0"],
        ["log metrics", "0", "0.1", "0.5"],
        ["log metrics", "5 (5)", "11; 10.1, +8.9 %", "0.5; 0.5, +0.0 %"],
    ]
    assert "By the price of a sync" not in site.text("operations.html")
    table = csv.DictReader((site.path / "report.csv").read_text("utf-8").splitlines())
    found = [row for row in table if (row["case"], row["tracker"]) == ("log metrics, 5", "synadb")]
    assert [row["unit"] for row in found] == ["seconds"]


def test_the_longest_calls_have_a_table_where_they_were_measured(site: Site) -> None:
    page = site.page("operations-local.html")
    (row,) = page.find("h3", string="The longest calls").find_next("tbody").find_all("tr")
    assert [cell.get_text() for cell in row.find_all(["th", "td"])][:3] == [
        "Log a point, longest of 7",
        "ms",
        "7",
    ]
    assert "The longest calls" not in site.texts("long")
    table = csv.DictReader((site.path / "report.csv").read_text("utf-8").splitlines())
    assert {row["value"] for row in table if row["title"] == "Log a point, longest of 7"} == {
        "0.007"
    }


def test_a_training_has_a_table_where_it_was_measured(site: Site) -> None:
    page = site.page("operations-local.html")
    (row,) = page.find("h3", string="In a training loop").find_next("tbody").find_all("tr")
    assert [cell.get_text() for cell in row.find_all(["th", "td"])][:3] == [
        "Overhead on a step of 7 ms",
        "% of a step's time",
        "10",
    ]
    assert "In a training loop" not in site.text("operations.html")


def test_features_are_shown_as_they_were_found(site: Site) -> None:
    text = site.texts("local")
    assert "keeps all in one file ✗ no" in site.text("machine-local.html")
    assert "logs over HTTP failed" in text
    assert "deletes runs not tried" in text
    assert "MLflow SQLite 3.17.2" in text
    assert "SynaDB below MLflow, which would be SynaDB's way to a server, does not work" in text


def test_failed_and_skipped_benchmarks_are_shown_as_such(site: Site) -> None:
    text = site.texts("local")
    (failed,) = site.page("machine-local.html").select("tr:has(a[href*=query-runs])")
    assert [cell.get_text() for cell in failed.select("td")][::3] == ["failed"] * 2
    page = site.page("operations-local.html")
    (row,) = [row for row in page.select("tr") if "Log the 7 names" in row.get_text()]
    assert "missing" in row.get_text()
    assert "nan" not in text.split()


def test_the_page_says_what_the_benchmarks_say(site: Site) -> None:
    text = site.texts("local")
    assert "against each baseline, patience" in text
    assert "Log the 7 names of a run ms 10 10 10 missing 10 10" in text
    assert "Yarn of a run strands 10" in text
    assert "Points unread of the 11 of each (scribes: 9) how 10 - 10" in text
    assert "Points unread of the 11 of each (scribes: 3)" in text


def test_trackers_are_shown_as_they_declare_themselves(site: Site) -> None:
    text = site.texts("local")
    assert "SynaDB v1.19.0 each call is synced synadb" in text
    assert "Papyrus ink is dry papyrus-tracker" in text
    assert "plain file (floor) each record is on the disk -" in text
    (quick_starts,) = site.page("operations-local.html").select("pre[aria-label='Quick starts']")
    assert quick_starts.get_text().startswith("# SynaDB\nfrom synadb import Experiment\n")


def test_a_step_is_shown_with_the_release_that_brought_it(site: Site) -> None:
    text = site.texts("long")
    assert f"{SIGNAL}(log metrics, synadb) v1.12.0 10 30 in the history" in text
    report = site.reports[1]
    changes = {
        (r["benchmark"], *r["params"]): [(mark["release"], mark["kind"]) for mark in r["marks"]]
        for r in report["changes"]
    }
    assert changes == {
        (SIGNAL, "log metrics", "synadb"): [("v1.12.0", "regression")],
        (SIGNAL, "log parameters", "synadb"): [("v1.12.0", "improvement")],
    }
    assert [r["series"] for r in report["regressions"]] == [f"{SIGNAL}('log metrics', 'synadb')"]
    (cost,) = [
        cost
        for cost in report["costs"]
        if (cost["title"], cost["operation"], cost["baseline"])
        == ("Patience", "log metrics", "mlflow-file")
    ]
    assert [(step["first"], step["last"]) for step in cost["steps"]] == [
        ("v1.0.0", "v1.11.0"),
        ("v1.12.0", "v1.19.0"),
    ]
    assert "p-operation=%27log+metrics%27" in cost["address"]
    releases = site.text("releases.html")
    changed = releases.partition("v1.13.0")[2].partition("v1.11.0")[0]
    assert "▲ regression , 10 to 30" in changed
    assert "▼ improvement , 30 to 10" in changed
    assert releases.count("regression") == releases.count("improvement") == 1


def test_what_has_no_value_is_told_apart(site: Site) -> None:
    """On the page, which says why, on that of the releases, and as data."""
    text, releases = site.text("release-1.19.0-local.html"), site.text("releases.html")
    failed = text.partition("failed (raised an error): ")[2].partition(" not measured (")[0]
    left_out = text.partition(" not measured (skipped: ")[2]
    assert "(logs over HTTP, synadb)" in failed
    assert "Log the 500 metric points of a run to a store below MLflow" in failed
    assert "(deletes runs, synadb)" in left_out
    assert "Log the 7 names of a run (mlflow-file)" in left_out
    newest = releases.partition("v1.18.0")[0]
    assert "failed on local: " in newest
    assert "not measured on local: " in newest
    assert "(deletes runs, synadb)" in newest.partition("not measured on local: ")[2]
    (gaps,) = site.reports[0]["gaps"]
    assert "mlflow_store.LogMetrics.time_log_metrics" in {g["benchmark"] for g in gaps["failed"]}
    assert "parameters.LogParameters.time_log_parameters" in {
        gap["benchmark"] for gap in gaps["not_measured"]
    }


def test_the_feed_of_regressions_is_valid(site: Site) -> None:
    """A feed has an id, a title and a date, and so has each entry, with a link (RFC 4287)."""
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(site.path / "regressions.xml").getroot()
    assert feed.tag == f"{atom}feed"
    entries = feed.findall(f"{atom}entry")
    assert entries
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{atom}{name}")
    for entry in entries:
        link = entry.find(f"{atom}link")
        assert link is not None
        assert str(link.get("href")).startswith("index.html#")
    ids = [entry.findtext(f"{atom}id") for entry in entries]
    assert len(set(ids)) == len(ids)


def test_the_data_are_as_documented(site: Site) -> None:
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((site.path / "report.json").read_text()), schema)
    with (site.path / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    costs = [row for row in rows if row["what"] == "cost" and row["machine"] == "long"]
    of_costs = [point for cost in site.reports[1]["costs"] for point in cost["history"]]
    assert len(costs) == sum(point["cost"] is not None for point in of_costs)
    assert {row["title"] for row in costs} > {"Patience"}
    assert {row["release"] for row in costs} == set(VERSIONS)
    figures = [row for row in rows if row["title"] == "Log the 7 names of a run"]
    assert {(row["unit"], row["value"]) for row in figures} == {("seconds", "0.01")}


def estimates(found: object) -> Iterator[dict]:
    """Yield everything in report.json that has an interval."""
    if isinstance(found, dict) and found.keys() == {"value", "low", "high", "n"}:
        yield found
    elif isinstance(found, dict | list):
        parts = found.values() if isinstance(found, dict) else found
        yield from chain.from_iterable(map(estimates, parts))


def test_every_estimate_is_possible(site: Site) -> None:
    with (site.path / "report.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["low"]]
    found = list(estimates(site.reports))
    assert min(len(found), len(rows)) > 1000
    for one in found + rows:
        value = float(one["value"])
        assert 0 <= float(one["low"] or value) <= value <= float(one["high"] or value)


def test_without_npm_asv_s_links_stay(site: Site) -> None:
    (line,) = [line for line in site.printed.splitlines() if "npm" in line]
    assert "asv's pages will load their scripts from public hosts: npm is not installed" in line
    page = (site.path / "asv.html").read_text()
    assert 'src="https://' in page
    assert "decide.html" in page


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    benchmarks = described("against_mlflow", "parameters", "quick_start")
    benchmarks[DECLARED_BY]["trackers"] = [
        {**about, "display_name": f"{evil}{about['display_name']}", "durability": evil}
        for about in DECLARATIONS
    ]
    for benchmark in benchmarks.values():
        benchmark["params"] = [[p.replace("log a", evil) for p in ps] for ps in benchmark["params"]]
        benchmark["pretty_name"] = benchmark["unit"] = f"{evil} of {benchmark['name']}"
    machine = "<img src=x onerror=alert(1)>"
    versions = ["v1-<img-src=x-onerror=alert(1)>"]
    synthetic.write(tmp_path, benchmarks, lambda *key: 10.0, versions, machines=[machine])
    site = Site(tmp_path)
    for path in site.path.glob("*.html"):
        if path.name in ("asv.html", "index.html", "error.html"):
            continue
        page = site.page(path.name)
        assert not page.select("script:not([src]):not([type]), img") or page.find("noscript")
        for tag in page.find_all(True):
            assert not [attribute for attribute in tag.attrs if attribute.startswith("on")]
    text = site.texts(machine)
    for said in (evil, f"{evil}SynaDB", f"{evil} synadb", f"{evil} of parameters.", machine):
        assert said in text
    assert evil not in (site.path / "decide.html").read_text()
    badges = list(site.path.glob("badge-*.svg"))
    assert badges
    for badge in badges:
        assert b"<img" not in badge.read_bytes()
        assert b"<script" not in badge.read_bytes()
    assert site.reports[0]["machine"]["machine"] == machine


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of three releases whose newest was measured twice, with what asv cannot see yet.

    In it, counts of two operations are larger, one is smaller, and in one the controls moved alike.
    Another machine measured it once, and on a third all of it failed.
    """
    project = tmp_path_factory.mktemp("planted")
    moved = {"'log metrics'": 20.0, "'log parameters'": 5.0, "'list runs'": 20.0}

    def values(machine: str, number: int, name: str, params: tuple[str, ...]) -> float | None:
        if number < 2:
            return 10.0
        if machine == "broken":
            return None
        is_moved = name == SIGNAL and (params[1] == "'synadb'" or params[0] == "'list runs'")
        return moved.get(params[0], 10.0) if is_moved else 10.0

    machines = ["twice", "once", "broken"]
    versions = ["v1.0.0", "v1.1.0", "v1.2.0"]
    synthetic.write(project, described("against_mlflow", "quick_start"), values, versions, machines)
    for machine in machines:
        for file in sorted((project / "results" / machine).glob("*-*.json"), key=_date)[1:]:
            result = of_one_session(file)
            if machine == "twice":
                env = f"{result['env_name']}-again"
                second = file.with_name(f"{result['commit_hash'][:8]}-{env}.json")
                second.write_text(json.dumps(result | {"env_name": env}))
    return Site(project)


SESSION = "<session 2023-11-14T00:00:00Z lock=a634a76d14f4 boot=1a2b3c4d suite=standard>"


def of_one_session(file: Path) -> dict:
    """Have results say when they were measured, all of them at once; return them."""
    result = json.loads(file.read_text())
    result["durations"][SESSION] = 60.0
    file.write_text(json.dumps(result))
    return result


def of_machine(site: Site, name: str) -> tuple[dict, str]:
    """Return a machine's report as data and as text."""
    report = next(r for r in site.reports if r["machine"]["machine"] == name)
    return report, site.texts(name)


def test_a_regression_in_the_newest_release_alone_is_shown(planted: Site) -> None:
    report, text = of_machine(planted, "twice")
    (regression,) = report["regressions"]
    assert regression["series"] == f"{SIGNAL}('log metrics', 'synadb')"
    (mark,) = regression["marks"]
    assert (mark["release"], mark["before"], mark["after"]) == ("v1.2.0", 10.0, 20.0)
    assert [(m["before"], m["after"]) for m in mark["measurements"]] == [(10.0, 20.0)] * 2
    assert {m["session"]["lock"] for m in mark["measurements"]} == {"a634a76d14f4"}
    assert re.search(r"\b2 of \d+ watched series changed: 1 worse, 1 better\.", text)
    assert "Instructions of an operation, log metrics: +100.0 %." in text
    assert f"{SIGNAL}(log metrics, synadb) v1.2.0 10 20 confirmed by a second measurement" in text
    assert f"{SIGNAL}(log metrics, synadb) 10 20 10 20 1 ▲ regression, confirmed" in text
    assert f"{SIGNAL}(log parameters, synadb) 10 5 10 5 1 ▼ improvement, confirmed" in text
    assert f"{SIGNAL}(list runs, synadb) 10 20 - - - not its own: the baselines or the" in text
    assert "moved alike: MLflow files 10 to 20, plain file (floor) 10 to 20" in text
    newest = planted.text("releases.html").partition("v1.1.0")[0]
    said = "▲ regression , 10 to 20: instructions.Operations.track_instructions(log metrics, synadb"
    assert f"{said}) on twice, confirmed by a second measurement" in newest.replace(" )", ")")
    assert newest.count("▲ regression") == newest.count("▼ improvement") == 1


def test_what_was_measured_once_waits_for_a_second_measurement(planted: Site) -> None:
    report, text = of_machine(planted, "once")
    assert not report["regressions"]
    assert not report["changes"]
    states = {(*f["params"],): f["state"] for f in report["newest"]["findings"]}
    assert states == {
        ("log metrics", "synadb"): "not confirmed",
        ("log parameters", "synadb"): "not confirmed",
        ("list runs", "synadb"): "moved with controls",
    }
    assert "2 changes of v1.2.0 are not told from chance yet: measure again." in text
    assert "Instructions of an operation, log metrics: +100.0 %." in text
    assert "No regression is open in 6 series that are watched." in text
    page = json.loads((planted.path / "regressions.json").read_text())
    assert page["regressions"] == [], "asv leaves the newest release to our rule"


def test_a_release_of_which_all_failed_is_named_as_such(planted: Site) -> None:
    report, text = of_machine(planted, "broken")
    assert report["gaps"][-1]["values"] == 0
    assert "Nothing of SynaDB v1.2.0 could be measured." in text
    assert "failed on broken, and nothing was measured: " in planted.text("releases.html")


def test_the_feed_has_the_regression_of_the_newest_release(planted: Site) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(planted.path / "regressions.xml").getroot()
    (entry,) = feed.findall(f"{atom}entry")
    title = f"100.00% {SIGNAL}('log metrics', 'synadb')"
    assert entry.findtext(f"{atom}title") == title
    assert entry.findtext(f"{atom}updated") == "2023-11-14T00:00:00Z"
    link = entry.find(f"{atom}link")
    assert link is not None
    (commit,) = [release["commit"] for release in of_machine(planted, "twice")[0]["gaps"][-1:]]
    assert str(link.get("href")).startswith(f"index.html#{SIGNAL}?")
    assert str(link.get("href")).endswith(f"&commits={commit}")
    content = entry.findtext(f"{atom}content")
    assert content
    assert "v1.2.0 on twice, confirmed by a second measurement: 10 to 20." in content


def test_the_data_of_the_newest_release_are_as_documented(planted: Site) -> None:
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    jsonschema.validate(json.loads((planted.path / "report.json").read_text()), schema)
    said = "Its interval is that of one run: by how much runs differ was not validated here."
    assert said in of_machine(planted, "twice")[1]


def test_a_faster_machine_is_no_better_release(tmp_path: Path) -> None:
    """All absolute times fall by a third in the newest of six releases: no page marks one."""

    def values(machine: str, number: int, name: str, params: tuple[str, ...]) -> float:
        is_time = name.startswith(("metrics", "parameters"))
        return (10.0 + number % 2 / 10) * (2 / 3 if number == 5 else 1) if is_time else 10.0

    timed = synthetic.described("metrics.LogMetrics.", "parameters.", "quick_start.")
    versions = [f"v1.{number}.0" for number in range(6)]
    synthetic.write(tmp_path / "faster", timed, values, versions)
    for file in (tmp_path / "faster" / "results" / "local").glob("*-*.json"):
        of_one_session(file)
    site = Site(tmp_path / "faster")
    assert "0 worse, 0 better" in site.text("release-1.5.0.html")
    text = (site.path / "data-local.js").read_text("utf-8")
    data = json.loads(text[text.index("] = ") + 4 :].rstrip().rstrip(";"))
    found = compare.compare(data, 4, 5)
    verdicts = {one.verdict for one in found if one.kind != "identical"}
    assert verdicts
    assert {verdict.partition(" MLflow")[0] for verdict in verdicts} == {compare.MOVED}
    for page in site.path.glob("*.html"):
        assert not site.page(page.name).select(".regression, .improvement"), page
