"""A room that tests play by hand: the pages of web.pages and a websocket that speaks docs/room-protocol.md."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import numpy as np
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from web.pages import PageGift, PageRoom, routes

Json = dict[str, Any]
BOT = {"id": "b1", "name": "小弹", "role": "bot", "level": 0}


class FakeRoom:
    """One room with any number of clients, which answers every request and remembers what came."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.hellos: list[Json] = []
        self.frames: list[bytes] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.events: list[Json] = []
        self.roles: Mapping[str, str] = {"let-me-moderate": "moderator", "it-is-mine": "streamer"}
        self.done: set[str] = set()
        self.deaf = False
        self.refuse: Mapping[str, str] = {}
        self._changed = asyncio.Event()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = await socket.receive_json()
        self.hellos.append(hello)
        self.sockets.append(socket)
        self._changed.set()
        await socket.send_json(self._welcome(hello))
        async for frame in socket:
            if frame.type is WSMsgType.BINARY:
                self.frames.append(frame.data)
            elif frame.type is WSMsgType.TEXT and not self.deaf:
                await self._answer(socket, frame.json())
            self._changed.set()
        self.sockets.remove(socket)
        return socket

    def _welcome(self, hello: Json) -> Json:
        resumed = hello.get("session") == "secret"
        role = self.roles.get(hello.get("token", ""), "viewer")
        history = [event for event in self.events if not resumed or event["seq"] > hello["seq"]]
        return {
            "type": "welcome",
            "you": {"id": "v1", "name": hello["name"] or "观众1", "role": role, "level": 0},
            "session": "secret",
            "resumed": resumed,
            "room": {
                "id": "main",
                "title": "晚上好",
                "streamer": "阿珍",
                "bot": {"name": "小弹", "state": "listening"},
                "stream": "live",
            },
            "viewers": 3,
            "history": history,
            "seq": len(self.events),
            "limits": {"text": 500, "name": 24, "frame_bytes": 16384, "messages_per_10s": 20},
            "muted": 0,
        }

    async def _answer(self, socket: web.WebSocketResponse, message: Json) -> None:
        if code := self.refuse.get(message["type"]):
            await socket.send_json({"type": "error", "code": code, "message": code, "ref": message["ref"]})
            return
        await socket.send_json({"type": "ack", "ref": message["ref"]})
        if message["ref"] in self.done:
            return
        self.done.add(message["ref"])
        self.messages.append(message)
        if message["type"] == "chat":
            fields = {key: message[key] for key in ("text", "reply_to") if key in message}
            await self.happen("chat", {"id": "v1", "name": "小明", "role": "viewer", "level": 0}, **fields)

    async def happen(self, kind: str, viewer: Json, **fields: object) -> str:
        """Make an event known to everybody; return its id."""
        seq = len(self.events) + 1
        event = {"kind": kind, "id": f"e{seq}", "at": 1_700_000_000.0 + seq, "viewer": viewer, **fields}
        told = {"type": "event", "seq": seq, "event": event}
        self.events.append(told)
        await self.tell(told)
        return str(event["id"])

    async def tell(self, message: Json) -> None:
        """Send `message` to everybody."""
        for socket in list(self.sockets):
            await socket.send_json(message)

    async def speak(self, reply: str, sequence: int, text: str, *, seconds: float, last: bool = False) -> None:
        """Send a clause of the bot's voice: a 440 Hz tone at 24 kHz in frames of 100 ms, as fast as it goes."""
        start = sequence * seconds
        speech = {"reply": reply, "sequence": sequence, "text": text, "start": start, "end": start + seconds}
        await self.tell({"type": "speech", **speech, "rate": 24_000, "last": last})
        samples = np.arange(round(start * 24_000), round((start + seconds) * 24_000))
        pcm = (np.sin(samples * 2 * np.pi * 440 / 24_000) * 9_000).astype("<i2")
        pieces = [pcm[at : at + 2_400] for at in range(0, len(pcm), 2_400)]
        for number, piece in enumerate(pieces):
            ends = number == len(pieces) - 1
            frame = struct.pack("<BBHI", 2, int(ends), sequence, round(start * 10) + number) + piece.tobytes()
            for socket in list(self.sockets):
                await socket.send_bytes(frame)

    async def drop(self) -> None:
        """Lose every connection, as a network does."""
        for socket in list(self.sockets):
            await socket.close(code=4008)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until what clients did makes `condition` true; fail after 8 s."""
        async with asyncio.timeout(8):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def sent(self, kind: str) -> list[Json]:
        """Return what came of one type."""
        return [message for message in self.messages if message["type"] == kind]


@pytest.fixture
def page_room() -> PageRoom:
    gifts = (PageGift("玫瑰", 1, "🌹"), PageGift("火箭", 500, "🚀"))
    return PageRoom(id="main", title='<b>晚上好</b> & "欢迎"', streamer="阿珍", bot="小弹", gifts=gifts, language="zh")


@pytest.fixture
def fake_room() -> FakeRoom:
    return FakeRoom()


@pytest.fixture
def page_app(page_room: PageRoom, fake_room: FakeRoom) -> web.Application:
    """Put pages and room together outside the event loop: this reads the pages' files."""
    app = web.Application()
    app.add_routes([*routes([page_room]), web.get("/rooms/{room}", fake_room.connect)])
    return app


@pytest.fixture
async def server(page_app: web.Application) -> AsyncIterator[TestServer]:
    running = TestServer(page_app)
    async with running:
        yield running
