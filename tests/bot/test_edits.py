"""Settings that are edited while rooms live: a mistake changes nothing, and what a room came to is not forgotten."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from bot import build, serve
from bot.engines import Engines, intent_reader
from bot.room import RoomBot
from bot.serve import Deployment
from core.channels import Channel, Overflow
from core.events import AudioFrame, Chat, Heard, Purchase, Reply, Role, RoomEvent, Stream, StreamState, Viewer
from core.settings import Settings, load
from nlu.templates import Templates
from rooms.source import BotState, Capabilities

INTENTS, TEMPLATES = intent_reader(), Templates.load()
ROOM = """
rooms: [{id: main}, {id: other}]
idle: {after: 1h}
filters: {words: words.yaml, lists: false, offence: {classify: false}}
behaviour: {ledger: false}
commands: [{name: "!次数", cooldown: {all: 0s, user: 0s}, reply: "$(count)"}, {name: "!价", reply: "$(product.price)"}]
knowledge:
  products: [{id: 1, title: 蓝色卫衣, price: 99元, stock: 12}]
show:
  flash_sales: [{product: 1, price: 79元, lasts: 1h}]
  quiz: {lasts: 1h, questions: [{ask: 天空是什么颜色, options: [蓝, 红], right: A}]}
  goals: [{count: orders, target: 10}]
"""


class ScriptedRoom:
    """A connector whose room is this test."""

    capabilities = Capabilities(platform="native", say=True)

    def __init__(self) -> None:
        self.events: Channel[RoomEvent | AudioFrame] = Channel(1000, Overflow.REFUSE)
        self.said: list[Reply] = []
        self.started = self.closed = False

    def say(self, reply: Reply, *, final: bool = True) -> None:
        if final:
            self.said.append(reply)

    async def heard(self, reply_id: str) -> Heard:
        return Heard(reply=reply_id, text="", played_s=0, cut=False)

    def speech(self, speech: Any) -> None: ...
    def cancel(self, reply_id: str) -> None: ...
    def duck(self, reply_id: str, *, on: bool) -> None: ...
    def state(self, state: BotState) -> None: ...
    def caption(self, utterance: Any) -> None: ...
    def shelf(self, cards: Any) -> None: ...
    def delete(self, message_id: str) -> None: ...
    def timeout(self, viewer_id: str, seconds: int) -> None: ...
    def start(self) -> None:
        self.started = True

    def stop(self) -> None: ...
    async def join(self) -> None: ...
    async def close(self) -> None:
        self.closed = True
        self.events.close()


class Live:
    """A deployment of scripted rooms; `doors` are their connectors, oldest first, by room."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "live.yaml"
        (folder / "words.yaml").write_text("[{category: listed, words: [坏词坏词]}]", encoding="utf-8")
        (folder / "bad.yaml").write_text("[{category: 5, wrds: x}]", encoding="utf-8")
        self.doors: dict[str, list[ScriptedRoom]] = {}
        settings = self.written(ROOM)
        engines = Engines(settings.models)
        engines.intents, engines.templates = INTENTS, TEMPLATES
        self.deployment = Deployment(settings, Console(file=io.StringIO()), {}, engines)
        monkeypatch.setattr(build, "connector", self._connect)

    def _connect(self, room: Any, url: str, token: str) -> ScriptedRoom:
        self.doors.setdefault(room.id, []).append(ScriptedRoom())
        return self.doors[room.id][-1]

    def written(self, text: str) -> Settings:
        self.file.write_text(text, encoding="utf-8")
        return load(self.file)

    async def edit(self, *changes: tuple[str, str]) -> bool:
        text = ROOM
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        done = await self.deployment.apply(await asyncio.to_thread(self.written, text))
        await settled()
        return done

    def bot_now(self) -> RoomBot:
        return self.deployment._sent["main"]

    def happens(self, *events: RoomEvent) -> None:
        for event in events:
            self.bot_now()._take(event)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0.002)


@asynccontextmanager
async def living(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    live = await asyncio.to_thread(Live, folder, monkeypatch)
    for room in live.deployment.settings.rooms:
        live.deployment._send_bot(room)
    for _ in range(500):
        if len(live.deployment._sent) == 2:
            break
        await asyncio.sleep(0.01)
    await settled()
    try:
        yield live
    finally:
        await live.deployment.close()


counter = iter(range(1_000_000))


def event(kind: type[RoomEvent], viewer: str = "小鱼", role: Role = Role.VIEWER, **fields: Any) -> Any:
    return kind(
        id=f"e{next(counter)}", room="main", viewer=Viewer(viewer, viewer, role), at=0.0, received=0.0, **fields
    )


MISTAKES = {
    "a word list": ("words: words.yaml", "words: bad.yaml"),
    "a mood": ("ledger: false", "ledger: false, mood: none.yaml"),
    "a chain": ("ledger: false", "ledger: false, chain: none.npz"),
    "a name twice": ("commands: [", 'commands: [{name: "!b", alias: ["!次数"], reply: x}, '),
}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_an_edit_that_no_bot_can_be_made_of_leaves_the_rooms_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        before, bot, task = live.deployment.settings, live.bot_now(), live.deployment._bots["main"]
        with capture_logs() as logs:
            assert not await live.edit(("99元", "1元"), MISTAKES[mistake])
        assert [line["event"] for line in logs] == ["settings_kept"]
        assert "the old settings stay" in logs[0]["error"]
        assert live.bot_now() is bot
        assert live.deployment._bots["main"] is task
        assert not task.done()
        assert [door.closed for door in live.doors["main"][:1]] == [False]
        assert live.deployment.settings is before
        assert await live.edit(("99元", "1元"))
        assert live.doors["main"][0].closed
        assert live.doors["main"][-1].started


async def test_an_edit_keeps_a_rooms_bot_where_another_rooms_is_the_one_with_the_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        bot = live.bot_now()
        bad = "{id: other, title: 二, behaviour: {mood: none.yaml}}"
        assert not await live.edit(("{id: main}", "{id: main, title: 一}"), ("{id: other}", bad))
        assert live.bot_now() is bot
        assert [door.closed for door in live.doors["main"]] == [False, True]


async def test_what_a_room_came_to_outlives_an_edit_of_a_price(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living(tmp_path, monkeypatch) as live:
        live.bot_now().control.silence(None)
        live.happens(
            event(StreamState, "", state=Stream.LIVE),
            event(Chat, "坏人", text="坏词坏词"),
            event(Chat, "小学生", text="我今年十岁"),
            event(Chat, "阿杰", Role.STREAMER, text="!sale"),
            event(Chat, "阿杰", Role.STREAMER, text="!quiz"),
            event(Purchase, product="1", count=5),
            event(Chat, text="!次数"),
        )
        old = live.bot_now()._wits
        assert old.memory is not None
        old.memory.heard("小鱼", "卫衣多少钱", "99元", build.knowledge(live.deployment.settings.rooms[0]).products[0])
        old_bandit = old.behaviour._bandit._arms  # type: ignore[union-attr]
        assert await live.edit(("99元", "89元"))
        now = live.bot_now()._wits
        assert now is not old
        assert live.bot_now().control.status().silent_s is None
        assert now.guard._offences["坏人"][0] == 1  # type: ignore[union-attr]
        assert now.behaviour.is_minor("小学生")  # type: ignore[union-attr]
        assert now.behaviour._bandit._arms is old_bandit  # type: ignore[union-attr]
        assert now.memory.last_product("小鱼").price == "89元"  # type: ignore[union-attr]
        assert now.show._quiz.open is not None  # type: ignore[union-attr]
        assert now.show.report().goals == ((5, 10),)  # type: ignore[union-attr]
        card = now.show._shelf.find("1")  # type: ignore[union-attr]
        assert card is not None
        assert (card.price, card.stock) == ("79元", 7)
        now.show._sales.end("zh")  # type: ignore[union-attr]
        assert now.show._shelf.find("1").price == "89元"  # type: ignore[union-attr]
        assert live.bot_now()._commands._uses["!次数"].count == 1


async def test_a_show_whose_settings_changed_begins_anew_and_a_new_stock_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        live.happens(
            event(Chat, "阿杰", Role.STREAMER, text="!quiz"),
            event(Chat, "阿杰", Role.STREAMER, text="!sale"),
            event(Purchase, product="1", count=5),
        )
        assert await live.edit(("天空", "大海"), ("stock: 12", "stock: 30"), ("price: 79元", "price: 69元"))
        show = live.bot_now().show
        assert show is not None
        assert show._quiz.open is None
        card = show._shelf.find("1")
        assert card is not None
        assert (card.price, card.stock) == ("99元", 30)


async def test_a_bot_that_failed_leaves_silence_offences_and_minors_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        failed = live.bot_now()
        failed.control.silence(None)
        live.happens(event(Chat, "坏人", text="坏词坏词"), event(Chat, "小学生", text="我今年十岁"))
        live.happens(event(Chat, "阿杰", Role.STREAMER, text="!quiz"))
        monkeypatch.setattr(failed._connector.events, "statistics", lambda: 1 / 0)
        for _ in range(1000):
            if live.bot_now() is not failed:
                break
            await asyncio.sleep(0.01)
        now = live.bot_now()._wits
        assert live.bot_now() is not failed
        assert live.bot_now().control.status().silent_s is None
        assert now.guard._offences["坏人"][0] == 1  # type: ignore[union-attr]
        assert now.behaviour.is_minor("小学生")  # type: ignore[union-attr]
        assert now.show._quiz.open is None  # type: ignore[union-attr]


async def test_a_word_that_is_added_to_the_list_counts_without_any_edit_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        before = live.bot_now()
        assert await live.edit()
        assert live.bot_now() is before
        await asyncio.to_thread(
            (tmp_path / "words.yaml").write_text, "[{category: listed, words: [坏词坏词, 新词新词]}]", "utf-8"
        )
        assert await live.edit()
        live.happens(event(Chat, "坏人", text="新词新词"))
        assert live.bot_now()._wits.guard._offences["坏人"][0] == 1  # type: ignore[union-attr]


async def test_a_word_that_is_added_while_another_rooms_edit_is_wrong_counts_once_that_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        await asyncio.to_thread(
            (tmp_path / "words.yaml").write_text, "[{category: listed, words: [新词新词]}]", "utf-8"
        )
        assert not await live.edit(("{id: other}", "{id: other, behaviour: {mood: none.yaml}}"))
        assert await live.edit()
        live.happens(event(Chat, "坏人", text="新词新词"))
        assert live.bot_now()._wits.guard._offences["坏人"][0] == 1  # type: ignore[union-attr]


async def test_the_bot_of_a_removed_room_leaves_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        with capture_logs() as logs:
            assert await live.edit((", {id: other}", ""))
        assert [(line["event"], line["room"]) for line in logs] == [("room_left", "other")]
        assert live.doors["other"][0].closed
        assert not live.doors["main"][0].closed
        assert await live.edit()  # written back
        assert live.doors["other"][-1].started
        assert not live.doors["other"][-1].closed


async def test_what_only_a_restart_changes_is_said_until_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        for _ in range(2):
            with capture_logs() as logs:
                assert await live.edit(("idle:", "server: {port: 1}\nidle:"), ("{id: main}", "{id: main, title: 新}"))
            assert "server" in [line.get("section") for line in logs]
        with capture_logs() as logs:
            assert await live.edit(("{id: main}", "{id: main, title: 更新}"))
        assert [line.get("section") for line in logs] == ["rooms.main.title, on its page"]


async def test_an_edit_waits_for_the_end_of_what_is_said_and_loses_no_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        before, heard = live.bot_now(), asyncio.Event()
        say = before._speaking.say

        async def slow(words: Any) -> Any:
            told = await say(words)
            await heard.wait()
            return told

        monkeypatch.setattr(before._speaking, "say", slow)
        live.happens(event(Chat, text="小弹你好呀"))
        await settled()
        live.happens(event(Chat, "阿秋", text="小弹，蓝色卫衣多少钱"), event(Chat, "阿冬", text="!价"))
        edit = asyncio.create_task(live.edit(("99元", "89元")))
        while not before._floor._resting:  # noqa: ASYNC110  # until the new bot is made
            await asyncio.sleep(0.01)
        await settled()
        assert not edit.done()
        assert live.bot_now() is before
        heard.set()
        assert await edit
        assert [decision.code for decision in before.decisions] == ["answered"]
        assert ["89元" in reply.text for reply in live.doors["main"][-1].said] == [True, True]
        assert [decision.code for decision in live.bot_now().decisions] == ["answered", "answered"]


async def test_an_edit_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living(tmp_path, monkeypatch) as live:
        before = live.bot_now()
        monkeypatch.setattr(serve, "LAST_WORDS_S", 0.05)
        monkeypatch.setattr(before._speaking, "say", lambda _words: asyncio.Event().wait())
        live.happens(event(Chat, text="小弹你好呀"))
        await settled()
        assert await live.edit(("99元", "89元"))
        assert live.bot_now() is not before
        assert [decision.code for decision in before.decisions] == ["room_over"]
