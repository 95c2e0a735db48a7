"""The connector against the server, over real sockets that break."""

import asyncio
import itertools
import random
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.crowd import Crowd, CrowdOptions
from core.clock import SystemClock
from core.engines import resolve
from core.errors import AudioError, RoomError, RoomRefusedError
from core.events import (
    AudioFrame,
    Chat,
    Clause,
    Directive,
    Heard,
    Join,
    Leave,
    Purchase,
    Removed,
    Reply,
    Role,
    RoomEvent,
    Speech,
    Stream,
    StreamState,
    Utterance,
    Viewer,
)
from rooms.native import messages as m
from rooms.native.connector import NativeConnector
from rooms.native.limits import Limits
from rooms.native.members import Member, Outbox
from rooms.native.options import ServerOptions
from rooms.native.room import Room
from rooms.native.wire import Close
from rooms.source import CONNECTORS, ConnectOptions

UNMETERED = ServerOptions(limits=Limits(messages=0, away_s=1.0))
BOT_TOKEN = "bot-secret"  # noqa: S105  (of the test's own server)


def soon() -> Iterator[float]:
    return itertools.repeat(0.02)


def reply(name: str, text: str = "你好") -> Reply:
    return Reply(
        id=name, text=text, language="zh", to=(Viewer("v", "Ann"),), facts={}, route="t5", directive=Directive()
    )


def clause(name: str, sequence: int, seconds: float, *, last: bool = False) -> Speech:
    caption = Clause(f"c{sequence}" if seconds else "", 0.0, seconds)
    pcm = b"\x01\x00" * int(seconds * 24_000)
    return Speech(reply=name, sequence=sequence, pcm=pcm, sample_rate=24_000, caption=caption, last=last)


class Bot:
    """A connector, and what came out of it."""

    def __init__(self, url: str, **options: Any) -> None:
        self.stopped = list[Exception | None]()
        delays = options.pop("delays", soon)
        fields = {"room": "ours", "url": url, "name": "小弹", "token": BOT_TOKEN, **options}
        self.connector = NativeConnector(
            ConnectOptions(**fields), delays=delays, on_stopped=lambda _, error: self.stopped.append(error)
        )
        self.connector.start()

    async def next(self, kind: type[RoomEvent] | type[AudioFrame]) -> Any:
        """Return the next thing of `kind`."""
        async with asyncio.timeout(10):
            while True:
                item = await self.connector.events.receive()
                if isinstance(item, kind):
                    return item


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


class Nowhere(Outbox):
    """Where a viewer is reached of whom only the coming and going matters."""

    def text(self, data: bytes) -> None:
        pass

    def audio(self, data: bytes) -> None:
        pass

    def close(self, code: Close, why: str) -> None:
        pass


def come(room: Room, number: int) -> list[Member]:
    return [room.join(m.Hello(version=1, name=f"v{one}"), Nowhere()) for one in range(number)]


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
