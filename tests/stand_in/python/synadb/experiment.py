"""Experiments, their runs, and what is logged to them: a line each."""

import json
import uuid
from enum import Enum
from pathlib import Path

from .wrapper import append


class RunStatus(Enum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class Run:
    def __init__(self, experiment, run_id, params=None, status=RunStatus.RUNNING):
        self.experiment, self.id, self.params, self.status = experiment, run_id, params, status

    def _log(self, kind, name, value, step=None):
        line = json.dumps([self.id, kind, name, value, step])
        append(self.experiment.path + (".metrics" if kind == "metric" else ""), line)

    def log_param(self, name, value):
        self._log("param", name, value)

    def log_metric(self, name, value, step=None):
        self._log("metric", name, value, step)

    def log_artifact(self, name, data):
        self.experiment.artifact(self.id, name).write_bytes(data)

    def end(self, status="completed"):
        self._log("status", "", status)


class Experiment:
    def __init__(self, name, path):
        self.name, self.path = name, path

    def start_run(self, tags=()):
        run = Run(self, uuid.uuid4().hex)
        append(self.path, json.dumps([run.id, "start", self.name, list(tags), None]))
        return run

    def _lines(self, *words, end=""):
        """Return the lines that have all of these words; others are not parsed."""
        file = Path(self.path + end)
        lines = file.read_text().splitlines() if file.exists() else []
        found = [line for line in lines if all(word in line for word in words)]
        return [json.loads(line.rpartition(" ")[0]) for line in found]

    def list_runs(self):
        return [run for run, _, name, *_ in self._lines('"start"') if name == self.name]

    def query(self):
        return [self.get_run(run) for run in self.list_runs()]

    def get_run(self, run_id):
        params = {name: str(value) for _, _, name, value, _ in self._lines(run_id, '"param"')}
        ended = [value for _, _, _, value, _ in self._lines(run_id, '"status"')]
        return Run(self, run_id, params, RunStatus((ended or ["running"])[-1]))

    def get_metrics(self, run_id, metric):
        lines = self._lines(run_id, end=".metrics")
        return [(step, value) for _, _, name, value, step in lines if name == metric]

    def artifact(self, run_id, name):
        return Path(f"{self.path}.{run_id}.{name}")

    def get_artifact(self, run_id, name):
        return self.artifact(run_id, name).read_bytes()

    def close(self):
        pass
