"""What a room remembers: its newest events for who resumes, its newest messages for who comes, and who wrote what."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

import msgspec

from rooms.native import server_messages as server
from rooms.native import wire
from rooms.native.limits import Limits

RING_BYTES: Final = 512 * 1024
"""Bytes of events kept for resuming, so that a welcome fits into what may wait for a client."""


class _Known(msgspec.Struct):
    """A message that can still be withdrawn."""

    author: str
    said: bool
    withdrawn: bool = False


class _Kept(msgspec.Struct):
    """An event in the ring, and the message it shows."""

    message: str
    told: server.EventTold


class History:
    """Numbers events and keeps the newest."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seq = 0
        self._ring: deque[_Kept] = deque()
        self._bytes = 0
        self._messages: OrderedDict[str, server.EventTold] = OrderedDict()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    @property
    def seq(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._seq

    def add(self, event: server.Happening) -> server.EventTold:
        """Give `event` its number, keep it and return it as it is told."""
        self._seq += 1
        told = server.EventTold(seq=self._seq, event=msgspec.Raw(wire.encode(event)))
        written = isinstance(event, server.ChatEvent | server.SayEvent)
        self._ring.append(_Kept(event.id if written else "", told))
        self._bytes += len(bytes(told.event))
        while len(self._ring) > self._limits.ring or self._bytes > RING_BYTES:
            self._bytes -= len(bytes(self._ring.popleft().told.event))
        if written or isinstance(event, server.GiftEvent):
            self._messages.pop(event.id, None)
            self._messages[event.id] = told
            _trim(self._messages, self._limits.history)
        if written:
            self._known.setdefault(event.id, _Known(event.viewer.id, isinstance(event, server.SayEvent)))
            _trim(self._known, self._limits.known_messages)
        return told

    def missed(self, seq: int) -> list[server.EventTold] | None:
        """Return the events after number `seq`, oldest first, or nothing where some of them are gone."""
        if not self._seq - len(self._ring) <= seq <= self._seq:
            return None
        return [kept.told for kept in self._ring if kept.told.seq > seq]

    def recent(self) -> list[server.EventTold]:
        """Return the newest messages that were not withdrawn, oldest first."""
        return list(self._messages.values())

    def author(self, message: str) -> str | None:
        """Return the id of who wrote `message`, or nothing where it is not known any more."""
        known = self._known.get(message)
        return known.author if known else None

    def said(self, message: str) -> bool:
        """Return whether a bot wrote `message`."""
        known = self._known.get(message)
        return known is not None and known.said

    def withdrawn(self, message: str) -> bool:
        """Return whether `message` was withdrawn."""
        known = self._known.get(message)
        return known is not None and known.withdrawn

    def wrote(self, viewer: str) -> bool:
        """Return whether anything that `viewer` wrote is still known."""
        return any(known.author == viewer for known in self._known.values())

    def withdraw(self, removed: server.RemovedEvent) -> None:
        """Put `removed` in place of what it withdraws, under the same number, so that nobody is shown it again."""
        if removed.message:
            self._withdraw(removed, lambda message, _: message == removed.message)
        else:
            self._withdraw(removed, lambda _, author: author == removed.target)

    def _withdraw(self, removed: server.RemovedEvent, chosen: Callable[[str, str], bool]) -> None:
        gone = {message for message, known in self._known.items() if chosen(message, known.author)}
        for message in gone:
            self._known[message].withdrawn = True
            self._messages.pop(message, None)
        stone = msgspec.Raw(wire.encode(removed))
        for kept in self._ring:
            if kept.message in gone:
                self._bytes += len(bytes(stone)) - len(bytes(kept.told.event))
                kept.told = server.EventTold(seq=kept.told.seq, event=stone)


def _trim(table: OrderedDict[str, server.EventTold] | OrderedDict[str, _Known], size: int) -> None:
    while len(table) > size:
        table.popitem(last=False)
