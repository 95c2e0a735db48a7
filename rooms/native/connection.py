"""One client's websocket on the server's side: a reader, a writer, and a room between them."""

import asyncio
from typing import Final

from aiohttp import ClientConnectionResetError, WSMessage, WSMsgType, web

from rooms.native import client_messages as client
from rooms.native import inbound, metrics, wire
from rooms.native.members import Member
from rooms.native.outgoing import Outgoing
from rooms.native.room import JoinRefusedError, Room
from rooms.native.wire import Close, WireError

GRACE_S: Final = 0.7
"""Seconds that a client has to take what waits and to say goodbye before its connection is cut."""

_REASON_BYTES: Final = 123  # what a close frame holds


class Connection:
    """Serves one client from hello to goodbye."""

    def __init__(self, room: Room, request: web.Request) -> None:
        self._room = room
        self._request = request
        self._guest = "Guest" if request.headers.get("Accept-Language", "").lower().startswith("en") else "观众"
        self._outgoing = Outgoing(room.limits, room.clock, self._cut_later)
        self._cut: asyncio.TimerHandle | None = None
        self._socket = web.WebSocketResponse(
            timeout=GRACE_S,
            heartbeat=room.limits.heartbeat_s,
            compress=False,  # a small frame could grow without bound
            max_msg_size=room.limits.frame_bytes + 1,  # aiohttp refuses this size itself
        )

    async def open(self) -> web.WebSocketResponse:
        """Upgrade the request to a websocket."""
        await self._socket.prepare(self._request)
        return self._socket

    async def serve(self) -> None:
        """Hear the client's hello, then pass on both ways until either side ends it."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write())
                member = await self._greet()
                if member is not None:
                    await self._talk(member)
                self._outgoing.close(Close.NORMAL, "")
        finally:
            if self._cut is not None:
                self._cut.cancel()

    def refuse(self, code: Close, why: str) -> None:
        """Do not listen: say why and close."""
        metrics.REFUSED.labels(self._room.options.id, code.name.lower()).inc()
        self._outgoing.close(code, why)

    def close(self) -> None:
        """Say goodbye: the server is stopping."""
        self._outgoing.close(Close.GOING_AWAY, "the server is stopping")

    def cut(self) -> None:
        """End the connection without a goodbye."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _greet(self) -> Member | None:
        try:
            async with asyncio.timeout(self._room.limits.hello_s):
                first = await self._socket.receive()
        except TimeoutError:
            self.refuse(Close.NO_HELLO, "say hello first")
            return None
        if self._outgoing.closing is not None or first.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            self._note_oversize()
            return None
        try:
            return self._room.join(_hello(first), self._outgoing, self._guest)
        except WireError as error:
            self.refuse(Close.NO_HELLO, error.message)
        except JoinRefusedError as error:
            self.refuse(error.code, str(error))
        return None

    async def _talk(self, member: Member) -> None:
        room = self._room
        metrics.CONNECTED.labels(room.options.id).inc()
        left = False
        try:
            left = await self._read(member)
        finally:
            metrics.CONNECTED.labels(room.options.id).dec()
            if left:
                room.leave(member, self._outgoing)
            else:
                room.lost(member, self._outgoing)

    async def _read(self, member: Member) -> bool:
        """Pass on what comes until the end; return whether the client said goodbye."""
        while True:
            message = await self._socket.receive()
            if self._outgoing.closing is not None:
                return False
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._note_oversize()
                # aiohttp's close_code is 1000 for a line that just ended, too: only the frame itself tells
                return message.type is WSMsgType.CLOSE and message.data == Close.NORMAL
            inbound.receive(self._room, member, message.data)

    async def _write(self) -> None:
        try:
            while (frame := await self._outgoing.next()) is not None:
                await self._socket.send_frame(frame.data, WSMsgType.BINARY if frame.binary else WSMsgType.TEXT)
        except ClientConnectionResetError:
            return  # the reader sees the end too
        code, why = self._outgoing.closing or (Close.NORMAL, "")
        if code is not Close.NORMAL:
            metrics.DROPPED.labels(self._room.options.id, code.name.lower()).inc()
        reason = why.encode()[:_REASON_BYTES].decode(errors="ignore").encode()
        await self._socket.close(code=code, message=reason)

    def _note_oversize(self) -> None:
        if self._socket.close_code == Close.TOO_LARGE:
            metrics.REFUSED.labels(self._room.options.id, "too_large").inc()

    def _cut_later(self) -> None:
        self._cut = asyncio.get_running_loop().call_later(GRACE_S, self.cut)


def _hello(first: WSMessage) -> client.Hello:
    if first.type is WSMsgType.TEXT:
        message = wire.parse_client(first.data)
        if isinstance(message, client.Hello):
            return message
    raise WireError(wire.Code.BAD_MESSAGE, "the first frame is a hello; see docs/room-protocol.md")
