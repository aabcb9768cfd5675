"""The processor's count of instructions, which other users of the machine do not change."""

import ctypes
import os
import platform
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# perf_event_open has no wrapper in the C library; these are its numbers (man 2 perf_event_open).
SYSTEM_CALL = {"x86_64": 298, "aarch64": 241}
ATTRIBUTE_BYTES, FLAGS_OFFSET = 136, 40
HARDWARE, INSTRUCTIONS = 0, 1
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
# Bits of the attribute: count threads that are started later, too; count all the time or not at
# all; leave out the hypervisor. The kernel counts, since writing is its work.
INHERIT, PINNED, EXCLUDE_HYPERVISOR = 1 << 1, 1 << 2, 1 << 6


@contextmanager
def counter() -> Iterator[Callable[[], int]]:
    """Yield a function that tells how many instructions this process has executed so far.

    Those of its system calls included.

    Raises
    ------
    NotImplementedError
        This machine has no such counter, or keeps it from its users.
    """
    descriptor = _open()
    try:
        if not os.read(descriptor, 8):
            raise NotImplementedError("all counters of instructions are taken")
        yield lambda: int.from_bytes(os.read(descriptor, 8), "little")
    finally:
        os.close(descriptor)


def _open() -> int:
    attribute = bytearray(ATTRIBUTE_BYTES)
    struct.pack_into("=IIQ", attribute, 0, HARDWARE, ATTRIBUTE_BYTES, INSTRUCTIONS)
    struct.pack_into("=Q", attribute, FLAGS_OFFSET, INHERIT | PINNED | EXCLUDE_HYPERVISOR)
    number = SYSTEM_CALL.get(platform.machine())
    if number is None:
        raise NotImplementedError(f"instructions cannot be counted on {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    pointer = (ctypes.c_char * ATTRIBUTE_BYTES).from_buffer(attribute)
    this_process, any_cpu, no_group = 0, -1, -1
    descriptor = libc.syscall(number, pointer, this_process, any_cpu, no_group, 0)
    if descriptor < 0:
        reason = os.strerror(ctypes.get_errno())
        hint = (
            "virtual machines often have no counter; root, or sysctl kernel.perf_event_paranoid=1"
        )
        raise NotImplementedError(f"instructions cannot be counted here ({reason}); {hint}")
    return descriptor


def keep_freed_memory() -> None:
    """Make this process keep what it frees, so that large values do not vary in page faults.

    The C library gives memory back or not depending on what lies above it (man 3 mallopt);
    another one than glibc is left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    for option in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
        if mallopt:
            mallopt(option, 2**30)
