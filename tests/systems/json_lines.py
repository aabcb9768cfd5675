"""A file of JSON lines: each call appends one."""

import json
import uuid
from functools import partialmethod

from .base import Kind, LoggedRun, Tracker


class JsonLines(Tracker):
    kind, display_name, durability = Kind.BASELINE, "JSON lines", "nothing is synced"

    def open(self, directory):
        self.path = directory / "runs.jsonl"

    def log(self, what, run_id, name, value=None, step=None):
        with self.path.open("a") as file:
            file.write(json.dumps([run_id, what, name, value, step], default=bytes.hex) + "\n")

    log_param, log_metric = partialmethod(log, "param"), partialmethod(log, "metric")
    log_artifact, end_run = partialmethod(log, "artifact"), partialmethod(log, "end")

    def start_run(self, experiment, tags):
        self.log("start", run_id := uuid.uuid4().hex, experiment)
        return run_id

    def lines(self):
        return map(json.loads, self.path.read_text().splitlines())

    def list_runs(self, experiment):
        return [r for r, what, name, *_ in self.lines() if (what, name) == ("start", experiment)]

    def read_run(self, experiment, run_id, metrics, artifacts):
        mine = [line[1:] for line in self.lines() if line[0] == run_id]
        return LoggedRun(
            next((name for what, name, *_ in mine if what == "end"), "running"),
            {name: str(value) for what, name, value, _ in mine if what == "param"},
            {m: [(s, v) for w, n, v, s in mine if (w, n) == ("metric", m)] for m in metrics},
            {a: bytes.fromhex(v) for w, a, v, _ in mine if w == "artifact" and a in artifacts},
        )
