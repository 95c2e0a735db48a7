"""Bounded channels: each names its size and what happens when it is full."""

import asyncio
from collections import deque
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from core.errors import OverloadError

T = TypeVar("T")


class Overflow(StrEnum):
    """What a full channel does with one more item."""

    DROP_OLDEST = "drop_oldest"
    REFUSE = "refuse"


class ClosedError(Exception):
    """The channel is closed and empty: the end of the stream."""


class Statistics(msgspec.Struct, frozen=True):
    """A look at a channel."""

    size: int
    """Items waiting."""
    capacity: int
    """Items that fit."""
    sent: int
    """Items ever accepted."""
    dropped: int
    """Items that gave way or were refused."""


class Channel(Generic[T]):
    """A bounded queue for one loop. Sending never waits, so that callbacks of rooms may send."""

    def __init__(self, capacity: int, overflow: Overflow) -> None:
        if capacity < 1:
            raise ValueError("a channel holds at least one item")
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._overflow = overflow
        self._wake = asyncio.Event()
        self._closed = False
        self._sent = 0
        self._dropped = 0

    def send(self, item: T) -> T | None:
        """Put `item` in; return the item that gave way, if any. Raise `OverloadError` where the rule is to refuse."""
        if self._closed:
            raise ClosedError
        gone: T | None = None
        if len(self._items) >= self._capacity:
            self._dropped += 1
            if self._overflow is Overflow.REFUSE:
                raise OverloadError(f"{self._capacity} are waiting already; try again in a moment")
            gone = self._items.popleft()
        self._items.append(item)
        self._sent += 1
        self._wake.set()
        return gone

    async def receive(self) -> T:
        """Wait for the next item; raise `ClosedError` once the channel is closed and empty."""
        while not self._items:
            if self._closed:
                raise ClosedError
            self._wake.clear()
            await self._wake.wait()
        return self._items.popleft()

    def close(self) -> None:
        """End the stream: items already in can still be received."""
        self._closed = True
        self._wake.set()

    def waiting(self, other_than: type) -> int:
        """Return how many items wait that are no `other_than`."""
        return sum(not isinstance(item, other_than) for item in self._items)

    def statistics(self) -> Statistics:
        """Return how full the channel is and what it lost."""
        return Statistics(len(self._items), self._capacity, self._sent, self._dropped)

    def __aiter__(self) -> "Channel[T]":
        return self

    async def __anext__(self) -> T:
        try:
            return await self.receive()
        except ClosedError:
            raise StopAsyncIteration from None
