"""The floor: the bytes that SynaDB writes, appended to a plain file with the same durability."""

import json
import os
import re
import struct
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .base import Kind, LoggedRun, Tracker

# SynaDB's record: time in microseconds, length of key and value, a flag; then key and value.
HEADER = struct.Struct("<QHIB")
FLOAT, TEXT, BYTES = 1, 3, 4
TAG = struct.Struct("<I")
LENGTH = struct.Struct("<Q")
FLOAT_VALUE = struct.Struct("<Id")  # its tag, and itself


def float_records(data: bytes, prefix: str) -> Iterator[tuple[str, float]]:
    """Yield the rest of the key and the value of each whole record of a float below ``prefix``.

    A record is found wherever it stands, since those before it may be torn.
    """
    for found in re.finditer(re.escape(prefix.encode()), data):
        start = found.start() - HEADER.size
        if start < 0:
            continue
        _, key_length, value_length, _ = HEADER.unpack_from(data, start)
        end = found.start() + key_length
        if value_length == FLOAT_VALUE.size <= len(data) - end:
            tag, value = FLOAT_VALUE.unpack_from(data, end)
            if tag == FLOAT:
                yield data[found.end() : end].decode(errors="replace"), value


class Floor(Tracker):
    """One append and one fdatasync for every record that SynaDB writes, and nothing else."""

    kind = Kind.FLOOR
    display_name = "plain file (floor)"
    durability = "each record is on the disk (fdatasync), as with SynaDB"

    def open(self, directory: Path) -> None:
        self._path = directory / "floor.log"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._metadata: dict[str, dict[str, Any]] = {}
        self._prefix: dict[str, str] = {}

    def close(self) -> None:
        os.close(self._file)

    def _append(self, key: str, value: bytes) -> None:
        name = key.encode()
        header = HEADER.pack(time.time_ns() // 1000, len(name), len(value), 0)
        os.write(self._file, header + name + value)
        os.fdatasync(self._file)

    def _put_text(self, key: str, text: str) -> None:
        data = text.encode()
        self._append(key, TAG.pack(TEXT) + LENGTH.pack(len(data)) + data)

    def start_run(self, experiment: str, tags: list[str]) -> str:
        run_id = str(uuid.uuid4())
        self._prefix[run_id] = f"exp/{experiment}/run/{run_id}"
        self._metadata[run_id] = {
            "id": run_id,
            "experiment": experiment,
            "started_at": int(time.time()),
            "tags": tags,
            "status": "running",
            "params": {},
        }
        self._put_text(f"{self._prefix[run_id]}/meta", json.dumps(self._metadata[run_id]))
        return run_id

    def log_param(self, run_id: str, name: str, value: Any) -> None:
        self._put_text(f"{self._prefix[run_id]}/param/{name}", str(value))

    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        self.append_value(f"{self._prefix[run_id]}/metric/{name}/{step}", value)
        self.append_value(f"{self._prefix[run_id]}/metric_ts/{name}", value)

    def append_value(self, key: str, value: float) -> None:
        """Append one record of a metric point, and wait until it is on the disk."""
        self._append(key, TAG.pack(FLOAT) + struct.pack("<d", value))

    def log_artifact(self, run_id: str, name: str, data: bytes) -> None:
        key = f"{self._prefix[run_id]}/artifact/{name}"
        self._append(key, TAG.pack(BYTES) + LENGTH.pack(len(data)) + data)

    def end_run(self, run_id: str, status: str) -> None:
        self._metadata[run_id] |= {"status": status, "ended_at": int(time.time())}
        self._put_text(f"{self._prefix[run_id]}/meta", json.dumps(self._metadata[run_id]))

    def list_runs(self, experiment: str) -> list[str]:
        raise NotImplementedError("the floor stores runs and cannot look for them")

    def read_run(
        self, experiment: str, run_id: str, metrics: Iterable[str], artifacts: Iterable[str]
    ) -> LoggedRun:
        prefix = f"exp/{experiment}/run/{run_id}/"
        records = self._records(prefix)
        run = LoggedRun(json.loads(records["meta"])["status"])
        run.metrics = {name: [] for name in metrics}
        for key, value in records.items():
            kind, _, name = key.partition("/")
            if kind == "param":
                run.parameters[name] = value.decode()
            elif kind == "metric":
                name, _, step = name.rpartition("/")
                run.metrics[name].append((int(step), *struct.unpack("<d", value)))
            elif kind == "artifact" and name in artifacts:
                run.artifacts[name] = value
        return run

    def _records(self, prefix: str) -> dict[str, bytes]:
        """Return the last value of each key below ``prefix``, without its type and length."""
        data = self._path.read_bytes()
        records, position = {}, 0
        while position < len(data):
            _, key_length, value_length, _ = HEADER.unpack_from(data, position)
            start = position + HEADER.size + key_length
            key = data[position + HEADER.size : start].decode()
            position = start + value_length
            if key.startswith(prefix):
                (tag,) = TAG.unpack_from(data, start)
                skip = TAG.size if tag == FLOAT else TAG.size + LENGTH.size
                records[key.removeprefix(prefix)] = data[start + skip : position]
        return records
