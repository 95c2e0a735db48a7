"""Notices that a settings file, or a file of a settings folder, has changed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

EVERY_S: Final = 1.0
BESIDE: Final = ("presets/*.yaml", "*.md", "*.csv", "*/*.md", "*/*.csv")
"""What settings may read besides themselves."""


def stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of the settings' files, presets and knowledge files beside them included."""
    folder = path if path.is_dir() else path.parent
    files = sorted(folder.glob("*.yaml")) if path.is_dir() else [path]
    beside = [file for pattern in BESIDE for file in sorted(folder.glob(pattern))]
    found = []
    for file in (*files, *beside):
        try:
            status = file.stat()
        except OSError:  # in the middle of being replaced
            continue
        found.append((file.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


async def changes(path: Path) -> AsyncIterator[None]:
    """Yield each time that the settings have changed and then stayed the same for a moment."""
    known = await asyncio.to_thread(stamp, path)
    while True:
        await asyncio.sleep(EVERY_S)
        now = await asyncio.to_thread(stamp, path)
        if now == known:
            continue
        await asyncio.sleep(EVERY_S / 4)  # editors write in several steps
        known = await asyncio.to_thread(stamp, path)
        yield
