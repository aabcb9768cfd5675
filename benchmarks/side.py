"""A tracker that does its share of an operation, turn by turn."""

import shutil
from pathlib import Path

from .filled import Filled
from .on_disk import open_new
from .operations import Operation, Read
from .trackers import create


class Side:
    """A store of one tracker, and one or more operations on it side by side.

    A tracker that is much faster than the other one does several operations in its turn, each in
    its own run.
    """

    def __init__(self, tracker: str, operation: type[Operation], lanes: int, filled: Filled | None):
        self.tracker = create(tracker)
        self.operation = operation
        self.lanes = lanes
        self.filled = filled

    def open(self, directory: Path) -> None:
        """Open a new store: an empty one, or a copy of the one to be read."""
        self.directory = directory / "store"
        if issubclass(self.operation, Read):
            shutil.copytree(self.filled.directory, self.directory)
            self.tracker.open(self.directory)
            self.work = [self.operation(self.tracker, self.filled) for _ in range(self.lanes)]
        else:
            self.directory.mkdir(parents=True)
            open_new(self.tracker, self.directory)
            self.work = [self.operation(self.tracker, directory) for _ in range(self.lanes)]

    def before(self) -> None:
        for work in self.work:
            work.before()

    def turn(self, number: int) -> None:
        for work in self.work:
            work.turn(number)

    def after(self, turns: int) -> None:
        for work in self.work:
            work.after(turns)

    def close(self) -> None:
        """Close the store and read everything back."""
        self.tracker.close()
        for work in self.work:
            work.verify(self.directory)
