"""Who is in a room, and what of it its bots were not told yet. No I/O."""

from collections.abc import Iterator
from typing import Final

from core.events import Role, Viewer
from rooms.native import server_messages as server

_TOGETHER: Final = 500
"""Viewers that one message tells of: with the longest names some 80 KiB."""


class People:
    """Everybody who is here, bots aside. Memory is bounded by the room's participants: news are taken at every tick."""

    def __init__(self) -> None:
        self._here: dict[str, Viewer] = {}
        self._news: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._here)

    def come(self, viewer: Viewer) -> None:
        """Note that `viewer` is here."""
        self._here[viewer.id] = viewer
        self._news[viewer.id] = None

    def go(self, viewer: Viewer) -> None:
        """Note that `viewer` is gone."""
        self._here.pop(viewer.id, None)
        self._news[viewer.id] = None

    def take_news(self) -> Iterator[server.People]:
        """Yield what happened since the last time: of each viewer only how it ended."""
        news, self._news = self._news, {}
        changed = list(news)
        for start in range(0, len(changed), _TOGETHER):
            some = changed[start : start + _TOGETHER]
            came = tuple(self._here[viewer] for viewer in some if viewer in self._here)
            yield server.People(came=came, gone=tuple(viewer for viewer in some if viewer not in self._here))

    def roll(self) -> server.RollTold:
        """Return everybody who is here: ids alone, so that a full room fits into what may wait for a client."""
        here: dict[Role, list[str]] = {}
        for viewer in self._here.values():
            here.setdefault(viewer.role, []).append(viewer.id)
        return server.RollTold(here=here)
