"""Work in a fresh interpreter, where nothing is imported and nothing inherited."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from . import scratch
from .quick_start import ALONE


def call(
    function: Callable[..., Any],
    *arguments: str,
    prefix: Sequence[str] = (),
    alone: bool = False,
    **environment: str,
) -> Any:
    """Return what a function of this package returns in a process of its own.

    The result has to be JSON. ``prefix`` is a command that runs the interpreter, such as strace;
    ``alone`` hides what SynaDB imports and does not need. Raises RuntimeError with the end of what
    the process said if it failed.
    """
    module = function.__module__.rpartition(".")[2]
    program = (
        f"{ALONE if alone else ''}\n"
        f"import json, sys; sys.path.insert(0, {str(scratch.ROOT)!r})\n"
        f"from benchmarks import {module}\n"
        f"print(json.dumps({module}.{function.__name__}(*{arguments!r})))"
    )
    command = [*prefix, sys.executable, "-c", program]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip()[-2000:]
        raise RuntimeError(f"{function.__name__} ended with status {done.returncode}: {said}")
    sys.stderr.write(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def can_run(command: Sequence[str]) -> bool:
    """Whether a command is here and may do what it does."""
    found = shutil.which(command[0])
    return bool(found) and not subprocess.run(command, capture_output=True).returncode
