"""SynaDB's file, read as the bytes that it is, without SynaDB.

A record is a header, a key and a value. The header has microseconds, the lengths of key and value,
and flags; the value of a point is a tag and a double.
"""

import re
import struct
from pathlib import Path

FILE = "experiments.db"
HEADER = struct.Struct("<QHIB")
FLOAT = b"\1\0\0\0"
DOUBLE = struct.Struct("<d")


def metric_key(experiment: str, run_id: str, name: str, step: int | str) -> str:
    """Return the key of a point of a metric."""
    return f"exp/{experiment}/run/{run_id}/metric/{name}/{step}"


def points(file: Path, experiment: str, run_id: str, name: str) -> list[tuple[int, float]]:
    """Return the points of a metric whose records are whole, in the order of the file."""
    data = file.read_bytes()
    start = re.escape(metric_key(experiment, run_id, name, "").encode())
    record = re.compile(rb"(%b(\d+))%b(.{8})" % (start, FLOAT), re.DOTALL)
    return [
        (int(found[2]), DOUBLE.unpack(found[3])[0])
        for found in record.finditer(data)
        if _is_header(data[: found.start()][-HEADER.size :], len(found[1]))
    ]


def _is_header(data: bytes, key_bytes: int) -> bool:
    """Whether it is the header of a point with a key of so many bytes."""
    lengths = key_bytes, len(FLOAT) + DOUBLE.size
    return len(data) == HEADER.size and HEADER.unpack(data)[1:3] == lengths
