"""Archives are read as they are, and hostile ones are refused."""

import gzip
import io
import tarfile
from itertools import count

import pytest
from asv.util import UserError
from helpers import sdist

from history import archive


def archive_of(**attributes: object) -> bytes:
    """Return an archive with two members, the second with these attributes, without content."""
    first, second = tarfile.TarInfo("synadb-1.0/first"), tarfile.TarInfo("synadb-1.0/second")
    for name, value in attributes.items():
        setattr(second, name, value)
    return gzip.compress(first.tobuf() + second.tobuf() + bytes(1024))


def test_files_come_with_path_mode_and_content() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        folder = tarfile.TarInfo("synadb-1.0/synadb")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, mode in (("setup.py", 0o755), ("synadb/__init__.py", 0o644)):
            member = tarfile.TarInfo(f"synadb-1.0/{name}")
            member.mode, member.size = mode, 3
            tar.addfile(member, io.BytesIO(b"abc"))
    assert archive.read("a.tar.gz", buffer.getvalue()) == [
        archive.File("setup.py", True, b"abc"),
        archive.File("synadb/__init__.py", False, b"abc"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not an archive", "Not a gzipped file"),
        (sdist({}), "it is empty"),
        (gzip.compress(b"not a tar" * 100), "not a sound"),
        (sdist({"a": b"x" * 100_000})[:-400], "not a sound"),
        (archive_of(name="synadb-1.0/../../etc/passwd"), "leads out"),
        (archive_of(name="/etc/passwd"), "more than one top folder"),
        (archive_of(name="another/setup.py"), "more than one top folder"),
        (archive_of(name="synadb-1.0"), "leads out"),
        (archive_of(name="synadb-1.0//etc"), "leads out"),
        (archive_of(name="synadb-1.0/.git/hooks/post-checkout"), "leads out"),
        (archive_of(name="synadb-1.0/a\nM 100644 inline b"), "characters"),
        (archive_of(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "link"),
        (archive_of(type=tarfile.LNKTYPE, linkname="synadb-1.0/a"), "link"),
        (archive_of(type=tarfile.CHRTYPE), "device"),
        (archive_of(type=tarfile.FIFOTYPE), "special"),
        (archive_of(size=10 * 2**30), "unpacks to more"),
        (archive_of(type=tarfile.XHDTYPE, size=10 * 2**30), "not a sound"),
    ],
    ids=count(),  # the bytes have the time in them, and workers must agree on names
)
def test_hostile_or_broken_archives_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        archive.read("synadb-1.0.tar.gz", content)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 10_000)
    many_small_files = sdist({str(number): bytes(1000) for number in range(20)})
    with pytest.raises(UserError, match="unpacks to more than 10000 bytes"):
        archive.read("synadb-1.0.tar.gz", many_small_files)
