"""What people expect of a tracker, tried on the installed release.

Each system is tried in a process of its own without a network but its own loopback, so that a
server that listens on all addresses is not open to anybody.
"""

import fcntl
import gc
import re
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

from . import workload
from .harness import quick_starts
from .harness.cases import Measured, Outcome, attributes, shown
from .harness.once import once
from .harness.sizes import Suite
from .harness.stores import log_metrics, log_parameters
from .harness.verify import verify
from .system import directories, strace
from .system.processes import can_run, run_in_new_interpreter
from .system.servers import Server, page
from .trackers import LoggedRun, Tracker, create, load
from .trackers.base import COMPLETED, NotOffered, require
from .trackers.kinds import PLUGINS, SYSTEMS
from .workload import EXPERIMENT

UNSHARE = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"]
PORT = 5000
URL = f"http://127.0.0.1:{PORT}"
LOOPBACK = "0100007F"  # 127.0.0.1 as the kernel writes it
ARTIFACT, DATA = "model.bin", bytes(range(256))


def _try_apart(name: str) -> dict[str, bool | str]:
    return run_in_new_interpreter(try_all, name, prefix=UNSHARE)


def try_all(name: str) -> dict[str, bool | str]:
    """Try all features of a system in this process, which must be without a network.

    Returns whether each is there, or why that cannot be tried here.
    """
    _loopback_up()
    tried: dict[str, bool | str] = {}
    for feature, is_there in FEATURES.items():
        with directories.empty_store() as store:
            try:
                tried[feature] = is_there(name, store)
            except NotImplementedError as reason:
                tried[feature] = str(reason)
            except NotOffered:
                tried[feature] = False
            except Exception as error:  # a claim that ends in an error does not hold
                tried[feature] = False
                print(f"{name}, {feature}: {type(error).__name__}: {error}", file=sys.stderr)
    return tried


def _loopback_up() -> None:
    """Do what ``ip link set lo up`` does: a new network namespace comes with it down."""
    get_flags, set_flags, up, request = 0x8913, 0x8914, 1, "16sh22x"
    with socket.socket() as any_socket:
        found = fcntl.ioctl(any_socket, get_flags, struct.pack(request, b"lo", 0))
        _, flags = struct.unpack(request, found)
        fcntl.ioctl(any_socket, set_flags, struct.pack(request, b"lo", flags | up))


@dataclass(frozen=True)
class Started:
    """What a quick start did: whether its metric is there, whom it asked for, and its store."""

    logged: bool
    asked: list[str] | None
    files: set[str]


@cache
def _started(name: str) -> Started:
    """Run the quick start of a system, traced where that is possible."""
    tracker, prefix = create(name), []
    with directories.empty_store() as store:
        trace = store.with_name("trace")
        with suppress(NotImplementedError):
            strace.require()
            prefix = strace.traced(["connect", "sendto"], trace)
        quick_starts.run(tracker, store, prefix=prefix)
        asked = re.findall(r"AF_INET6?,.*", trace.read_text()) if prefix else None
        return Started(quick_starts.was_logged(tracker, store), asked, _names(store))


def _works_offline(name: str, store: Path) -> bool:
    """The quick start logs its metric, with no network and no server."""
    return _started(name).logged


def _asks_no_host(name: str, store: Path) -> bool:
    """The quick start does not try to reach any other host, not even a name server."""
    strace.require()
    asked = _started(name).asked or []
    return all("127.0.0.1" in address or '"::1"' in address for address in asked)


def _needs_no_configuration(name: str, store: Path) -> bool:
    """The quick start makes the same store without the lines that configure it."""
    tracker = create(name)
    if not tracker.configuration:
        return _started(name).logged
    quick_starts.run(tracker, store, configured=False)
    return _names(store) == _started(name).files


def _names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def _is_one_file(name: str, store: Path) -> bool:
    """A store with parameters, metrics and an artifact is a single file."""
    _log(create(name), store)
    return sum(path.is_file() for path in store.rglob("*")) == 1


def _can_be_moved(name: str, store: Path) -> bool:
    """A copy in another folder has everything after the original is deleted."""
    tracker = create(name)
    logged = _log(tracker, store)
    verify(tracker, store.rename(store.with_name("moved")), logged)
    return True


def _exports_and_imports(name: str, store: Path) -> bool:
    """A run, its artifact with it, goes to a file and from there to another store."""
    tracker, file = create(name), store.with_name("exported")
    logged = _log(tracker, store)
    tracker.open(store)
    tracker.export(file)
    tracker.close()
    other = store.with_name("other")
    other.mkdir()
    tracker.open(other)
    tracker.import_(file)
    tracker.close()
    verify(tracker, other, logged)
    return True


def _log(tracker: Tracker, store: Path) -> dict[str, LoggedRun]:
    """Log one run of the workload with an artifact to a new store; return it by its id."""
    run = workload.load().runs[0]
    tracker.prepare(store)
    tracker.open(store)
    run_id = tracker.start_run(EXPERIMENT, ["tag"])
    log_parameters(tracker, run_id, run)
    log_metrics(tracker, run_id, run)
    tracker.log_artifact(run_id, ARTIFACT, tracker.stage_artifact(store.parent, ARTIFACT, DATA))
    tracker.end_run(run_id, COMPLETED)
    tracker.close()
    return {run_id: replace(run.logged, artifacts={ARTIFACT: DATA})}


def _filters_by_parameter(name: str, store: Path) -> bool:
    """One call finds the runs in which a parameter has a value."""
    with _three_runs(name, store) as (tracker, (first, _, third)):
        return set(tracker.filter_by_parameter(EXPERIMENT, "optimizer", "adam")) == {first, third}


def _filters_by_metric(name: str, store: Path) -> bool:
    """One call finds the runs in which a metric is below a bound."""
    with _three_runs(name, store) as (tracker, (_, second, third)):
        return set(tracker.filter_by_metric(EXPERIMENT, "loss", 0.25)) == {second, third}


def _sorts_by_metric(name: str, store: Path) -> bool:
    """One call returns the runs in the order of a metric."""
    with _three_runs(name, store) as (tracker, (first, second, third)):
        return tracker.sort_by_metric(EXPERIMENT, "loss") == [second, third, first]


def _deletes_runs(name: str, store: Path) -> bool:
    """A deleted run is not listed any more, the others are."""
    with _three_runs(name, store) as (tracker, (first, second, third)):
        tracker.delete_run(EXPERIMENT, second)
        return set(tracker.list_runs(EXPERIMENT)) == {first, third}


@contextmanager
def _three_runs(name: str, store: Path) -> Iterator[tuple[Tracker, list[str]]]:
    """An open store of three runs, and their ids: adam, sgd, adam with losses 0.3, 0.1, 0.2."""
    tracker, run_ids = create(name), []
    tracker.prepare(store)
    tracker.open(store)
    for optimizer, loss in (("adam", 0.3), ("sgd", 0.1), ("adam", 0.2)):
        run_id = tracker.start_run(EXPERIMENT, ["tag"])
        tracker.log_param(run_id, "optimizer", optimizer)
        tracker.log_metric(run_id, "loss", loss, 0)
        tracker.end_run(run_id, COMPLETED)
        run_ids.append(run_id)
    try:
        yield tracker, run_ids
    finally:
        tracker.close()


def _lets_experiments_be_open_at_once(name: str, store: Path) -> bool:
    """A run goes on when another experiment of its store, open in the same process, is let go."""
    tracker, other = create(name), create(name)
    tracker.prepare(store)
    tracker.open(store)
    run_id = tracker.start_run(EXPERIMENT, ["tag"])
    other.open(store)
    other.set_experiment("another")
    del other
    gc.collect()
    try:
        tracker.log_metric(run_id, "loss", 0.5, 0)
        tracker.end_run(run_id, COMPLETED)
    finally:
        tracker.close()
    verify(tracker, store, {run_id: LoggedRun(metrics={"loss": [(0, 0.5)]})})
    return True


def _has_a_model_registry(name: str, store: Path) -> bool:
    """A model that was registered comes back by its name and version."""
    tracker = create(name)
    tracker.prepare(store)
    tracker.open(store)
    try:
        return tracker.register_model("classifier", DATA, store.parent) == DATA
    finally:
        tracker.close()


def _is_a_store_for_mlflow(name: str, store: Path) -> bool:
    """A run that is logged with MLflow's calls is kept, by the system or by what it plugs in."""
    require("mlflow")
    package = load(name).package
    plugins = [plugin for plugin in PLUGINS if load(plugin).package == package]
    if not plugins and package != "mlflow":
        raise NotOffered
    try:
        tracker = create(*(plugins or [name]))
    except NotImplementedError as reason:  # this release has none, or it does not work
        raise NotOffered(str(reason)) from reason
    verify(tracker, store, _log(tracker, store))
    return True


def _has_a_web_page(name: str, store: Path) -> bool:
    """A page of the store is served over HTTP."""
    return "<html" in _visit(name).page.lower()


def _page_works_offline(name: str, store: Path) -> bool:
    """That page takes no script, style, font or picture from other hosts."""
    return not taken_from_elsewhere(_visit(name).page)


def _page_is_private(name: str, store: Path) -> bool:
    """That page is served to this machine alone, unless its user asks for more."""
    return all(address == LOOPBACK for address in _visit(name).listening)


def _logs_over_http(name: str, store: Path) -> bool:
    """A run is logged to the server, without its files, and is in the store then."""
    return _visit(name).took_a_run


@dataclass(frozen=True)
class Visit:
    """What a system's server does: its first page, where it listens, whether it takes runs."""

    page: str
    listening: list[str]
    took_a_run: bool


@cache
def _visit(name: str) -> Visit:
    """Serve a store of one run with the server that the system brings along."""
    with directories.empty_store() as store:
        tracker = create(name)
        _log(tracker, store)
        tracker.open(store)
        command = tracker.serve(PORT)
        tracker.close()
        server = Server(command, store.with_name("log"), directory=store.parent)
        try:
            first_page = server.wait_for(partial(page, URL))
            listening = _listening()
            with suppress(NotOffered):
                tracker.log_over_http(URL, "remote", "loss", 0.5)
        finally:
            server.stop()
        tracker.open(store)
        took_a_run = len(tracker.list_runs("remote")) == 1
        tracker.close()
    return Visit(first_page, listening, took_a_run)


def _listening() -> list[str]:
    """Return the addresses on which this namespace listens, as the kernel writes them."""
    rows = [row.split() for row in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    # Columns: number, local address and port, remote ones, state; 0A is listening.
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A"]


def taken_from_elsewhere(html: str) -> list[str]:
    """Return the addresses of the scripts, styles and pictures that a page has from other hosts."""
    references = _References()
    references.feed(html)
    return references.elsewhere


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get({"link": "href"}.get(tag, "src")) or ""
        if address.startswith(("http:", "https:", "//")):
            self.elsewhere.append(address)


FEATURES: dict[str, Callable[[str, Path], bool]] = {
    "works with the network cut off": _works_offline,
    "asks for no other host": _asks_no_host,
    "needs no configuration": _needs_no_configuration,
    "keeps all in one file": _is_one_file,
    "can be moved to another folder": _can_be_moved,
    "exports and imports runs": _exports_and_imports,
    "filters runs by parameter": _filters_by_parameter,
    "filters runs by metric": _filters_by_metric,
    "sorts runs by metric": _sorts_by_metric,
    "deletes runs": _deletes_runs,
    "lets several experiments be open at once": _lets_experiments_be_open_at_once,
    "has a model registry": _has_a_model_registry,
    "is a store for MLflow": _is_a_store_for_mlflow,
    "has a web page": _has_a_web_page,
    "its web page works offline": _page_works_offline,
    "its web page is private by default": _page_is_private,
    "logs over HTTP": _logs_over_http,
}


class Features(Measured):
    """Whether a feature is missing: 0 if it is there, 1 if the release does not offer it.

    It counts as there if the system's public calls do it and the result is right. ``FEATURES``
    has how each is tried.
    """

    suite = Suite.QUICK
    version = "1"
    params = [list(FEATURES), SYSTEMS]
    param_names = ["feature", "tracker"]

    def require(self) -> None:
        if not can_run([*UNSHARE, "true"]):
            raise NotImplementedError("the network cannot be cut off here (unshare --net)")

    @attributes(timeout=300)
    def setup_cache(self) -> dict[str, Outcome]:
        return self.measure_each(SYSTEMS, once("features", _try_apart), workers=len(SYSTEMS))

    def prepare(self, feature: str, tracker: str) -> None:
        if isinstance(reason := self.found[feature], str):
            raise NotImplementedError(reason)

    @shown("Features that are missing", "missing")
    def track_missing(self, found: dict, feature: str, tracker: str) -> int:
        return int(not self.found[feature])
