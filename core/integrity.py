"""Whether a model's files on disk are the catalogue's, told quickly at every start and thoroughly when asked.

Hashing every model takes seconds. So a folder keeps a marker of the files whose hash was right: as long as a file has
the size and time of change that it had then, it is taken to be the same.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from core.models import File, Model
from core.structs import ready

MARKER: Final = ".verified"
_MARKER_LIMIT: Final = 1 << 20
"""Bytes; a longer marker is not ours."""


class Trouble(msgspec.Struct, frozen=True):
    """What is wrong with one file of a model."""

    file: str
    """Its name in the model's folder."""
    what: str
    """The rest of a sentence that begins with the name."""
    missing: bool = False
    """Whether there is no such file at all."""

    def __str__(self) -> str:
        return f"{self.file} {self.what}"


@ready
class Seen(msgspec.Struct, frozen=True):
    """A file as it was when its hash was right."""

    size: int
    """In bytes."""
    changed: int
    """Time of its last change, in nanoseconds since the epoch."""
    sha256: str
    """Hexadecimal."""


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def glance(model: Model, folder: Path) -> tuple[Trouble, ...]:
    """Return what names and sizes alone show to be wrong with the files of `model` in `folder`."""
    return tuple(trouble for file in model.files if (trouble := _glance(file, folder)))


def examine(model: Model, folder: Path, *, afresh: bool = False) -> tuple[Trouble, ...]:
    """Return what is wrong with the files of `model` in `folder`, hashing those that the marker does not vouch for.

    `afresh` hashes them all. The marker is brought up to date where the folder can be written.
    """
    before = _read_marker(folder)
    troubles: list[Trouble] = []
    after: dict[str, Seen] = {}
    for file in model.files:
        trouble = _glance(file, folder)
        if not trouble:
            seen = _seen(file, folder)
            if (not afresh and before.get(file.name) == seen) or sha256_of(folder / file.name) == file.sha256:
                after[file.name] = seen
            else:
                trouble = Trouble(file.name, "is damaged: its SHA-256 is not the catalogue's")
        if trouble:
            troubles.append(trouble)
    if after != before:
        _write_marker(folder, after)
    return tuple(troubles)


def vouch(file: File, folder: Path) -> None:
    """Note that `file` in `folder` has just been hashed and is right."""
    _write_marker(folder, _read_marker(folder) | {file.name: _seen(file, folder)})


def _glance(file: File, folder: Path) -> Trouble | None:
    path = folder / file.name
    if not path.is_file():
        return Trouble(file.name, "is missing", missing=True)
    size = path.stat().st_size
    if size != file.size:
        return Trouble(file.name, f"is damaged: it has {size:,} bytes instead of {file.size:,}")
    return None


def _seen(file: File, folder: Path) -> Seen:
    stat = (folder / file.name).stat()
    return Seen(stat.st_size, stat.st_mtime_ns, file.sha256)


def _read_marker(folder: Path) -> dict[str, Seen]:
    try:
        with (folder / MARKER).open("rb") as file:
            return msgspec.json.decode(file.read(_MARKER_LIMIT), type=dict[str, Seen])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_marker(folder: Path, seen: dict[str, Seen]) -> None:
    temporary = folder / f"{MARKER}.{os.getpid()}"
    with suppress(OSError):  # a folder that is read-only is hashed again next time
        try:
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(seen), indent=1))
            temporary.replace(folder / MARKER)
        finally:
            temporary.unlink(missing_ok=True)
