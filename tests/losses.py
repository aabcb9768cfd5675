"""Trackers that lose or change something: what the benchmarks have to notice."""

from typing import Any

from benchmarks.trackers.floor import Floor


class Sound(Floor):
    pass


class LosesAMetric(Floor):
    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        if (name, step) != ("loss", 3):
            super().log_metric(run_id, name, value, step)


class ChangesAMetric(Floor):
    def log_metric(self, run_id: str, name: str, value: float, step: int) -> None:
        super().log_metric(run_id, name, value + (1e-12 if step == 3 else 0), step)


class LosesAParameter(Floor):
    def log_param(self, run_id: str, name: str, value: Any) -> None:
        if name != "param_19":
            super().log_param(run_id, name, value)


class RoundsParameters(Floor):
    def log_param(self, run_id: str, name: str, value: Any) -> None:
        super().log_param(run_id, name, round(value, 9) if isinstance(value, float) else value)


class ChangesAByte(Floor):
    def log_artifact(self, run_id: str, name: str, data: bytes) -> None:
        super().log_artifact(run_id, name, data[:-1] + b"\0")


class LosesTheEnd(Floor):
    def end_run(self, run_id: str, status: str) -> None:
        pass
