"""What waits for one client: bounded; whoever does not keep up is closed, not waited for.

Slowness is judged by time: a burst, or a stall of our own, fills the queues of those who read at once, too.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec

from core.clock import Clock
from rooms.native.limits import Limits
from rooms.native.wire import Close


class Frame(msgspec.Struct, frozen=True):
    """One frame on its way out."""

    data: bytes
    """UTF-8 or audio."""
    binary: bool
    """Whether it is audio."""
    at: float
    """Monotonic seconds at which it began to wait."""


class Outgoing:
    """An `Outbox` that a writer empties."""

    def __init__(self, limits: Limits, clock: Clock, on_close: Callable[[], None]) -> None:
        self._limits = limits
        self._clock = clock
        self._on_close = on_close
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self.closing: tuple[Close, str] | None = None
        """The code and reason to close with; nothing while it is open."""

    def text(self, data: bytes) -> None:
        """Send a JSON message."""
        self._put(data, binary=False)

    def audio(self, data: bytes) -> None:
        """Send an audio frame."""
        self._put(data, binary=True)

    def close(self, code: Close, why: str) -> None:
        """Send what waits, then close; later calls do nothing."""
        if self.closing is None:
            self.closing = (code, why)
            self._wake.set()
            self._on_close()

    async def next(self) -> Frame | None:
        """Wait for the next frame; nothing once it is closed and empty."""
        while not self._frames:
            if self.closing is not None:
                return None
            self._wake.clear()
            await self._wake.wait()
        frame = self._frames.popleft()
        self._bytes -= len(frame.data)
        return frame

    def _put(self, data: bytes, *, binary: bool) -> None:
        if self.closing is not None:
            return
        now = self._clock.monotonic()
        late = bool(self._frames) and now - self._frames[0].at > self._limits.waiting_s
        full = len(self._frames) >= self._limits.waiting_messages
        if late or full or self._bytes + len(data) > self._limits.waiting_bytes:
            self._frames.clear()
            self._bytes = 0
            self.close(Close.TOO_SLOW, "you read too slowly; resume your session")
            return
        self._frames.append(Frame(data, binary, now))
        self._bytes += len(data)
        self._wake.set()
