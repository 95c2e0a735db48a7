"""The connector's picture of who is here, and what of it the bot was not told yet. No I/O."""

from typing import Final

import msgspec

from core.events import Role, Viewer
from rooms.native import server_messages as server

MOST: Final = 20_000
"""Viewers that the picture holds; who comes beyond them is not told of."""


class Change(msgspec.Struct, frozen=True):
    """Somebody came or went."""

    viewer: Viewer
    """Who."""
    came: bool
    """Whether they came."""
    event: str = ""
    """The id of the event that told so; empty where none did."""
    before: bool = False
    """Whether they had come before we could see it."""


class _News(msgspec.Struct, frozen=True):
    """What is told together with a change."""

    event: str
    before: bool


class Picture:
    """Follows the server at once, and the bot's side as fast as it listens: what undid itself meanwhile is not told.

    Memory is bounded by those who are here and those whom the bot believes here.
    """

    def __init__(self) -> None:
        self._here: dict[str, Viewer] = {}
        self._told: dict[str, Viewer] = {}
        self._news: dict[str, _News] = {}
        self.whole = False
        """Whether the roll was called since the connection began."""

    def __len__(self) -> int:
        return len(self._here)

    def came(self, viewer: Viewer, event: str = "", *, before: bool = False) -> None:
        """Note that `viewer` is here."""
        if viewer.role is Role.BOT or not viewer.id or (viewer.id not in self._here and len(self._here) >= MOST):
            return
        self._here[viewer.id] = viewer
        if viewer.id not in self._told:
            self._news.setdefault(viewer.id, _News(event, before))

    def went(self, viewer: str, event: str = "") -> None:
        """Note that the viewer with this id is gone."""
        self._here.pop(viewer, None)
        if viewer in self._told:
            self._news[viewer] = _News(event, before=False)
        else:
            self._news.pop(viewer, None)

    def acted(self, viewer: Viewer) -> None:
        """Note that `viewer` did something.

        Where the roll was called they came just now, and are told of before what they did. Before the roll they may
        have been here for hours, or be gone again: what they did is all that the bot is told, and the roll decides.
        """
        if viewer.id in self._here:
            return
        self.came(viewer)
        if not self.whole and viewer.id in self._here:
            self._told[viewer.id] = viewer
            self._news.pop(viewer.id, None)

    def change(self, people: server.People) -> None:
        """Take in who came and went."""
        for viewer in people.came:
            self.came(viewer)
        for gone in people.gone:
            self.went(gone)

    def call(self, roll: server.RollTold) -> None:
        """Take in who is here: whoever is not named is gone."""
        named = {viewer: role for role, viewers in roll.here.items() for viewer in viewers}
        for viewer in [viewer for viewer in self._here if viewer not in named]:
            self.went(viewer)
        for viewer, role in named.items():
            if viewer not in self._here:
                self.came(Viewer(viewer, "", role), before=True)
        self.whole = True

    def next(self) -> Change | None:
        """Return what the bot is to be told next, and count it as told; nothing where its picture is ours."""
        while self._news:
            viewer_id = next(iter(self._news))
            news = self._news.pop(viewer_id)
            here, told = self._here.get(viewer_id), self._told.get(viewer_id)
            if here is not None and told is None:
                self._told[viewer_id] = here
                return Change(here, came=True, event=news.event, before=news.before)
            if told is not None and here is None:
                del self._told[viewer_id]
                return Change(told, came=False, event=news.event)
        return None
