"""A tracker that does its share of an operation, iteration by iteration."""

import shutil
from pathlib import Path

from ..trackers import Tracker
from .operations import Operation, Read, Write
from .stores import Store, log_small_run


class Runner:
    """A store of one tracker, and an operation on it, done ``number`` times in each iteration.

    A tracker that is much faster than the other one does the operation several times in its turn,
    each in a run of its own.
    """

    def __init__(
        self,
        tracker: Tracker,
        operation: type[Operation],
        number: int = 1,
        store: Store | None = None,
    ) -> None:
        self.tracker = tracker
        self.operation = operation
        self.number = number
        self.store = store

    def open(self, directory: Path) -> None:
        """Open a new store: an empty one, or a copy of the one to be read."""
        self.directory = directory / "store"
        if issubclass(self.operation, Read):
            assert self.store is not None
            shutil.copytree(self.store.directory, self.directory)
            self.tracker.open(self.directory)
            self.work = [self.operation(self.tracker, self.store) for _ in range(self.number)]
        else:
            assert issubclass(self.operation, Write)
            self.directory.mkdir(parents=True)
            self.tracker.prepare(self.directory)
            self.tracker.open(self.directory)
            log_small_run(self.tracker)
            self.work = [self.operation(self.tracker, directory) for _ in range(self.number)]

    def setup(self) -> None:
        for work in self.work:
            work.setup()

    def run(self, iteration: int) -> None:
        for work in self.work:
            work.run(iteration)

    def teardown(self, iterations: int) -> None:
        for work in self.work:
            work.teardown(iterations)

    def close(self) -> None:
        """Close the store and read everything back."""
        self.tracker.close()
        for work in self.work:
            work.verify(self.directory)
