"""The workload is the notebook's, to the last bit."""

import hashlib

from benchmarks import workload


def test_the_data_never_changes() -> None:
    digest = hashlib.sha256(repr(workload.load()).encode()).hexdigest()
    assert digest == "9ac747f16783d55b28d70a7b14b4cd9994df95eea3a2a5eef0a284b2d45f6a09"


def test_sizes_are_those_of_the_notebook() -> None:
    data = workload.load()
    assert len(data.runs) == 10
    assert {len(run.parameters) for run in data.runs} == {20}
    assert {len(run.metrics) for run in data.runs} == {500}
    assert len(data.artifact) == 1024 * 1024


def test_parameters_are_of_four_kinds() -> None:
    for run in workload.load().runs:
        optimizer, learning_rate, batch_size, *others = run.parameters.values()
        assert optimizer in {"adam", "sgd", "rmsprop"}
        assert 0.0001 <= learning_rate < 0.1
        assert isinstance(batch_size, int)
        assert 16 <= batch_size < 256
        assert all(0 <= value < 1 for value in others)


def test_metrics_follow_their_formulas() -> None:
    for run in workload.load().runs:
        for name, value, epoch in run.metrics:
            if name == "learning_rate":
                assert value == 0.001 * 0.95**epoch
            elif name.endswith("loss"):
                assert abs(value - 1 / (epoch + 1)) <= 0.1
            else:
                assert 0.4 <= value <= 0.99
