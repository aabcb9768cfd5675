"""Source distributions as lists of files, safe to read whatever is in them."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from asv.util import UserError

# Three times what the largest release unpacks to, with room to grow.
MAX_UNPACKED_BYTES = 512 * 2**20


@dataclass(frozen=True)
class File:
    """A regular file: its path below the archive's top folder, mode bits and content."""

    path: str
    executable: bool
    content: bytes


class _Bounded(io.RawIOBase):
    """Reads gzip data and stops a file that unpacks to more than it may."""

    def __init__(self, content: bytes) -> None:
        self._stream = gzip.GzipFile(fileobj=io.BytesIO(content))
        self._left = MAX_UNPACKED_BYTES

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"it unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        return data


def read(name: str, content: bytes) -> list[File]:
    """Return the files in a ``.tar.gz`` archive.

    Raises
    ------
    UserError
        The archive is broken or empty, or holds what no source distribution needs: a path that
        leads elsewhere, a link, a device, more than ``MAX_UNPACKED_BYTES``.
    """
    try:
        with tarfile.open(fileobj=_Bounded(content), mode="r|") as archive:
            if not (files := list(_files(archive))):
                raise ValueError("it is empty")
            return files
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
        raise UserError(
            f"{name} is not a sound source distribution ({error}): "
            "check PIP_INDEX_URL and tell SynaDB's maintainers"
        ) from error


def _files(archive: tarfile.TarFile) -> Iterator[File]:
    tops = set()
    for member in archive:
        top, _, path = member.name.partition("/")
        tops.add(top)
        if len(tops) > 1:
            raise ValueError("it has more than one top folder")
        if member.isdir():
            continue
        # Not isreg(): that lets sparse files pass.
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise ValueError(f"{member.name!r} is a link, a device or another special file")
        _check_path(path)
        if member.size > MAX_UNPACKED_BYTES:
            raise ValueError(f"{member.name!r} unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        data = archive.extractfile(member)
        assert data is not None  # it is a regular file
        yield File(path, bool(member.mode & 0o100), data.read())


def _check_path(path: str) -> None:
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise ValueError(f"the path {path!r} leads out of the archive")
    if not path.isprintable() or "\\" in path or '"' in path:
        raise ValueError(f"the path {path!r} has characters that no file here needs")
