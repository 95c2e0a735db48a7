"""What the connector sends: messages kept until they are acknowledged, and what passes. Bounded; no I/O."""

import asyncio
import secrets
from collections import OrderedDict, deque

import msgspec

from core.errors import OverloadError
from rooms.native import client_messages as client
from rooms.native import wire


class Outbound:
    """A queue that survives connections: after a loss what was not acknowledged is sent again, with the same ref."""

    def __init__(self, kept: int = 256, passing: int = 512) -> None:
        self.dropped = 0
        """Passing frames that found no room or no connection."""
        self._limit = kept
        self._passing = passing
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._queue: deque[str | bytes] = deque()
        self._open = False
        self._wake = asyncio.Event()
        self._prefix = secrets.token_hex(4)
        self._count = 0

    def keep(self, *messages: client.ClientMessage) -> None:
        """Send `messages`, as often as it takes; raise `OverloadError`, and send none, where too many would wait."""
        if len(self._kept) + len(messages) > self._limit:
            raise OverloadError(f"{self._limit} messages wait for the room to acknowledge them; try again later")
        for message in messages:
            self._count += 1
            ref = f"{self._prefix}-{self._count}"
            data = wire.encode(msgspec.structs.replace(message, ref=ref)).decode()
            self._kept[ref] = data
            if self._open:
                self._put(data)

    def passing(self, frame: client.ClientMessage | bytes) -> None:
        """Send a message or audio frame that is worth nothing later: once, and only while connected."""
        if not self._open or len(self._queue) >= self._passing + self._limit:
            self.dropped += 1
            return
        self._put(frame if isinstance(frame, bytes) else wire.encode(frame).decode())

    def settle(self, ref: str) -> None:
        """Forget what carried `ref`: it was acknowledged or refused."""
        self._kept.pop(ref, None)

    def open(self) -> None:
        """Begin to send: first what was not acknowledged."""
        self._open = True
        self._queue = deque(self._kept.values())
        self._wake.set()

    def shut(self) -> None:
        """Stop sending: the connection is lost."""
        self._open = False
        self._queue.clear()

    async def next(self) -> str | bytes:
        """Wait for the next frame, text or audio."""
        while not self._queue:
            self._wake.clear()
            await self._wake.wait()
        return self._queue.popleft()

    def _put(self, frame: str | bytes) -> None:
        self._queue.append(frame)
        self._wake.set()
