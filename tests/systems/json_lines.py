"""A file of JSON lines: each call appends one."""

import json
import uuid
from functools import partialmethod

from .base import Kind, LoggedRun, Tracker


class JsonLines(Tracker):
    kind, display_name, durability = Kind.BASELINE, "JSON lines", "nothing is synced"

    def open(self, directory):
        self.file = (directory / "runs.jsonl").open("a+")

    def close(self):
        self.file.close()

    def log(self, what, run_id, name, value=None, step=None):
        value = value.hex() if isinstance(value, bytes) else value
        self.file.write(json.dumps([what, run_id, name, value, step]) + "\n")
        self.file.flush()

    log_param, log_metric = partialmethod(log, "param"), partialmethod(log, "metric")
    log_artifact, end_run = partialmethod(log, "artifact"), partialmethod(log, "end")

    def start_run(self, experiment, tags):
        self.log("start", run_id := uuid.uuid4().hex, experiment)
        return run_id

    def list_runs(self, experiment):
        self.file.seek(0)
        return [r for what, r, name, *_ in map(json.loads, self.file) if (what, name) == ("start", experiment)]

    def read_run(self, experiment, run_id, metrics, artifacts):
        self.file.seek(0)
        run = LoggedRun("running", metrics={name: [] for name in metrics})
        for what, _, name, value, step in (x for x in map(json.loads, self.file) if x[1] == run_id):
            run.status = name if what == "end" else run.status
            run.parameters |= {name: str(value)} if what == "param" else {}
            run.artifacts |= {name: bytes.fromhex(value)} if what == "artifact" and name in artifacts else {}
            if what == "metric" and name in run.metrics: run.metrics[name].append((step, value))
        return run
