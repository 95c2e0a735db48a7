"""The connector against the server, over real sockets: what passes between bot and page."""

import asyncio
import struct
from typing import Any

import pytest

from core.engines import resolve
from core.errors import AudioError
from core.events import AudioFrame, Chat, Clause, Heard, Purchase, Removed, Role, Speech, Utterance, Viewer
from rooms.native.connector import NativeConnector
from rooms.source import CONNECTORS, ConnectOptions
from tests.rooms.native.bots import UNMETERED, Bot, clause, reply


async def test_it_is_found_by_its_platforms_name() -> None:
    assert resolve("native", CONNECTORS) is NativeConnector


async def test_what_viewers_write_reaches_the_bot_under_our_rooms_id(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    ann = await (await served.guest()).hello(name="Ann")
    await ann.send(type="chat", text="多少钱")
    chat = await bot.next(Chat)
    assert (chat.text, chat.room, chat.platform, chat.viewer.name) == ("多少钱", "ours", "native", "Ann")
    assert chat.received >= chat.at - 1


async def test_what_was_said_before_the_bot_came_is_not_told(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello()
    await ann.send(type="chat", text="old")
    await ann.until("chat")
    bot = await make_bot(served.url)
    await ann.send(type="chat", text="new")
    assert (await bot.next(Chat)).text == "new"


async def test_a_bot_does_not_hear_itself_and_hears_other_bots_as_bots(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot, other = await make_bot(served.url), await make_bot(served.url, name="Helper")
    bot.connector.say(reply("r1", "mine"))
    heard = await other.next(Chat)
    assert (heard.text, heard.viewer.role) == ("mine", Role.BOT)
    other.connector.say(reply("r2", "grow"), final=False)
    other.connector.say(reply("r2", "grown"))
    assert (await bot.next(Chat)).text == "grown"


async def test_words_states_and_captions_reach_the_page(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello(name="Ann")
    bot = await make_bot(served.url)
    bot.connector.state("thinking")
    bot.connector.say(reply("r1"))
    me = Viewer(ann.welcome["you"]["id"], "Ann")
    bot.connector.caption(
        Utterance(id="u", speaker=me, text="hel", language="en", start=0, end=1, confidence=1, final=False)
    )
    assert (await ann.until("state"))["state"] == "listening"
    while (await ann.until("state"))["state"] != "thinking":
        pass
    said = await ann.until("say")
    assert (said["id"], said["text"], said["route"], said["final"]) == ("r1", "你好", "t5", True)
    assert (await ann.until("caption"))["viewer"]["name"] == "Ann"


async def test_the_bot_moderates(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    ann = await (await served.guest()).hello(name="Ann")
    await ann.send(type="chat", text="rude")
    chat = await bot.next(Chat)
    bot.connector.delete(chat.id)
    assert (await ann.until("removed"))["message"] == chat.id
    bot.connector.timeout(chat.viewer.id, 5)
    assert (await ann.until("muted"))["seconds"] == 5


async def test_a_microphone_arrives_with_its_speaker_and_its_end(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    ann = await (await served.guest()).hello(name="Ann")
    await ann.send(type="mic", on=True, rate=16_000)
    for count in range(3):
        await ann.socket.send(struct.pack("<BBHI", 1, 0, 0, count) + bytes([count]) * 640)
    await ann.send(type="mic", on=False)
    frames = [await bot.next(AudioFrame) for _ in range(4)]
    assert [(frame.speaker.name, frame.sequence, frame.last) for frame in frames] == [
        ("Ann", 0, False), ("Ann", 1, False), ("Ann", 2, False), ("Ann", 3, True),
    ]  # fmt: skip
    assert frames[2].pcm == bytes([2]) * 640


async def test_a_reply_is_spoken_and_heard_to_its_end(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello(name="Ann")
    bot = await make_bot(served.url)
    bot.connector.speech(clause("r", 0, 0.25))
    bot.connector.speech(clause("r", 1, 0.1))
    bot.connector.speech(clause("r", 2, 0.0, last=True))
    heard = await bot.connector.heard("r")
    assert (heard.text, heard.cut) == ("c0 c1", False)
    assert heard.played_s == pytest.approx(0.35)
    assert await bot.connector.heard("r") == heard
    frames, clauses = list[bytes](), list[int]()
    while len(clauses) < 3:
        data = await ann.socket.recv()
        if isinstance(data, bytes):
            frames.append(data)
        elif '"speech"' in data:
            clauses.append(len(frames))
    assert sum(len(frame) - 8 for frame in frames) == int(0.35 * 24_000) * 2
    assert [struct.unpack_from("<BBHI", frame)[2:] for frame in frames] == [(0, 0), (0, 1), (0, 2), (1, 3)]


async def test_cancelling_reaches_pages_and_says_what_was_heard(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello(name="Ann")
    bot = await make_bot(served.url)
    bot.connector.speech(clause("r", 0, 20.0))
    await ann.until("speech")
    bot.connector.duck("r", on=True)
    assert (await ann.until("duck"))["on"] is True
    bot.connector.cancel("r")
    heard = await bot.connector.heard("r")
    assert (heard.text, heard.cut) == ("", True)
    assert heard.played_s < 5
    assert (await ann.until("cancel"))["reply"] == "r"


async def test_a_moderators_cancel_stops_the_voice_and_is_told(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    mod = await (await served.guest()).hello(token="mod-secret")
    bot = await make_bot(served.url)
    bot.connector.speech(clause("r", 0, 20.0))
    await mod.until("speech")
    await mod.send(type="cancel", reply="r")
    assert (await bot.next(Removed)).message == "r"
    assert (await bot.connector.heard("r")).cut


async def test_while_another_bot_speaks_a_reply_counts_as_cut(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    ann = await (await served.guest()).hello()
    one, two = await make_bot(served.url), await make_bot(served.url)
    one.connector.speech(clause("r", 0, 5.0))
    await ann.until("speech")
    two.connector.speech(clause("s", 0, 5.0))
    assert (await two.connector.heard("s")).cut
    one.connector.cancel("r")


async def test_a_reply_that_is_spoken_while_the_line_is_down_counts_as_cut(served: Any) -> None:
    bot = Bot("ws://127.0.0.1:9/rooms/main", delays=lambda: iter([60.0]))
    bot.connector.speech(clause("r", 0, 1.0))
    assert await bot.connector.heard("r") == Heard(reply="r", text="", played_s=0.0, cut=True)
    waiting = asyncio.ensure_future(bot.connector.heard("never spoken"))
    await asyncio.sleep(0)
    await bot.connector.close()
    assert (await waiting).cut
    assert bot.stopped == [None]


async def test_speech_at_a_rate_that_pages_do_not_play_is_refused() -> None:
    connector = NativeConnector(ConnectOptions(room="r", url="ws://127.0.0.1:9/", name="b"))
    caption = Clause("", 0.0, 1.0)
    with pytest.raises(AudioError):
        connector.speech(Speech(reply="r", sequence=0, pcm=bytes(2), sample_rate=96_000, caption=caption))


async def test_an_order_reaches_the_bot_as_its_buyers(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    ann = await (await served.guest()).hello(name="Ann")
    streamer = await (await served.guest()).hello(token="streamer-secret")
    await ann.send(type="purchase", product="1", ref="mine")
    assert (await ann.until("error"))["code"] == "not_allowed"
    await streamer.send(type="purchase", product="1", count=2, viewer=ann.welcome["you"]["id"])
    bought = await bot.next(Purchase)
    assert (bought.product, bought.count, bought.viewer.name, bought.viewer.role) == ("1", 2, "Ann", Role.VIEWER)


async def test_a_bot_that_does_not_read_loses_old_audio_and_counts_refused_events(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url, events=3, frames=2)
    ann = await (await served.guest()).hello()
    for number in range(6):
        await ann.send(type="chat", text=str(number))
    await ann.send(type="mic", on=True)
    for count in range(5):
        await ann.socket.send(struct.pack("<BBHI", 1, 0, 0, count) + bytes(640))
    await ann.send(type="share", ref="r")
    await ann.until("ack")
    async with asyncio.timeout(5):
        while bot.connector.events.statistics().dropped < 4 + 3:  # noqa: ASYNC110  (nothing else tells)
            await asyncio.sleep(0.01)
    assert bot.connector.events.statistics().size == 5
    assert [(await bot.next(AudioFrame)).sequence for _ in range(2)] == [3, 4]
