"""SynaDB's tracking through the C interface of its library, as close to the engine as Python gets.

``SYNA_exp_*`` is what every release since 0.2.0 exports for it. It opens a path, as the
``ExperimentTracker`` of SynaDB's examples does, and has no calls that read: runs are read through
the key-value calls of the same library.
"""

import ctypes
import json
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .base import Kind, LoggedRun, Tracker

OK = 1
STATUS = {"completed": 1, "failed": 2, "killed": 3}
Text, Size, Pointer = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p
SizeOut, PointerOut = ctypes.POINTER(Size), ctypes.POINTER(Pointer)
# The library's C header as ctypes has it: arguments and result.
SIGNATURES = {
    "SYNA_open": ([Text], ctypes.c_int32),
    "SYNA_close": ([Text], ctypes.c_int32),
    "SYNA_keys": ([Text, SizeOut], Pointer),
    "SYNA_free_keys": ([Pointer, Size], None),
    "SYNA_get_float": ([Text, Text, ctypes.POINTER(ctypes.c_double)], ctypes.c_int32),
    "SYNA_get_text": ([Text, Text, SizeOut], Pointer),
    "SYNA_free_text": ([Pointer, Size], None),
    "SYNA_get_bytes": ([Text, Text, SizeOut], Pointer),
    "SYNA_free_bytes": ([Pointer, Size], None),
    "SYNA_exp_tracker_open": ([Text], ctypes.c_int32),
    "SYNA_exp_start_run": ([Text, Text, Text, PointerOut, SizeOut], ctypes.c_int32),
    "SYNA_exp_log_param": ([Text] * 4, ctypes.c_int32),
    "SYNA_exp_log_metric": ([Text] * 3 + [ctypes.c_double, ctypes.c_int64], ctypes.c_int32),
    "SYNA_exp_log_artifact": ([Text] * 3 + [Text, Size], ctypes.c_int32),
    "SYNA_exp_end_run": ([Text, Text, ctypes.c_int32], ctypes.c_int32),
}


class SynaDBNative(Tracker):
    """``SYNA_exp_*`` through ctypes, with an error for every result that is not success."""

    kind = Kind.LIBRARY
    display_name = "SynaDB C interface"
    package = "synadb"
    durability = "each call returns after fdatasync: metrics once, parameters twice"

    def __init__(self) -> None:
        self._library = _load()

    def open(self, directory: Path) -> None:
        self._path = str(directory / "experiments.db").encode()
        self._reading = False
        self._log("tracker_open")

    def close(self) -> None:
        if self._reading:
            self._library.SYNA_close(self._path)

    def _log(self, function: str, *arguments: Any) -> None:
        code = getattr(self._library, f"SYNA_exp_{function}")(self._path, *arguments)
        if code != OK:
            raise RuntimeError(f"SYNA_exp_{function} returned {code}")

    def set_experiment(self, experiment: str) -> None:
        self._read()

    def start_run(self, experiment: str, tags: list[str]) -> str:
        text, length = Pointer(), Size()
        ends = ctypes.byref(text), ctypes.byref(length)
        self._log("start_run", experiment.encode(), json.dumps(tags).encode(), *ends)
        assert text.value  # it has returned success
        try:
            return ctypes.string_at(text.value, length.value).decode()
        finally:
            self._library.SYNA_free_text(text, length)

    def log_param(self, run_id: str, name: str, value: Any) -> None:
        self._log("log_param", run_id.encode(), name.encode(), str(value).encode())

    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        self._log("log_metric", run_id.encode(), name.encode(), value, step)

    def log_artifact(self, run_id: str, name: str, data: bytes) -> None:
        self._log("log_artifact", run_id.encode(), name.encode(), data, len(data))

    def resume_run(self, experiment: str, run_id: str) -> None:
        """Do nothing: each call finds the run by its id, whoever has started it."""

    def end_run(self, run_id: str, status: str) -> None:
        self._log("end_run", run_id.encode(), STATUS[status])

    def list_runs(self, experiment: str) -> list[str]:
        start, end = f"exp/{experiment}/run/", "/meta"
        return [
            key[len(start) : -len(end)]
            for key in self._keys()
            if key.startswith(start) and key.endswith(end)
        ]

    def query_runs(self, experiment: str) -> dict[str, dict[str, str]]:
        return {
            run_id: self._meta(experiment, run_id)["params"]
            for run_id in self.list_runs(experiment)
        }

    def read_metric(self, experiment: str, run_id: str, name: str) -> list[tuple[int, float]]:
        start = f"exp/{experiment}/run/{run_id}/metric/{name}/"
        keys = [key for key in self._keys() if key.startswith(start)]
        return sorted((int(key[len(start) :]), self._float(key)) for key in keys)

    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        meta = self._meta(experiment, run_id)
        prefix = f"exp/{experiment}/run/{run_id}/artifact/"
        return LoggedRun(
            meta["status"].lower(),
            meta["params"],
            {name: self.read_metric(experiment, run_id, name) for name in metrics},
            {name: self._bytes(f"{prefix}{name}") for name in artifacts},
        )

    def _meta(self, experiment: str, run_id: str) -> dict[str, Any]:
        return json.loads(self._text(f"exp/{experiment}/run/{run_id}/meta"))

    def _read(self) -> ctypes.CDLL:
        """Return the library with the store open for reading; it sees what was there by then."""
        if not self._reading:
            code = self._library.SYNA_open(self._path)
            if code != OK:
                raise RuntimeError(f"SYNA_open returned {code}")
            self._reading = True
        return self._library

    def _keys(self) -> list[str]:
        library, length = self._read(), Size()
        pointer = library.SYNA_keys(self._path, ctypes.byref(length))
        try:
            keys = ctypes.cast(pointer, ctypes.POINTER(Text))
            return [keys[number].decode() for number in range(length.value)]
        finally:
            library.SYNA_free_keys(pointer, length)

    def _float(self, key: str) -> float:
        value = ctypes.c_double()
        code = self._read().SYNA_get_float(self._path, key.encode(), ctypes.byref(value))
        if code != OK:
            raise KeyError(key)
        return value.value

    def _text(self, key: str) -> str:
        return self._blob("text", key).decode()

    def _bytes(self, key: str) -> bytes:
        return self._blob("bytes", key)

    def _blob(self, kind: str, key: str) -> bytes:
        library, length = self._read(), Size()
        get, free = (getattr(library, f"SYNA_{verb}_{kind}") for verb in ("get", "free"))
        pointer = get(self._path, key.encode(), ctypes.byref(length))
        if not pointer:
            raise KeyError(key)
        try:
            return ctypes.string_at(pointer, length.value)
        finally:
            free(pointer, length)


@cache
def _load() -> ctypes.CDLL:
    """Load the library that lies in the package, which is not imported for it."""
    package = find_spec("synadb")
    if package is None or package.origin is None:
        raise NotImplementedError("synadb is not installed")
    try:
        library = ctypes.CDLL(str(Path(package.origin).with_name("libsynadb.so")))
        for name, (arguments, result) in SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, result
    except (OSError, AttributeError) as error:
        raise NotImplementedError(f"SynaDB's C interface cannot be used: {error}") from error
    return library
