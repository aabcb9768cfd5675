"""``python -m tools.machine NAME``: tell asv what this machine is, so that it does not ask."""

import shutil
import subprocess
import sys

from asv.machine import Machine, MachineCollection


def describe(name: str) -> dict[str, str]:
    """Return what asv knows of this machine, and the file systems that stores are written to."""
    return Machine.get_defaults() | {
        "machine": name,
        "file_system": _file_system("."),
        "memory_file_system": _file_system("/dev/shm"),
    }


def _file_system(path: str) -> str:
    """Return the type of the file system of a path, nothing where that is not known."""
    if shutil.which("findmnt") is None:
        return ""
    command = ["findmnt", "--noheadings", "--output", "FSTYPE", "--target", path]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.split()
    return found[0] if found else ""


if __name__ == "__main__":
    _, name = sys.argv
    MachineCollection.save(name, describe(name))
