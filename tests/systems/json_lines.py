"""A file of JSON lines for each run: each call appends one."""

import json
import uuid

from .base import Kind, LoggedRun, Tracker


class JsonLines(Tracker):
    kind, display_name, durability = Kind.BASELINE, "JSON lines", "nothing is synced"

    def open(self, directory):
        self.directory = directory

    def log_param(self, run_id, name, value, step=None):
        with (self.directory / run_id).open("a") as file:
            file.write(json.dumps([step, name, value]) + "\n")

    log_metric = log_param

    def log_artifact(self, run_id, name, data):
        self.log_param(run_id, name, data.hex(), "artifact")

    def start_run(self, experiment, tags):
        return f"{experiment}-{uuid.uuid4().hex}"

    def end_run(self, run_id, status):
        self.log_param(run_id, "status", status, "end")

    def list_runs(self, experiment):
        return [path.name for path in self.directory.glob(f"{experiment}-{'?' * 32}")]

    def read_run(self, experiment, run_id, metrics, artifacts):
        lines = [json.loads(line) for line in (self.directory / run_id).read_text().splitlines()]
        return LoggedRun(
            next((value for what, _, value in lines if what == "end"), "running"),
            {name: str(value) for what, name, value in lines if what is None},
            {m: [(s, v) for s, n, v in lines if n == m and isinstance(s, int)] for m in metrics},
            {a: bytes.fromhex(v) for what, a, v in lines if what == "artifact" and a in artifacts},
        )
