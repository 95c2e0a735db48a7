"""Welcomes: one by one among a few, together in a full room, and one for all when a raid comes in."""

from typing import Final

import msgspec

from bot.candidate import Candidate, Priority
from bot.crowd import WINDOW_S
from core.clock import Clock
from core.events import Join

FEW: Final = 5
"""Viewers up to which everybody is welcomed at once."""
EVERY_S: Final = 60.0
"""Seconds between welcomes in a full room."""
RAID_S: Final = 4.0
"""Seconds that a raid is given to come in before it is welcomed."""
SHOWS_S: Final = WINDOW_S
"""Seconds that those who come into a full room wait for their welcome: by then a raid is known as one."""
_TOGETHER: Final = 3
_LIKERS: Final = 2_000


class Joins:
    """Holds back at most three joins, or one that stands for a raid; the others are only counted."""

    def __init__(self, expire_s: float, clock: Clock) -> None:
        self._expire_s = expire_s
        self._clock = clock
        self._held: list[Join] = []
        self._next = clock.monotonic()
        self._raid: Join | None = None
        self._raid_due = 0.0

    def add(self, event: Join, *, crowd: int, raid: bool) -> tuple[Candidate | None, str]:
        """Take a join; return a claim that is ready, or the reason why this join has none of its own.

        Nothing and no reason: it is held back for a welcome together.
        """
        now = self._clock.monotonic()
        if raid:
            if self._raid is None and now >= self._raid_due:
                self._raid, self._raid_due = event, now + RAID_S
                return None, ""
            return None, "raid_join"
        if crowd <= FEW:
            return Candidate(event, Priority.IDLE, now + self._expire_s), ""
        if len(self._held) >= _TOGETHER:
            return None, "join_counted"
        if not self._held:
            self._next = max(self._next, now + SHOWS_S)
        self._held.append(event)
        return None, ""

    def due(self, raiders: int, *, raid: bool) -> list[Candidate]:
        """Return the welcomes that are due; `raiders` is how many the raid brought so far.

        Those who were held back when the raid came are welcomed with it.
        """
        now, ready = self._clock.monotonic(), []
        if self._raid is not None and now >= self._raid_due:
            count, held = max(raiders, 1), tuple(self._held)
            ready.append(Candidate(self._raid, Priority.CHAT, now + self._expire_s, count=count, others=held))
            self._held, self._raid, self._raid_due = [], None, now + EVERY_S
        if self._held and not raid and now >= self._next:
            first, *others = self._held
            ready.append(Candidate(first, Priority.IDLE, now + self._expire_s, others=tuple(others)))
            self._held, self._next = [], now + EVERY_S
        return ready

    def remove(self, viewer: str) -> list[Join]:
        """Return the joins held back of a viewer who is gone: they are not welcomed, though a raid still is."""
        gone = [join for join in self._held if join.viewer.id == viewer]
        self._held = [join for join in self._held if join.viewer.id != viewer]
        return gone

    def close(self) -> list[Join]:
        """Return every join that is still held back: the room is over."""
        held = [*self._held, *([self._raid] if self._raid is not None else [])]
        self._held, self._raid = [], None
        return held


class LikeFolder(msgspec.Struct):
    """Likes so far of each viewer, so that many small ones deserve thanks too; bounded."""

    threshold: int
    """Likes that deserve thanks; 0: none do."""
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    """Likes of each viewer since they were thanked."""

    def add(self, viewer: str, count: int) -> bool:
        """Count likes; return whether they deserve thanks now."""
        if not self.threshold:
            return False
        total = self.counts.pop(viewer, 0) + count
        if total >= self.threshold:
            return True
        self.counts[viewer] = total
        if len(self.counts) > _LIKERS:
            del self.counts[next(iter(self.counts))]
        return False
