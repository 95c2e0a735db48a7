"""A room without sockets, participants whose outbox is a list, and a clock that the tests move; and the real thing."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from core.events import Role, Stream, StreamState
from rooms.native import inbound
from rooms.native.client_messages import Hello
from rooms.native.limits import Limits
from rooms.native.options import RoomOptions, ServerOptions
from rooms.native.room import Room
from rooms.native.server import RoomServer
from rooms.native.wire import Close
from tests.rooms.native.bots import Bot


class FakeClock:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def wall(self) -> float:
        return 1_700_000_000.0 + self.now

    def monotonic(self) -> float:
        return self.now


class Participant:
    """Somebody in a room, and what they were sent."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.messages: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.closed: Close | None = None

    def text(self, data: bytes) -> None:
        self.messages.append(json.loads(data))

    def audio(self, data: bytes) -> None:
        self.frames.append(data)

    def close(self, code: Close, why: str) -> None:
        self.closed = self.closed or code

    def say_hello(self, **fields: Any) -> "Participant":
        self.member = self.room.join(Hello(version=1, **fields), self)
        return self

    def send(self, **fields: Any) -> dict[str, Any]:
        """Send a message and return the last answer to it."""
        fields = {"ref": f"r{len(self.messages)}", **fields}
        inbound.receive(self.room, self.member, json.dumps(fields))
        return next(said for said in reversed(self.messages) if said.get("ref") == fields["ref"])

    def send_audio(self, frame: bytes) -> None:
        inbound.receive(self.room, self.member, frame)

    def lose(self) -> None:
        self.room.lost(self.member, self)

    @property
    def id(self) -> str:
        return self.member.viewer.id

    @property
    def welcome(self) -> dict[str, Any]:
        return next(said for said in self.messages if said["type"] == "welcome")

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of type `kind`, or the events of it."""
        events = [said["event"] for said in self.messages if said["type"] == "event"]
        return [said for said in self.messages if said["type"] == kind] + [e for e in events if e["kind"] == kind]


TOKENS = {Role.BOT: "bot-secret", Role.STREAMER: "streamer-secret", Role.MODERATOR: "mod-secret"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make_room(clock: FakeClock) -> Callable[..., Room]:
    """Return a function that makes a room with the limits it is given."""

    def make(**limits: Any) -> Room:
        options = RoomOptions(
            id="main", title="衣服", streamer="小美", bot="小弹", tokens=TOKENS, gifts={"火箭": 500.0}
        )
        return Room(options, Limits(**limits), {"小心心": 0.1}, clock)

    return make


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    return make_room()


@pytest.fixture
def enter(room: Room) -> Callable[..., Participant]:
    """Return a function that lets somebody into the room, by role and name."""

    def enter(role: str = "viewer", name: str | None = None, **fields: Any) -> Participant:
        token = TOKENS.get(Role(role), "")
        name = ("Ann" if role == "viewer" else role) if name is None else name
        return Participant(fields.pop("room", room)).say_hello(name=name, token=token, **fields)

    return enter


class Guest:
    """A raw participant over a real socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}

    async def hello(self, **fields: Any) -> "Guest":
        await self.send(type="hello", version=1, **fields)
        self.welcome = json.loads(await self.socket.recv())
        return self

    async def send(self, **fields: Any) -> None:
        await self.socket.send(json.dumps(fields))

    async def until(self, kind: str) -> dict[str, Any]:
        """Return the next message of type `kind`, or the next event of it."""
        async with asyncio.timeout(10):
            while True:
                data = await self.socket.recv()
                if isinstance(data, str):
                    message: dict[str, Any] = json.loads(data)
                    if message["type"] == kind:
                        return message
                    if message["type"] == "event" and message["event"]["kind"] == kind:
                        event: dict[str, Any] = message["event"]
                        return event

    async def closed(self) -> int | None:
        """Read to the end; return the code it was closed with."""
        async with asyncio.timeout(10):
            try:
                while True:
                    await self.socket.recv()
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else None


class Served:
    """A room server on a port of its own, and the guests that the test lets in."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._open = set[ClientConnection]()
        self.url = ""

    async def serve(self, options: ServerOptions, port: int = 0, sndbuf: int = 0) -> RoomServer:
        rooms = [RoomOptions(id=name, bot="小弹", tokens=TOKENS) for name in ("main", "other")]
        server = RoomServer(options, rooms)
        app = web.Application()
        server.attach(app)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        listening = socket.create_server(("127.0.0.1", port))
        if sndbuf:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, sndbuf)
        await web.SockSite(runner, listening).start()
        self.url = f"ws://127.0.0.1:{listening.getsockname()[1]}/rooms/main"
        self.runner = runner
        return server

    async def guest(self, url: str = "", **options: Any) -> Guest:
        connection = await connect(url or self.url, proxy=None, close_timeout=0.2, **options)
        self._open = {one for one in self._open if one.state is not State.CLOSED} | {connection}
        return Guest(connection)

    async def close(self) -> None:
        for connection in self._open:
            await connection.close()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        everything = Served(stack)
        yield everything
        await everything.close()


class Line:
    """A TCP line to a server, which the test can cut or freeze."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._running = asyncio.Event()
        self._running.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.cuts = 0

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def cut(self, how: str = "both") -> None:
        """End the connections: of both sides, of the `client` alone so that the server learns nothing, or `ended`."""
        for client, server in list(self._pairs):
            self.cuts += 1
            if how == "ended":  # in good order, but without the goodbye of a websocket
                server.transport.close()
                continue
            client.transport.abort()
            if how == "both":
                server.transport.abort()

    def freeze(self) -> None:
        """Pass on nothing more, and end nothing."""
        self._running.clear()

    async def close(self) -> None:
        self._running.set()
        self._server.close()
        for pair in self._pairs:
            for writer in pair:
                writer.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _pass(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        back, server = await asyncio.open_connection("127.0.0.1", self._port)
        pair = (client, server)
        self._pairs.add(pair)
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        forth = asyncio.create_task(self._pump(reader, server))
        try:
            await self._pump(back, client)  # a client that is cut off leaves the server's side open until it ends it
        finally:
            forth.cancel()
            await asyncio.wait([forth])
            self._pairs.discard(pair)
            client.transport.abort()
            server.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                await self._running.wait()
                if writer.transport.is_closing():
                    continue
                writer.write(data)
                await writer.drain()


@pytest.fixture
async def line() -> AsyncIterator[Callable[[str], Awaitable[tuple[Line, str]]]]:
    """Return a function that lays a line to a server's address and returns it with its own address."""
    lines = list[Line]()

    async def lay(url: str) -> tuple[Line, str]:
        port = urlsplit(url).port or 0
        lines.append(Line(port))
        return lines[-1], url.replace(str(port), str(await lines[-1].open()))

    yield lay
    for one in lines:
        await one.close()


@pytest.fixture
async def make_bot() -> AsyncIterator[Callable[..., Any]]:
    bots = list[Bot]()

    async def make(url: str, **options: Any) -> Bot:
        bots.append(Bot(url, **options))
        assert (await bots[-1].next(StreamState)).state is Stream.LIVE
        return bots[-1]

    yield make
    for bot in bots:
        await bot.connector.close()
