"""Thanks that do not stutter: gifts of one giver are folded into one thanks with the exact total of each kind."""

from collections import OrderedDict
from typing import Final

import msgspec

from bot.merging import MOST, totals
from core.clock import Clock
from core.events import Gift

LONGEST: Final = 10
"""A combo that never pauses is thanked after so many times the pause that is waited for."""
REMEMBERED: Final = 20_000
"""Ids of gifts that are known as repeats."""


class Thanks(msgspec.Struct):
    """What one giver gave without a pause."""

    gifts: tuple[Gift, ...]
    """One a kind, with the exact count and value of all of it; the most valuable kind first."""
    events: list[Gift]
    """The gifts as they came, as many as a decision is kept for."""
    due: float
    """Monotonic time at which its giver counts as having paused."""
    latest: float
    """Monotonic time at which it is thanked even if its giver never pauses."""

    @property
    def value(self) -> float:
        """What all of it is worth, yuan."""
        return sum(gift.value for gift in self.gifts)


class GiftFolder:
    """Holds gifts back until their giver has paused for `merge` seconds; bounded by givers, the oldest give way."""

    def __init__(self, merge: float, clock: Clock, capacity: int = 1000) -> None:
        self._merge = merge
        self._clock = clock
        self._capacity = capacity
        self._open: dict[str, Thanks] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()

    def add(self, gift: Gift) -> bool:
        """Fold `gift` in; return whether its event is kept to be decided on with the thanks.

        Repeats of an id change nothing, however late they come.
        """
        if gift.id in self._seen:
            return False
        self._seen[gift.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        now = self._clock.monotonic()
        thanks = self._open.get(gift.viewer.id)
        if thanks is None:
            latest = now + LONGEST * self._merge
            self._open[gift.viewer.id] = Thanks(totals((gift,)), [gift], now + self._merge, latest)
            return True
        thanks.gifts = totals((*thanks.gifts, gift))
        thanks.due = now + self._merge
        if len(thanks.events) > MOST:
            return False
        thanks.events.append(gift)
        return True

    def due(self) -> list[Thanks]:
        """Return, each once, the thanks whose giver has paused and those that had to be closed to make room."""
        now = self._clock.monotonic()
        ready = [giver for giver, thanks in self._open.items() if min(thanks.due, thanks.latest) <= now]
        left = len(self._open) - len(ready) - self._capacity
        if left > 0:
            chosen = set(ready)
            ready += [giver for giver in self._open if giver not in chosen][:left]
        return [self._open.pop(giver) for giver in ready]

    def remove(self, giver: str) -> list[Gift]:
        """Return what is held back of a giver whose everything was withdrawn: they are not thanked."""
        thanks = self._open.pop(giver, None)
        return thanks.events if thanks is not None else []

    def close(self) -> list[Thanks]:
        """Return everything that is still held back: the room is over."""
        held = list(self._open.values())
        self._open.clear()
        return held
