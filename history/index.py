"""The package index, where SynaDB's source distributions are published."""

import hashlib
import os
from collections.abc import Iterable
from datetime import timezone

import requests
from asv.console import log
from asv.util import UserError
from packaging.version import InvalidVersion, Version
from pypi_simple import (
    PYPI_SIMPLE_ENDPOINT,
    DistributionPackage,
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
)

from .pins import Release

PROJECT = "synadb"
# 0.1.0 came without the native library, so nothing can be measured before this one.
FIRST = Version("0.2.0")
# Ten times the largest file so far; a larger one is not what it says it is.
MAX_BYTES = 64 * 2**20
TIMEOUT_SECONDS = 60


class UnreachableError(UserError):
    """The index, or a file that it lists, is not to be had."""


class Index:
    """One session with the index that pip uses: ``PIP_INDEX_URL``, or the public one."""

    def __init__(self) -> None:
        self._client = PyPISimple(os.environ.get("PIP_INDEX_URL") or PYPI_SIMPLE_ENDPOINT)
        self._files = {file.filename: file for file in self._page().packages}

    def _page(self) -> ProjectPage:
        try:
            return self._client.get_project_page(PROJECT, timeout=TIMEOUT_SECONDS)
        except NoSuchProjectError as error:
            raise UnreachableError(
                f"The package index has no {PROJECT}: check PIP_INDEX_URL"
            ) from error
        except (requests.RequestException, ValueError) as error:
            raise UnreachableError(
                f"The package index did not answer ({type(error).__name__}): "
                "connect to the network, or set PIP_INDEX_URL to an index you can reach, "
                "and run this again"
            ) from error

    def unknown(self, pinned: Iterable[Release]) -> list[Release]:
        """Return the releases that are published but not pinned, in the order of upload."""
        known = {release.version for release in pinned}
        files = [file for file in self._files.values() if file.version not in known]
        found = [release for file in files if (release := _release(file))]
        return sorted(found, key=lambda release: release.uploaded)

    def check(self, pinned: Iterable[Release]) -> None:
        """Raise where the index now lists a pinned file with other content."""
        for release in pinned:
            file = self._files.get(release.filename)
            if file and (digest := file.digests.get("sha256")) and digest != release.sha256:
                raise _altered(release, digest)

    def missing(self, pinned: Iterable[Release]) -> list[str]:
        """Return the names of the pinned files that the index no longer lists."""
        return [r.filename for r in pinned if r.filename not in self._files]

    def download(self, release: Release) -> bytes:
        """Return the content of a release's file, whose sha256 is the one expected.

        Raises
        ------
        UserError
            The file is gone, does not come, is larger than ``MAX_BYTES`` or another one.
        """
        content = self._read(release)
        digest = hashlib.sha256(content).hexdigest()
        if digest != release.sha256:
            raise _altered(release, digest)
        return content

    def _read(self, release: Release) -> bytes:
        if release.filename not in self._files:
            raise UserError(
                f"{release.filename} is pinned in history/releases.json but gone from the index: "
                "set PIP_INDEX_URL to an index that still has it, and run this again"
            )
        url = self._files[release.filename].url
        try:
            with self._client.s.get(url, stream=True, timeout=TIMEOUT_SECONDS) as response:
                response.raise_for_status()
                content = bytearray()
                for chunk in response.iter_content(2**16):
                    content += chunk
                    if len(content) > MAX_BYTES:
                        raise UserError(
                            f"{release.filename} is larger than {MAX_BYTES} bytes: "
                            "it is not what SynaDB published, check PIP_INDEX_URL"
                        )
        except requests.RequestException as error:
            reason = getattr(error.response, "status_code", type(error).__name__)
            raise UnreachableError(
                f"{release.filename} could not be downloaded ({reason}): "
                "check the network and run this again"
            ) from error
        return bytes(content)


def _release(file: DistributionPackage) -> Release | None:
    """Describe an index entry, or return None if it has no place in the history."""
    if file.package_type != "sdist" or file.is_yanked or not file.version:
        return None
    try:
        if Version(file.version) < FIRST:
            return None
    except InvalidVersion:
        return None
    # Without a zone, the commit's date would depend on the machine that reads it.
    if not file.upload_time or not file.upload_time.tzinfo or "sha256" not in file.digests:
        log.warning(f"Left out: the index gives {file.filename} no upload time or no sha256")
        return None
    uploaded = file.upload_time.astimezone(timezone.utc).replace(microsecond=0).isoformat()
    return Release(file.version, uploaded, file.filename, file.digests["sha256"])


def _altered(release: Release, digest: str) -> UserError:
    return UserError(
        f"{release.filename} has sha256 {digest}, expected is {release.sha256}: the file was "
        "replaced; check PIP_INDEX_URL, do not trust either file before you know why"
    )
