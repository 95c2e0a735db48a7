"""The connector against the server, over real sockets that break, and how it ends."""

import asyncio
import itertools
import random
import struct
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from core.errors import RoomError, RoomRefusedError
from core.events import AudioFrame, Chat, Join, Stream, StreamState
from rooms.native.limits import Limits
from rooms.native.options import ServerOptions
from tests.rooms.native.bots import UNMETERED, Bot, reply


async def test_loss_and_recovery_are_told_once_each(served: Any, make_bot: Any, line: Any) -> None:
    await served.serve(UNMETERED)
    cable, url = await line(served.url)
    bot = await make_bot(url)
    cable.cut()
    states = [await bot.next(StreamState) for _ in range(2)]
    assert [state.state for state in states] == [Stream.BROKEN, Stream.LIVE]
    assert len({state.id for state in states}) == 2


async def test_a_remark_that_the_line_cuts_off_gets_an_end(served: Any, make_bot: Any, line: Any) -> None:
    await served.serve(UNMETERED)
    cable, url = await line(served.url)
    bot = await make_bot(url)
    ann = await (await served.guest()).hello()
    await ann.send(type="mic", on=True)
    await ann.socket.send(struct.pack("<BBHI", 1, 0, 0, 0) + bytes(640))
    assert (await bot.next(AudioFrame)).last is False
    cable.cut()
    assert (await bot.next(AudioFrame)).last is True


async def chats(bot: Bot, number: int) -> list[str]:
    return [(await bot.next(Chat)).text for _ in range(number)]


@pytest.mark.parametrize("how", ["both", "client", "ended"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_lost_or_repeated_however_the_line_breaks(
    served: Any, make_bot: Any, line: Any, how: str, seed: int
) -> None:
    await served.serve(UNMETERED)
    cable, url = await line(served.url)
    bot = await make_bot(url)
    ann = await (await served.guest()).hello(name="Ann")
    chance = random.Random(seed)  # noqa: S311  (repeatable, no secret)
    total = 60

    async def break_it() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.0, 0.06))
            cable.cut(how)

    async def write() -> None:
        for number in range(total):
            await ann.send(type="chat", text=str(number))
            bot.connector.say(reply(f"r{number}", f"answer {number}"))
            await asyncio.sleep(chance.uniform(0.0, 0.02))

    async with asyncio.TaskGroup() as group:
        breaking = group.create_task(break_it())
        heard = group.create_task(chats(bot, total))
        await write()
        breaking.cancel()
    assert cable.cuts >= 3
    assert heard.result() == [str(number) for number in range(total)]
    said = [(await ann.until("say"))["text"] for _ in range(total)]
    assert said == [f"answer {number}" for number in range(total)]
    bot.connector.say(reply("end", "end"))
    assert (await ann.until("say"))["text"] == "end"  # and nothing was said twice in between


async def test_more_than_the_room_remembers_is_told_as_far_as_it_does(served: Any, make_bot: Any, line: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(messages=0, ring=5, history=3)))
    cable, url = await line(served.url)
    bot = await make_bot(url, delays=lambda: itertools.chain([0.3], itertools.repeat(0.02)))
    ann = await (await served.guest()).hello()
    await ann.send(type="chat", text="seen")
    assert (await bot.next(Chat)).text == "seen"
    cable.cut()
    assert (await bot.next(StreamState)).state is Stream.BROKEN
    for number in range(10):
        await ann.send(type="chat", text=str(number))
    assert await chats(bot, 3) == ["7", "8", "9"]
    await ann.send(type="chat", text="next")
    assert await chats(bot, 1) == ["next"]


async def test_a_server_that_starts_again_is_joined_anew_and_gets_what_it_has_not_heard(
    served: Any, make_bot: Any
) -> None:
    await served.serve(UNMETERED)
    port = urlsplit(served.url).port
    bot = await make_bot(served.url)
    await served.runner.cleanup()
    assert (await bot.next(StreamState)).state is Stream.BROKEN
    bot.connector.say(reply("r", "said meanwhile"))
    await served.serve(UNMETERED, port=port)
    assert (await bot.next(StreamState)).state is Stream.LIVE
    ann = await (await served.guest()).hello()
    if not ann.welcome["history"]:
        assert (await ann.until("say"))["text"] == "said meanwhile"
    await ann.send(type="chat", text="hello again")
    assert await chats(bot, 1) == ["hello again"]


async def test_a_wrong_token_ends_it_with_a_reason(served: Any) -> None:
    await served.serve(UNMETERED)
    bot = Bot(served.url, token="guess")
    await bot.connector.join()
    (error,) = bot.stopped
    assert isinstance(error, RoomRefusedError)
    assert "token" in str(error)
    await bot.connector.close()


async def test_a_room_that_is_not_there_ends_it_with_a_reason(served: Any) -> None:
    await served.serve(UNMETERED)
    bot = Bot(served.url.replace("main", "nowhere"))
    await bot.connector.join()
    assert isinstance(bot.stopped[0], RoomRefusedError)
    assert not bot.stopped[0].retryable


async def test_it_gives_up_where_the_delays_end() -> None:
    bot = Bot("ws://127.0.0.1:9/rooms/main", delays=lambda: iter([0.0, 0.0]))
    await bot.connector.join()
    assert isinstance(bot.stopped[0], RoomError)
    assert bot.stopped[0].retryable


async def test_a_server_that_talks_nonsense_is_tried_again_and_breaks_nothing() -> None:
    async def nonsense(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("[1, 2")
        await socket.close()
        return socket

    app = web.Application()
    app.add_routes([web.get("/", nonsense)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    bot = Bot(f"ws://127.0.0.1:{port}/", delays=lambda: iter([0.0]))
    await bot.connector.join()
    assert isinstance(bot.stopped[0], RoomError)
    await runner.cleanup()


async def test_odd_frames_in_a_good_connection_are_counted_and_passed_over(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    for odd in ("{", '{"type":"fireworks"}', '{"type":"event","seq":99,"event":{"kind":"new"}}', b"\x01", bytes(700)):
        bot.connector._receive(odd)
    assert bot.connector.events.statistics().size == 0


async def test_stopping_is_quick_and_leaves_the_room(served: Any, make_bot: Any) -> None:
    await served.serve(ServerOptions())
    ann = await (await served.guest()).hello()
    bot = await make_bot(served.url)
    while (await ann.until("state"))["state"] != "listening":
        pass
    begun = asyncio.get_running_loop().time()
    await bot.connector.close()
    assert asyncio.get_running_loop().time() - begun < 1.0
    while (await ann.until("state"))["state"] != "absent":
        pass
    assert asyncio.get_running_loop().time() - begun < 1.0
    assert bot.stopped == [None]
    left = [item async for item in bot.connector.events]
    assert [item.viewer.id for item in left if isinstance(item, Join) and item.before] == [ann.welcome["you"]["id"]]
    assert len(left) == 1


async def test_another_connector_goes_on_in_the_same_session_and_nothing_is_missed_in_between(
    served: Any, make_bot: Any
) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello(name="Ann")
    before = await make_bot(served.url)
    await ann.send(type="chat", text="heard")
    assert await chats(before, 1) == ["heard"]
    await ann.send(type="chat", text="waits")
    await ann.until("chat")
    while before.connector.events.statistics().size == 0:  # noqa: ASYNC110  # nothing tells of it
        await asyncio.sleep(0.01)
    before.connector.hand_over()
    await before.connector.close()
    before.connector.say(reply("r1", "not sent any more"))
    await ann.send(type="chat", text="meanwhile", ref="m")
    await ann.until("ack")
    after = Bot(served.url, name="小弹二号", start=False)
    after.connector.take_over(before.connector)
    after.connector.start()
    assert await chats(after, 2) == ["waits", "meanwhile"]
    await ann.send(type="chat", text="next")
    assert await chats(after, 1) == ["next"]
    said = await ann.until("say")
    assert said["text"] == "not sent any more"
    after.connector.say(reply("r2", "as somebody else"))
    said = await ann.until("say")
    assert (said["text"], said["viewer"]["name"]) == ("as somebody else", "小弹二号")
    await after.connector.close()


async def test_a_connector_to_another_room_or_after_one_that_left_for_good_begins_anew(
    served: Any, make_bot: Any
) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello(name="Ann")
    left, elsewhere = await make_bot(served.url), await make_bot(served.url.replace("main", "other"))
    elsewhere.connector.hand_over()
    for before in (left, elsewhere):
        await before.connector.close()
        await ann.send(type="chat", text="meanwhile", ref="m")
        await ann.until("ack")
        after = Bot(served.url, start=False)
        after.connector.take_over(before.connector)
        after.connector.start()
        await after.next(Join)
        await ann.send(type="chat", text="next")
        assert await chats(after, 1) == ["next"]
        await after.connector.close()
