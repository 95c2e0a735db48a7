"""Who may open a room's console, what it is told, and what it may do."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from web import console
from web.console import Access, console_routes

Client = TestClient[web.Request, web.Application]


class Room:
    """A room that remembers what it was asked."""

    def __init__(self) -> None:
        self.acted: list[tuple[str, str, float]] = []
        self.made = [{"n": 1, "outcome": "noted"}]

    def state(self) -> Mapping[str, Any]:
        return {"waiting": [], "acted": len(self.acted)}

    def decisions(self, after: int) -> Sequence[Mapping[str, Any]]:
        return [one for one in self.made if int(str(one["n"])) > after]

    def explain(self, viewer: str) -> Mapping[str, Any]:
        return {"of": viewer}

    def act(self, action: str, target: str, seconds: float) -> bool:
        self.acted.append((action, target, seconds))
        return target != "gone"


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
async def client(room: Room, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(console, "EVERY_S", 0.01)
    app = web.Application()
    app.add_routes(console_routes({"main": Access(lambda: room, ("let-me-in",))}, ("https://ours.example",)))
    async with TestClient(TestServer(app)) as made:
        yield made


async def told(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(3):
        while True:
            message: dict[str, Any] = json.loads(await socket.receive_str())
            if message["type"] == kind:
                return message


async def test_a_moderator_is_told_the_state_and_every_decision_once(client: Client, room: Room) -> None:
    async with client.ws_connect("/moderator/main/feed") as socket:
        await socket.send_json({"type": "token", "token": "let-me-in"})
        assert (await told(socket, "decisions"))["decisions"] == [{"n": 1, "outcome": "noted"}]
        assert (await told(socket, "state"))["waiting"] == []
        room.made.append({"n": 2, "outcome": "dropped"})
        assert (await told(socket, "decisions"))["decisions"] == [{"n": 2, "outcome": "dropped"}]


async def test_what_a_moderator_asks_is_done_and_answered(client: Client, room: Room) -> None:
    async with client.ws_connect("/moderator/main/feed") as socket:
        await socket.send_json({"type": "token", "token": "let-me-in"})
        await socket.send_json({"type": "act", "action": "silence", "seconds": 60})
        assert (await told(socket, "done"))["ok"] is True
        await socket.send_json({"type": "act", "action": "drop", "target": "gone"})
        assert (await told(socket, "done"))["ok"] is False
        await socket.send_json({"type": "explain", "viewer": "v1"})
        assert (await told(socket, "explain"))["value"] == {"of": "v1"}
    assert room.acted == [("silence", "", 60.0), ("drop", "gone", 0.0)]


@pytest.mark.parametrize("first", ['{"type":"token","token":"wrong"}', "not json", '{"type":"act","action":"stop"}'])
async def test_without_the_token_nothing_is_told(client: Client, room: Room, first: str) -> None:
    async with client.ws_connect("/moderator/main/feed") as socket:
        await socket.send_str(first)
        message = await socket.receive()
        assert message.data == console.REFUSED
    assert room.acted == []


async def test_a_token_that_does_not_come_in_time_closes_with_a_code_that_the_desk_tries_again_after(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "HELLO_S", 0.05)
    async with client.ws_connect("/moderator/main/feed") as socket:
        assert (await socket.receive()).data == console.LATE


async def test_what_is_no_known_action_is_refused_and_the_console_goes_on(client: Client, room: Room) -> None:
    async with client.ws_connect("/moderator/main/feed") as socket:
        await socket.send_json({"type": "token", "token": "let-me-in"})
        await socket.send_json({"type": "act", "action": "shutdown"})
        assert "shutdown" in (await told(socket, "error"))["message"]
        await socket.send_json({"type": "act", "action": "stop"})
        assert (await told(socket, "done"))["ok"] is True


async def test_pages_of_other_origins_may_not_connect(client: Client) -> None:
    for origin, status in (("https://evil.example", 403), ("https://ours.example", 101)):
        answer = await client.get(
            "/moderator/main/feed",
            headers={
                "Origin": origin, "Upgrade": "websocket", "Connection": "Upgrade",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
            },
        )  # fmt: skip
        assert answer.status == status
        answer.close()


async def test_one_console_too_many_is_turned_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "CONSOLES", 1)
    async with client.ws_connect("/moderator/main/feed") as first:
        await first.send_json({"type": "token", "token": "let-me-in"})
        await told(first, "state")
        async with client.ws_connect("/moderator/main/feed") as second:
            await second.send_json({"type": "token", "token": "let-me-in"})
            assert (await second.receive()).data == console.FULL


async def test_an_unknown_room_has_no_console(client: Client) -> None:
    assert (await client.get("/moderator/other/feed")).status == 404
