"""What is kept with asv's results besides: who measured when, and where instructions go (a plugin).

Results remain plain results of asv: a session is one of the durations in their files, and files
beside them are not read by asv.
"""

import os
import shutil
from functools import wraps
from pathlib import Path
from typing import Any

from asv.results import Results, get_filename

from requirements.locked import builder

from . import session

# Benchmarks put here what belongs beside the results; it is there as long as they have something.
BESIDE = Path(__file__).resolve().parents[1] / ".asv" / f"beside-{os.getpid()}"


def setup() -> None:
    """Let asv note sessions and keep files from now on; asv calls this when it begins."""
    os.environ["BESIDE_RESULTS"] = str(BESIDE)
    Results.add_result = _noting(Results.add_result)
    Results.save = _keeping(Results.save)


def _noting(add_result) -> Any:
    @wraps(add_result)
    def add(results: Results, *arguments, **keywords) -> None:
        add_result(results, *arguments, **keywords)
        results.duration[session.KEY] = session.seconds()
        if built := builder(results.env_name, results.commit_hash):
            results.duration[f"<built with {' '.join(filter(None, built.values()))}>"] = 0.0

    return add


def _keeping(save) -> Any:
    @wraps(save)
    def keep(results: Results, directory: str) -> None:
        save(results, directory)
        if BESIDE.exists():
            name = get_filename(results.params["machine"], results.commit_hash, results.env_name)
            for file in BESIDE.iterdir():
                _replace(file, Path(directory, f"{Path(name).with_suffix('')}-{file.name}"))
            shutil.rmtree(BESIDE)

    return keep


def _replace(file: Path, target: Path) -> None:
    """Put a copy of a file in the place of another, at once."""
    new = target.with_name(f"{target.name}.new")
    shutil.copyfile(file, new)
    os.replace(new, target)


__all__ = ["setup"]
