"""The moderators' console: what the bot decides, live, and the handles to steer it. For moderators and streamers alone.

The page is static; everything that it shows comes over one websocket whose first message is the token. The room is
asked twice a second, so a slow client costs nothing: what it cannot take in time closes it.
"""

import asyncio
import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

EVERY_S: Final = 0.5
"""Seconds between two looks at the room."""
HELLO_S: Final = 5.0
"""Seconds within which the token must come."""
SEND_S: Final = 5.0
"""Seconds that a client may take to receive; slower ones are closed."""
CONSOLES: Final = 16
"""Consoles of a room that may be open at once."""
MESSAGE: Final = 4096
"""Bytes of a message from a console."""
LATE: Final = 4000
"""Close code for a token that did not come in time: try again."""
REFUSED: Final = 4003
"""Close code for a wrong token."""
FULL: Final = 4013
"""Close code for one console too many."""

Action = Literal["promote", "drop", "pin", "silence", "speak", "stop", "answered"]


class ConsoleRoom(Protocol):
    """What a room's console shows and does. Nothing here waits."""

    def state(self) -> Mapping[str, Any]:
        """Return what waits, what is said, the silence, the mood and the open questions, ready for JSON."""
        ...

    def decisions(self, after: int) -> Sequence[Mapping[str, Any]]:
        """Return decisions numbered (`n`) above `after`, oldest first."""
        ...

    def explain(self, viewer: str) -> Mapping[str, Any]:
        """Return how the room (and the viewer named) is likely to go on, and why the bot speaks as it does."""
        ...

    def act(self, action: Action, target: str, seconds: float) -> bool:
        """Do what a moderator asks; return whether there was anything to do it to."""
        ...


class Access(msgspec.Struct, frozen=True):
    """Which room a console is for, and who may open it."""

    room: Callable[[], ConsoleRoom | None]
    """The room, or nothing while its bot is not there."""
    tokens: Collection[str]
    """Secrets of its moderators and streamer."""


class _Act(msgspec.Struct, frozen=True, tag="act", tag_field="type", forbid_unknown_fields=True):
    action: Action
    target: str = ""
    seconds: float = 0.0


class _Explain(msgspec.Struct, frozen=True, tag="explain", tag_field="type", forbid_unknown_fields=True):
    viewer: str = ""


class _Token(msgspec.Struct, frozen=True, tag="token", tag_field="type", forbid_unknown_fields=True):
    token: str


_first = msgspec.json.Decoder(_Token)
_next: msgspec.json.Decoder[_Act | _Explain] = msgspec.json.Decoder(_Act | _Explain)


def console_routes(rooms: Mapping[str, Access], origins: Collection[str] = ()) -> list[web.AbstractRouteDef]:
    """Return the route of the consoles of `rooms`: a websocket at /moderator/ROOM/feed."""
    opened: dict[str, int] = dict.fromkeys(rooms, 0)

    async def feed(request: web.Request) -> web.StreamResponse:
        name = request.match_info["room"]
        access = rooms.get(name)
        if access is None:
            raise web.HTTPNotFound
        if not _ours(request, origins):
            raise web.HTTPForbidden(text="pages of this origin may not connect\n")
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=MESSAGE)
        await socket.prepare(request)
        try:
            async with asyncio.timeout(HELLO_S):
                first = await socket.receive()
        except TimeoutError:
            await socket.close(code=LATE, message=b"the token did not come in time")
            return socket
        if not _may_enter(first, access.tokens):
            await socket.close(code=REFUSED, message=b"the token is not one of this room's moderators")
        elif opened[name] >= CONSOLES:
            await socket.close(code=FULL, message=b"too many consoles are open")
        else:
            opened[name] += 1
            try:
                await _serve(socket, access)
            finally:
                opened[name] -= 1
        return socket

    return [web.get("/moderator/{room}/feed", feed)]


def _ours(request: web.Request, origins: Collection[str]) -> bool:
    """Return whether the page that asks is ours or on the list; what is no page sends no origin."""
    origin = request.headers.get("Origin")
    return origin is None or origin in origins or urlsplit(origin).netloc.lower() == request.host.lower()


def _may_enter(first: WSMessage, tokens: Collection[str]) -> bool:
    try:
        token = _first.decode(first.data).token if first.type is WSMsgType.TEXT else ""
    except msgspec.MsgspecError:
        return False
    return any(hmac.compare_digest(token.encode(), known.encode()) for known in tokens)


async def _serve(socket: web.WebSocketResponse, access: Access) -> None:
    async with asyncio.TaskGroup() as tasks:
        telling = tasks.create_task(_tell(socket, access))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                asked = _next.decode(message.data)
            except msgspec.MsgspecError as error:
                await _send(socket, {"type": "error", "message": str(error)})
                continue
            await _send(socket, _answer(asked, access.room()))
        telling.cancel()


def _answer(asked: _Act | _Explain, room: ConsoleRoom | None) -> Mapping[str, Any]:
    if isinstance(asked, _Explain):
        return {"type": "explain", "viewer": asked.viewer, "value": room.explain(asked.viewer) if room else None}
    done = room.act(asked.action, asked.target, asked.seconds) if room else False
    return {"type": "done", "action": asked.action, "target": asked.target, "ok": done}


async def _tell(socket: web.WebSocketResponse, access: Access) -> None:
    told: ConsoleRoom | None = None
    last, shown = 0, b""
    while not socket.closed:
        room = access.room()
        if room is not told:  # the bot was sent in anew: its decisions are numbered from one again
            told, last = room, 0
            await _send(socket, {"type": "anew", "here": room is not None})
        if room is not None:
            fresh = room.decisions(last)
            if fresh:
                last = max(int(one["n"]) for one in fresh)
                await _send(socket, {"type": "decisions", "decisions": fresh})
            state = msgspec.json.encode({"type": "state", **room.state()})
            if state != shown:
                shown = state
                await _send(socket, state)
        await asyncio.sleep(EVERY_S)


async def _send(socket: web.WebSocketResponse, message: Mapping[str, Any] | bytes) -> None:
    text = (message if isinstance(message, bytes) else msgspec.json.encode(message)).decode()
    try:
        async with asyncio.timeout(SEND_S):
            await socket.send_str(text)
    except (TimeoutError, ConnectionError):
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too slow")
