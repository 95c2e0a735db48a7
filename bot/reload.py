"""Notices that a settings file, or a file that it reads, has changed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Final

from core.settings import Room

EVERY_S: Final = 1.0
BESIDE: Final = ("presets/*.yaml", "*.md", "*.csv", "*/*.md", "*/*.csv")
"""What settings may read besides themselves."""

Stamps = tuple[tuple[str, int, int], ...]
"""Name, time and size of each file that is there."""


def named(room: Room) -> list[Path]:
    """Return the files that a room's settings name, which are read when its bot is made: words, chain, states, mood."""
    behaviour = room.behaviour
    names = (room.filters.words, behaviour.chain, behaviour.states, behaviour.mood)
    return [Path(name).expanduser() for name in names if name]


def stamps(files: Iterable[Path]) -> Stamps:
    """Return what tells whether any of `files` has changed."""
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:  # in the middle of being replaced
            continue
        found.append((file.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def read_by(path: Path) -> list[Path]:
    """Return the settings' files, presets and knowledge files beside them included."""
    folder = path if path.is_dir() else path.parent
    files = sorted(folder.glob("*.yaml")) if path.is_dir() else [path]
    return files + [file for pattern in BESIDE for file in sorted(folder.glob(pattern))]


async def changes(path: Path, more: Callable[[], Iterable[Path]] = list) -> AsyncIterator[None]:
    """Yield each time that the settings in `path` or one of the files that `more` returns have changed and settled."""

    def stamp() -> Stamps:
        return stamps([*read_by(path), *more()])

    known = await asyncio.to_thread(stamp)
    while True:
        await asyncio.sleep(EVERY_S)
        now = await asyncio.to_thread(stamp)
        if now == known:
            continue
        await asyncio.sleep(EVERY_S / 4)  # editors write in several steps
        known = await asyncio.to_thread(stamp)
        yield
