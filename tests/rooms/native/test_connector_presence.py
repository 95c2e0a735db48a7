"""The connector against the server, over real sockets: who is here, who comes and who goes."""

import asyncio
import itertools
from typing import Any

import pytest

from bot.crowd import Crowd, CrowdOptions
from core.clock import SystemClock
from core.events import Chat, Join, Leave, RoomEvent
from rooms.native import client_messages as client
from rooms.native.members import Member, Outbox
from rooms.native.room import Room
from rooms.native.wire import Close
from tests.rooms.native.bots import UNMETERED, Bot


class Nowhere(Outbox):
    """Where a viewer is reached of whom only the coming and going matters."""

    def text(self, data: bytes) -> None:
        pass

    def audio(self, data: bytes) -> None:
        pass

    def close(self, code: Close, why: str) -> None:
        pass


def come(room: Room, number: int) -> list[Member]:
    return [room.join(client.Hello(version=1, name=f"v{one}"), Nowhere()) for one in range(number)]


def go(room: Room, members: list[Member]) -> None:
    for member in members:
        assert member.outbox is not None
        room.leave(member, member.outbox)


class Watched:
    """The bot's count of a room, fed by its connector."""

    def __init__(self, bot: Bot) -> None:
        self.crowd = Crowd(CrowdOptions(joins=20), SystemClock())
        self.events = list[RoomEvent]()
        self._bot = bot

    async def until(self, present: int) -> None:
        """Take events until so many are present."""
        async with asyncio.timeout(10):
            while len(self.crowd) != present:
                await self.take()

    async def take(self) -> None:
        item = await self._bot.connector.events.receive()
        if isinstance(item, RoomEvent):
            self.crowd.note(item)
            self.events.append(item)

    def of(self, kind: type[RoomEvent]) -> list[RoomEvent]:
        return [event for event in self.events if isinstance(event, kind)]


async def test_a_raid_by_joins_is_known_to_the_last_and_so_is_who_goes_again(served: Any, make_bot: Any) -> None:
    server = await served.serve(UNMETERED)
    room: Room = server._rooms["main"]
    watched = Watched(await make_bot(served.url))
    people = list[Member]()
    begun = asyncio.get_running_loop().time()
    for _ in range(10):
        people += come(room, 100)
        await asyncio.sleep(0.1)
    assert asyncio.get_running_loop().time() - begun < 2.0
    await watched.until(1_000)
    assert watched.crowd.raid
    assert len(watched.of(Join)) == 1_000
    assert watched.crowd.raiders == 1_000
    go(room, people[:990])
    await watched.until(10)
    assert len(watched.of(Leave)) == 990
    assert {event.viewer.name for event in watched.of(Leave)} == {member.viewer.name for member in people[:990]}


async def test_a_bot_that_reads_late_is_told_who_is_here_and_loses_no_message(served: Any, make_bot: Any) -> None:
    server = await served.serve(UNMETERED)
    room: Room = server._rooms["main"]
    bot = await make_bot(served.url, events=20)
    people = come(room, 300)
    await asyncio.sleep(0.5)
    ann = await (await served.guest()).hello(name="Ann")
    for number in range(8):
        await ann.send(type="chat", text=str(number))
    await ann.send(type="share", ref="r")
    await ann.until("ack")
    go(room, people[:250])
    await asyncio.sleep(0.5)
    watched = Watched(bot)
    await watched.until(51)
    assert [event.text for event in watched.of(Chat) if isinstance(event, Chat)] == [str(one) for one in range(8)]
    assert len(watched.of(Join)) < 100  # who came and went meanwhile is no news


async def test_who_was_here_before_the_bot_is_counted_and_no_raid(served: Any, make_bot: Any) -> None:
    server = await served.serve(UNMETERED)
    come(server._rooms["main"], 300)
    watched = Watched(await make_bot(served.url))
    await watched.until(300)
    assert (watched.crowd.raid, watched.crowd.raiders) == (False, 0)
    assert all(isinstance(event, Join) and event.before for event in watched.of(Join))


async def test_nobody_stays_a_ghost_who_left_while_the_line_was_down(served: Any, make_bot: Any, line: Any) -> None:
    server = await served.serve(UNMETERED)
    room: Room = server._rooms["main"]
    cable, url = await line(served.url)
    bot = await make_bot(url, delays=lambda: itertools.chain([0.6], itertools.repeat(0.02)))
    watched = Watched(bot)
    people = come(room, 300)
    await watched.until(300)
    cable.cut()
    go(room, people[:290])
    await asyncio.sleep(0.4)  # a tick with nobody to tell
    come(room, 3)
    await watched.until(13)


async def test_what_was_lost_on_the_way_is_asked_for_again(
    served: Any, make_bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.native.connector._ROLL_S", 0.5)
    server = await served.serve(UNMETERED)
    room: Room = server._rooms["main"]
    watched = Watched(await make_bot(served.url))
    people = come(room, 50)
    await watched.until(50)
    go(room, people[:40])
    list(room.people.take_news())  # nobody is told
    await watched.until(10)
