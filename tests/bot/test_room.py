"""One room's pipeline in virtual time: real understanding and templates, a scripted room, no weights."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec
import pytest

from asr.ears import EarsOptions
from bot.answering import Wits
from bot.engines import intent_reader
from bot.idle import IdleOptions, Timer
from bot.intake import IntakeOptions
from bot.options import RoomOptions
from bot.room import RoomBot
from core.channels import Channel, Overflow
from core.clock import SystemClock
from core.events import (
    AudioFrame,
    Card,
    Chat,
    Follow,
    Gift,
    Heard,
    Join,
    Outcome,
    Purchase,
    Removed,
    Reply,
    Role,
    RoomEvent,
    Speech,
    Utterance,
    Viewer,
    Voice,
)
from nlu.commands import Command, Commands
from nlu.knowledge import Faq, Knowledge, Local, Product
from nlu.memory import Memory
from nlu.mind import Mind
from nlu.plan import Planner
from nlu.templates import Templates
from nlu.understand import Understander
from rooms.source import BotState, Capabilities

KNOWLEDGE = Knowledge(
    products=(
        Product(
            id="1", title=Local("蓝色卫衣", "the blue hoodie"), aliases=("卫衣", "hoodie"),
            price="99元", stock=12, link=3, facts=(Local("面料是纯棉", "the fabric is pure cotton"),),
        ),
    ),
    faq=(Faq(("几点下播", "when do you end"), Local("今晚十点下播", "the stream ends at ten")),),
)  # fmt: skip
INTENTS = intent_reader()
TEMPLATES = Templates.load()
Virtual = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


class ScriptedRoom:
    """A connector whose room is this test."""

    capabilities = Capabilities(platform="native", say=True)

    def __init__(self) -> None:
        self.events: Channel[RoomEvent | AudioFrame] = Channel(1000, Overflow.REFUSE)
        self.said: list[Reply] = []
        self.cancelled: list[str] = []
        self.states: list[str] = []
        self.closed = False

    def say(self, reply: Reply, *, final: bool = True) -> None:
        if final:
            self.said.append(reply)

    def speech(self, speech: Speech) -> None:
        raise AssertionError("this room has no voice")

    def cancel(self, reply_id: str) -> None:
        self.cancelled.append(reply_id)

    async def heard(self, reply_id: str) -> Heard:
        return Heard(reply=reply_id, text="", played_s=0, cut=False)

    def duck(self, reply_id: str, *, on: bool) -> None: ...
    def state(self, state: BotState) -> None:
        self.states.append(state)

    def caption(self, utterance: Utterance) -> None: ...
    def shelf(self, cards: Sequence[Card]) -> None: ...
    def delete(self, message_id: str) -> None: ...
    def timeout(self, viewer_id: str, seconds: int) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None:
        self.events.close()

    async def join(self) -> None: ...
    async def close(self) -> None:
        self.closed = True


def options(**changes: Any) -> RoomOptions:
    values: dict[str, Any] = {
        "id": "main", "persona": "小弹", "streamer": "阿杰", "tone": "warm", "length": "short", "language": "auto",
        "gift_merge_s": 3.0, "wake": ("小弹", "danmate"), "seed": 1,
        "intake": IntakeOptions(expire_s=20, answer_all=True, min_gift_value=0, thank_follows=True),
    }  # fmt: skip
    return RoomOptions(**{**values, **changes})


def bot(room: ScriptedRoom, clock: Any, ears: Any = None, **changes: Any) -> RoomBot:
    return RoomBot(
        options(**changes),
        room,
        ears,
        Understander(KNOWLEDGE, INTENTS, wake=("小弹", "danmate")),
        Commands(
            [Command(name="!价格", aliases=("!price",), reply="@$(user) $(product.price)", cooldown_user=30)],
            KNOWLEDGE,
            clock,
            streamer="阿杰",
        ),
        Wits(Planner(KNOWLEDGE, "小弹", "阿杰"), Mind(None, TEMPLATES, "小弹"), memory=Memory(clock)),
        None,
        clock,
        products=KNOWLEDGE.products,
    )


counter = iter(range(1_000_000))


def event(kind: type[RoomEvent], viewer: str = "小鱼", role: Role = Role.VIEWER, **fields: Any) -> Any:
    fields.setdefault("id", f"e{next(counter)}")
    return kind(room="main", viewer=Viewer(viewer, viewer, role), at=0.0, received=0.0, **fields)


def play(
    virtual_time: Virtual, script: Callable[[ScriptedRoom], Coroutine[Any, Any, None]], **changes: Any
) -> tuple[ScriptedRoom, RoomBot]:
    async def test(clock: Any) -> tuple[ScriptedRoom, RoomBot]:
        room = ScriptedRoom()
        made = bot(room, clock, **changes)
        running = asyncio.create_task(made.run())
        await script(room)
        await asyncio.sleep(5)
        room.stop()
        await running
        return room, made

    result: tuple[ScriptedRoom, RoomBot] = virtual_time(test)
    return result


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("蓝色卫衣多少钱", ["蓝色卫衣", "99元"]),
        ("how much is the hoodie", ["the blue hoodie", "99 yuan"]),
        ("几点下播", ["今晚十点下播"]),
        ("when do you end", ["the stream ends at ten"]),
        ("你是谁呀", ["小弹"]),
    ],
)
def test_a_question_is_answered_with_exactly_what_the_room_knows(
    virtual_time: Virtual, text: str, facts: list[str]
) -> None:
    async def script(room: ScriptedRoom) -> None:
        room.events.send(event(Chat, text=text))

    room, made = play(virtual_time, script)
    assert len(room.said) == 1
    assert all(fact in room.said[0].text for fact in facts)
    assert room.closed
    assert made.decisions[-1].outcome is Outcome.ANSWERED


def test_repeats_of_an_event_and_the_bots_own_words_are_not_answered(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        for _ in range(3):
            room.events.send(event(Chat, text="卫衣多少钱", id="same"))
        room.events.send(event(Chat, text="卫衣多少钱", role=Role.BOT))

    room, _ = play(virtual_time, script)
    assert len(room.said) == 1


def test_a_command_is_answered_by_its_words_and_rests_after(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        room.events.send(event(Chat, text="!price"))
        room.events.send(event(Chat, text="!price"))

    room, made = play(virtual_time, script)
    assert [(reply.text, reply.route) for reply in room.said] == [("@小鱼 99元", "command")]
    assert made.decisions[0].outcome is Outcome.NOTED


def test_gifts_of_one_giver_are_thanked_once_with_their_total(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        for _ in range(5):
            room.events.send(event(Gift, gift="玫瑰", count=2, value=2.0))
            await asyncio.sleep(1)

    room, _ = play(virtual_time, script)
    thanks = [reply for reply in room.said if reply.intent == "gift"]
    assert [reply.facts["count"] for reply in thanks] == ["10个"]
    assert "小鱼" in thanks[0].text


def test_an_order_of_nobody_known_is_thanked_in_a_sentence_and_to_nobody(virtual_time: Virtual) -> None:
    order = event(Purchase, product="1", count=1)
    order = msgspec.structs.replace(order, viewer=Viewer("", ""))

    async def script(room: ScriptedRoom) -> None:
        room.events.send(order)

    room, _ = play(virtual_time, script)
    assert [(reply.intent, reply.to) for reply in room.said] == [("order", ())]
    assert "蓝色卫衣" in room.said[0].text
    assert len(room.said[0].text) > len("蓝色卫衣。")


def test_every_event_ends_in_a_decision_with_a_reason(virtual_time: Virtual) -> None:
    events = [
        event(Join), event(Chat, text="666"), event(Follow), event(Gift, gift="玫瑰", count=1, value=1.0),
        event(Chat, text="主播在吗", role=Role.STREAMER), event(Removed, message="nothing"),
    ]  # fmt: skip

    async def script(room: ScriptedRoom) -> None:
        for one in events:
            room.events.send(one)
        await asyncio.sleep(10)

    _, made = play(virtual_time, script)
    decided = {decision.event: decision.why for decision in made.decisions}
    assert {one.id for one in events} <= set(decided)
    assert all(decided.values())


def test_in_a_crowd_small_talk_among_viewers_is_left_alone(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        for number in range(10):
            room.events.send(event(Chat, viewer=f"v{number}", text="哈哈哈哈"))
        room.events.send(event(Chat, viewer="v3", text="卫衣多少钱"))
        room.events.send(event(Chat, viewer="v4", text="小弹你好"))

    room, _ = play(virtual_time, script)
    answered = {reply.to[0].id for reply in room.said if "99元" in reply.text or reply.intent == "greeting"}
    assert {"v3", "v4"} <= answered
    assert len(room.said) < 8


def test_a_quiet_room_is_spoken_to_but_never_more_than_twice_in_a_row(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        room.events.send(event(Chat, text="你好"))
        await asyncio.sleep(600)

    room, _ = play(virtual_time, script)
    assert [reply.intent for reply in room.said][1:] == ["idle", "idle"]


def test_an_empty_room_is_not_spoken_to(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        await asyncio.sleep(600)

    room, _ = play(virtual_time, script)
    assert room.said == []


def test_a_timer_speaks_only_when_enough_was_written_since(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        await asyncio.sleep(100)
        assert room.said == []
        for number in range(3):
            room.events.send(event(Chat, viewer=f"v{number}", text=f"哈哈{number}"))
        await asyncio.sleep(100)

    room, _ = play(virtual_time, script, timers=(Timer((60, 60), 3, ("关注主播不迷路",)),), idle=IdleOptions(1e9, 0))
    assert [reply.text for reply in room.said if reply.route == "timer"] == ["关注主播不迷路"]


def test_a_sign_of_listening_is_no_turn(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        for text in ("嗯嗯", "yeah", "哈哈哈"):
            room.events.send(event(Voice, text=text, language="zh", confidence=0.9, audio_s=0.5, ended=0.0))
            await asyncio.sleep(3)
        room.events.send(event(Voice, text="卫衣多少钱", language="zh", confidence=0.9, audio_s=1.0, ended=0.0))

    room, made = play(virtual_time, script)
    assert [decision.code for decision in made.decisions] == ["backchannel"] * 3 + ["answered"]
    assert len(room.said) == 1


def test_what_is_remembered_of_somebody_who_is_silenced_is_forgotten(virtual_time: Virtual) -> None:
    async def script(room: ScriptedRoom) -> None:
        room.events.send(event(Chat, "老猫", text="卫衣多少钱"))
        await asyncio.sleep(3)
        room.events.send(event(Removed, "mod", target="老猫"))

    _, made = play(virtual_time, script)
    memory = made._wits.memory  # what it remembers shows nowhere else
    assert memory is not None
    assert memory.recent("老猫") == ()


class Told:
    """Ears that tell what a script says they heard."""

    options = EarsOptions()

    def __init__(self) -> None:
        self.utterances: Channel[Utterance] = Channel(64, Overflow.REFUSE)

    async def run(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None:
        self.utterances.close()


def test_a_remark_whose_words_were_lost_is_not_passed_over_in_silence(virtual_time: Virtual) -> None:
    ears = Told()

    def final(name: str, *, lost: bool) -> Utterance:
        speaker = Viewer(name, name)
        return Utterance(
            id=name, speaker=speaker, text="", language="", start=0, end=1, confidence=0, final=True, lost=lost
        )

    async def test(clock: Any) -> list[tuple[str, str, Outcome]]:
        room = ScriptedRoom()
        made = bot(room, clock, ears=ears)
        running = asyncio.create_task(made.run())
        ears.utterances.send(final("coughed", lost=False))
        ears.utterances.send(final("spoke", lost=True))
        await asyncio.sleep(1)
        room.stop()
        await running
        return [(decision.event, decision.code, decision.outcome) for decision in made.decisions]

    assert virtual_time(test) == [("spoke", "unheard", Outcome.REFUSED)]


async def test_while_many_events_wait_others_get_their_turn() -> None:
    room = ScriptedRoom()
    made = bot(room, SystemClock())
    for number in range(900):
        room.events.send(event(Chat, text=f"第{number}条，卫衣怎么样"))
    running = asyncio.create_task(made.run())
    turns = 0
    while room.events.statistics().size:
        await asyncio.sleep(0)
        turns += 1
    room.stop()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert turns > 10
