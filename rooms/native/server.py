"""The native room server: websockets of aiohttp in front of rooms."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientConnectionResetError, web

from core.clock import Clock, SystemClock
from core.errors import RoomError
from rooms.native import metrics
from rooms.native.connection import Connection
from rooms.native.options import RoomOptions, ServerOptions
from rooms.native.room import Room
from rooms.native.wire import Close

_log = structlog.get_logger(__name__)
_TICK_S: Final = 0.25
_STOP_S: Final = 1.0


class RoomServer:
    """Serves rooms at /rooms/ID of an aiohttp application."""

    def __init__(self, options: ServerOptions, rooms: Iterable[RoomOptions], clock: Clock | None = None) -> None:
        """Make the rooms; raise `RoomError` for too many of them, or two of one id."""
        self._options = options
        self._rooms: dict[str, Room] = {}
        for room in rooms:
            if room.id in self._rooms:
                raise RoomError(f"two rooms are called {room.id!r}; give one of them another id")
            self._rooms[room.id] = Room(room, options.limits, options.gifts, clock or SystemClock())
        if len(self._rooms) > options.limits.rooms:
            raise RoomError(f"{len(self._rooms)} rooms are more than the limit of {options.limits.rooms}; raise it")
        self._connections: set[Connection] = set()
        self._addresses: Counter[str] = Counter()
        self._empty = asyncio.Event()
        self._ticker: asyncio.Task[None] | None = None
        self._stopping = False

    def attach(self, app: web.Application) -> None:
        """Add the routes to `app`, and start and stop with it."""
        app.add_routes(self.routes())

        async def started(_: web.Application) -> None:
            self.start()

        async def stopped(_: web.Application) -> None:
            await self.stop()

        app.on_startup.append(started)
        app.on_shutdown.append(stopped)  # before aiohttp waits for the handlers to end

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what to serve; `attach` does this and the rest."""
        return [web.get("/rooms/{room}", self._handle, allow_head=False)]

    def start(self) -> None:
        """Let time pass in the rooms."""
        self._ticker = asyncio.create_task(self._tick(), name="rooms-tick")

    async def stop(self) -> None:
        """Say goodbye to everybody and return within about a second, when all connections have ended."""
        self._stopping = True
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.wait([self._ticker])
        for connection in self._connections:
            connection.close()
        if not await self._ended(_STOP_S):
            for connection in self._connections:
                connection.cut()
            await self._ended(_STOP_S)

    async def _ended(self, seconds: float) -> bool:
        self._empty.clear()
        if self._connections:
            try:
                async with asyncio.timeout(seconds):
                    await self._empty.wait()
            except TimeoutError:
                return False
        return True

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for room in self._rooms.values():
                try:
                    room.tick()
                except Exception:  # noqa: BLE001  (one room's fault must not stop the others' time; it is logged whole)
                    _log.exception("room_tick_failed", room=room.options.id)

    async def _handle(self, request: web.Request) -> web.WebSocketResponse:
        room = self._rooms.get(request.match_info["room"])
        if room is None:
            raise web.HTTPNotFound(text="there is no such room\n")
        if not _origin_allowed(request, self._options.origins):
            metrics.REFUSED.labels(room.options.id, "origin").inc()
            raise web.HTTPForbidden(text="pages of this origin may not connect; see the server's list of origins\n")
        if self._stopping:
            raise web.HTTPServiceUnavailable(text="the server is stopping\n")
        connection = Connection(room, request)
        try:
            socket = await connection.open()
        except ClientConnectionResetError:
            raise web.HTTPBadRequest(text="gone before the upgrade\n") from None
        address = request.remote or ""
        self._connections.add(connection)
        self._addresses[address] += 1
        try:
            if self._addresses[address] > self._options.limits.per_address:
                connection.refuse(Close.FULL, "too many connections from this address")
            await connection.serve()
        finally:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]
            self._connections.discard(connection)
            if not self._connections:
                self._empty.set()
        return socket


def _origin_allowed(request: web.Request, allowed: tuple[str, ...]) -> bool:
    """Return whether the page that asks is ours or on the list; what is no page sends no origin."""
    origin = request.headers.get("Origin")
    if origin is None or "*" in allowed or origin in allowed:
        return True
    return urlsplit(origin).netloc.lower() == request.host.lower()
