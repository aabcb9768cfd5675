"""Instructions of each operation: what moves when SynaDB moves, on every day and machine alike."""

from typing import Any

from .harness import clock
from .harness.cases import shown
from .harness.draws import Drawn
from .harness.operations import OPERATIONS
from .trackers.kinds import EMBEDDED


class Operations(Drawn):
    """Instructions of one iteration, those of the kernel excepted, under valgrind.

    An iteration is five parameters or points, one artifact or run, or one list or query of ten
    runs. SynaDB's are drawn five times, in three new processes and two forks; a baseline's five
    times, once for an environment. By how much draws differ is how sure a count is.
    """

    params = [list(OPERATIONS), EMBEDDED]
    param_names = ["operation", "tracker"]

    def prepare(self, operation: str, tracker: str) -> None:
        if operation not in self.found:
            raise NotImplementedError("the floor stores runs and cannot look for them")

    @shown("Instructions of an iteration", "instructions")
    def track_instructions(self, found: dict, operation: str, tracker: str) -> dict[str, Any]:
        return clock.samples(self.found[operation])
