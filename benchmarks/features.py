"""What people expect of a tracker, tried on the installed release.

Each system is tried in a process of its own without a network but its own loopback, so that a
server that listens on all addresses is not open to anybody.
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from urllib.error import URLError
from urllib.request import urlopen

from . import fresh, quick_start, scratch, workload
from .read_back import log_metrics, log_parameters, metrics_of, parameters_of, verify
from .trackers import SYSTEMS, LoggedRun, Tracker, create
from .trackers.base import COMPLETED, NotOffered
from .workload import EXPERIMENT

UNSHARE = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"]
PORT = 5000
URL = f"http://127.0.0.1:{PORT}"
LOOPBACK = "0100007F"  # 127.0.0.1 as the kernel writes it
SECONDS_TO_START = 60
ARTIFACT, DATA = "model.bin", bytes(range(256))

# By tracker and feature: whether it is there, or why that cannot be tried here.
Tried = dict[str, dict[str, bool | str]]


class Features:
    """Whether a feature is missing: 0 if it is there, 1 if the release does not offer it.

    It counts as there if the system's public calls do it and the result is right. ``FEATURES``
    has how each is tried.
    """

    version = "1"
    param_names = ["feature", "tracker"]
    timeout = 120

    def setup_cache(self) -> Tried:
        if not fresh.can_run([*UNSHARE, "true"]):
            return {}  # setup says why
        with ThreadPoolExecutor() as pool:
            tried = pool.map(lambda name: fresh.call(try_all, name, prefix=UNSHARE), SYSTEMS)
            return dict(zip(SYSTEMS, tried, strict=True))

    setup_cache.timeout = 300

    def setup(self, tried: Tried, feature: str, tracker: str) -> None:
        create(tracker)  # skips a system that cannot run here, and says why
        if not tried:
            raise NotImplementedError("the network cannot be cut off here (unshare --net)")
        if isinstance(reason := tried[tracker][feature], str):
            raise NotImplementedError(reason)

    def track_missing(self, tried: Tried, feature: str, tracker: str) -> int:
        return int(not tried[tracker][feature])

    track_missing.unit = "missing"


def try_all(name: str) -> dict[str, bool | str]:
    """Try all features of a system in this process, which must be without a network."""
    try:
        create(name)
    except NotImplementedError:  # setup says why
        return {}
    _loopback_up()
    tried: dict[str, bool | str] = {}
    for feature, is_there in FEATURES.items():
        with scratch.anywhere() as directory:
            store = Path(directory, "store")
            store.mkdir()
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


def _works_offline(name: str, store: Path) -> bool:
    """The quick start logs its metric, with no network and no server."""
    tracker = create(name)
    quick_start.run(name, quick_start.configured(tracker), store)
    return quick_start.was_logged(tracker, store)


def _asks_no_host(name: str, store: Path) -> bool:
    """The quick start does not try to reach any other host, not even a name server."""
    trace = store.with_name("trace")
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto", "-o"]
    if not shutil.which("strace"):
        raise NotImplementedError("strace is not installed")
    if subprocess.run([*strace, str(trace), "true"], capture_output=True).returncode:
        raise NotImplementedError("strace may not trace processes here")
    quick_start.run(name, quick_start.configured(create(name)), store, *strace, str(trace))
    asked = re.findall(r"AF_INET6?,.*", trace.read_text())
    return all("127.0.0.1" in address or '"::1"' in address for address in asked)


def _needs_no_configuration(name: str, store: Path) -> bool:
    """The quick start makes the same store without the lines that configure it."""
    tracker = create(name)
    quick_start.run(name, quick_start.configured(tracker), store)
    other = store.with_name("other")
    other.mkdir()
    quick_start.run(name, dedent(tracker.quick_start), other)
    return _names(store) == _names(other)


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
    return {run_id: LoggedRun(COMPLETED, parameters_of(run), metrics_of(run), {ARTIFACT: DATA})}


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


def _has_a_model_registry(name: str, store: Path) -> bool:
    """A model that was registered comes back by its name and version."""
    tracker = create(name)
    tracker.prepare(store)
    tracker.open(store)
    try:
        return tracker.register_model("classifier", DATA, store.parent) == DATA
    finally:
        tracker.close()


def _has_a_web_page(name: str, store: Path) -> bool:
    """A page of the store is served over HTTP."""
    return "<html" in _visit(name).page.lower()


def _page_works_offline(name: str, store: Path) -> bool:
    """That page takes no script, style, font or picture from other hosts."""
    references = _References()
    references.feed(_visit(name).page)
    return not references.elsewhere


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
    with scratch.anywhere() as directory:
        store = Path(directory, "store")
        store.mkdir()
        tracker = create(name)
        _log(tracker, store)
        tracker.open(store)
        command = tracker.serve(PORT)
        tracker.close()
        with _served(command, Path(directory)) as page:
            listening = _listening()
            with suppress(NotOffered):
                tracker.log_over_http(URL, "remote", "loss", 0.5)
        tracker.open(store)
        took_a_run = len(tracker.list_runs("remote")) == 1
        tracker.close()
    return Visit(page, listening, took_a_run)


def _listening() -> list[str]:
    """Return the addresses on which this namespace listens, as the kernel writes them."""
    rows = [row.split() for row in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    # Columns: number, local address and port, remote ones, state; 0A is listening.
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A"]


@contextmanager
def _served(command: list[str], directory: Path) -> Iterator[str]:
    """Run a server in a folder and yield its first page; end it and what it started."""
    log = directory / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=directory, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield _first_page(server, log)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _first_page(server: subprocess.Popen, log: Path) -> str:
    """Wait for the server; raise RuntimeError with its last line if it ends or never answers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(URL, timeout=10) as answer:
                return answer.read().decode()
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"no page was served: {log.read_text().strip().splitlines()[-1:]}")


class _References(HTMLParser):
    """What a page takes from other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get({"link": "href"}.get(tag, "src")) or ""
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
    "has a model registry": _has_a_model_registry,
    "has a web page": _has_a_web_page,
    "its web page works offline": _page_works_offline,
    "its web page is private by default": _page_is_private,
    "logs over HTTP": _logs_over_http,
}
Features.params = [list(FEATURES), SYSTEMS]
