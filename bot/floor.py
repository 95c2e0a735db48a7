"""One voice for a crowd: who is answered next, and why the others are not."""

import asyncio
import heapq
from collections.abc import Callable
from enum import IntEnum

import msgspec

from core.clock import Clock
from core.events import Decision, Outcome, Removed, RoomEvent
from nlu.understand import Meaning


class Priority(IntEnum):
    """Who goes first; of equals, who came first."""

    STREAMER = 0
    PAID = 1
    ADDRESSED = 2
    VOICE = 3
    QUESTION = 4
    CHAT = 5
    IDLE = 6


class Candidate(msgspec.Struct, frozen=True):
    """Something that asks for an answer."""

    event: RoomEvent
    """What happened."""
    priority: Priority
    """How soon it deserves an answer."""
    expires: float
    """Monotonic time after which an answer would come too late."""
    meaning: Meaning | None = None
    """What a message means; nothing for other events."""
    fixed: str | None = None
    """The exact words to say, where a command or a timer holds them."""


class Floor:
    """A bounded queue by priority. Whatever leaves it unanswered gets a `Decision` with the reason."""

    def __init__(self, capacity: int, clock: Clock, decide: Callable[[Decision], None]) -> None:
        self._capacity = capacity
        self._clock = clock
        self._decide = decide
        self._heap: list[tuple[int, int, Candidate]] = []
        self._count = 0
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, candidate: Candidate) -> None:
        """Let `candidate` wait; where the floor is full, the last in order gives way."""
        self._count += 1
        heapq.heappush(self._heap, (candidate.priority, self._count, candidate))
        if len(self._heap) > self._capacity:
            last = max(self._heap)
            self._heap.remove(last)
            heapq.heapify(self._heap)
            self._drop(last[2], f"{self._capacity} were waiting already and this was the least urgent")
        self._wake.set()

    async def take(self) -> Candidate:
        """Wait for and return the candidate to answer next; expired ones are dropped on the way."""
        while True:
            while self._heap:
                candidate = heapq.heappop(self._heap)[2]
                if candidate.expires > self._clock.monotonic():
                    return candidate
                self._drop(candidate, "its turn came too late")
            self._wake.clear()
            await self._wake.wait()

    def remove(self, removed: Removed) -> None:
        """Drop what was withdrawn: one message, or all of a viewer's."""
        gone = [item for item in self._heap if concerns(removed, item[2].event)]
        if gone:
            self._heap = [item for item in self._heap if item not in gone]
            heapq.heapify(self._heap)
        for item in gone:
            self._drop(item[2], "it was removed by a moderator or the platform")

    def _drop(self, candidate: Candidate, why: str) -> None:
        self._decide(Decision(event=candidate.event.id, outcome=Outcome.DROPPED, why=why, at=self._clock.wall()))


def concerns(removed: Removed, event: RoomEvent) -> bool:
    """Return whether `removed` withdraws `event`."""
    if removed.message:
        return event.id == removed.message
    return event.viewer.id == removed.target
