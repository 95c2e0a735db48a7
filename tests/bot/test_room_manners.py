"""What a room's bot leaves alone, whom it answers in a crowd, what it speaks, and what it forgets."""

import asyncio
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from bot.crowd import CrowdOptions
from bot.intake import LONGEST_AGE_S, IntakeOptions
from bot.room import RoomBot
from bot.show.line import Line
from core.events import Chat, Follow, Gift, Heard, Join, Purchase, Reply, Role, Voice
from nlu.intents import Role as Fact
from nlu.knowledge import Local, Product
from nlu.memory import Memory
from tests.bot.crowded_room import SlowVoice, Virtual, bot, crowd_of, event, play

INTAKE = IntakeOptions(expire_s=20, answer_all=True, min_gift_value=0, thank_follows=True)
MUG = Product(id="2", title=Local("保温杯", "the mug"), price="59元", stock=4, link=5)


def codes(made: RoomBot, of: str) -> list[str]:
    return [decision.code for decision in made.decisions if decision.event == of]


def memory_of(made: RoomBot) -> Memory:
    memory = made._wits.memory
    assert memory is not None
    return memory


@pytest.mark.parametrize("crowd", [0, 10])
@pytest.mark.parametrize(
    "text", ["@Will how much did you pay", "@A君 你买的哪个", "@三姐 多少钱来着", "@Tom 你是哪里人", "@大壮 卫衣多少钱"]
)
def test_what_speaks_to_another_viewer_is_left_alone_whatever_it_asks(
    virtual_time: Virtual, text: str, crowd: int
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, crowd)
        room.events.send(event(Chat, text=text, id="asked"))

    room, made = play(virtual_time, script)
    assert room.said == []
    assert codes(made, "asked") == ["to_another"]


def test_the_streamers_call_to_everybody_right_after_our_answer_is_not_for_us(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Voice, "阿杰", Role.STREAMER, text="小弹，卫衣多少钱", **SPOKEN))
        await asyncio.sleep(6)
        room.events.send(event(Voice, "阿杰", Role.STREAMER, text="还有谁没下单的吗", id="call", **SPOKEN))

    room, made = play(virtual_time, script)
    assert len(room.said) == 1
    assert codes(made, "call") == ["streamer_talks"]


SPOKEN: dict[str, Any] = {"language": "zh", "confidence": 0.9, "audio_s": 1.0, "ended": 0.0}


@pytest.mark.parametrize("sells", [True, False])
@pytest.mark.parametrize(
    "text", ["我上次买的漏水了！！", "this is a scam", "my order never arrived", "发错货了", "你们就是骗子，卖假货"]
)
def test_who_complains_in_a_crowd_is_answered_where_something_is_sold(
    virtual_time: Virtual,
    text: str,
    sells: bool,  # noqa: FBT001  # pytest passes it by name
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, text=text))

    room, _ = play(virtual_time, script, intake=msgspec.structs.replace(INTAKE, sells=sells))
    assert [reply.intent for reply in room.said] == (["complaint"] if sells else [])


@pytest.mark.parametrize("text", ["😂😂😂", "👍", "？", "6", "1", "哦", "hmm", "寄", "F", "啊啊啊", "ok"])
@pytest.mark.parametrize("others", [0, 2])
def test_a_mere_sign_nod_or_cry_is_only_noted_in_a_small_room(virtual_time: Virtual, text: str, others: int) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, others)
        room.events.send(event(Chat, text=text, id="sign"))

    room, made = play(virtual_time, script)
    assert room.said == []
    assert codes(made, "sign") == ["reaction"]


@pytest.mark.parametrize("text", ["哈哈哈", "666", "lol", "小弹 👍"])
def test_laughter_praise_and_what_calls_us_is_answered(virtual_time: Virtual, text: str) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 2)
        room.events.send(event(Chat, text=text))

    room, _ = play(virtual_time, script)
    assert len(room.said) == 1


def test_what_is_announced_is_spoken_of_while_it_is_still_being_said(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "小鱼", text="卫衣多少钱"))
        await asyncio.sleep(10)
        facts = {Fact.PRODUCT: "保温杯", Fact.PRICE: "39元", Fact.TIME: "5分钟"}
        made._intake._perform(Line("flash_sale", facts, "zh", product=MUG), made._intake._own())
        await asyncio.sleep(1)
        room.events.send(event(Chat, "小鱼", text="还剩几个"))

    room, _ = play(virtual_time, script)
    assert [reply.intent for reply in room.said] == ["ask_price", "flash_sale", "ask_stock"]
    assert "保温杯" in room.said[-1].text


def test_thanks_are_said_in_the_viewers_language_or_else_the_rooms_and_not_in_the_last_replys(
    virtual_time: Virtual,
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for name in ("小鱼", "阿明"):
            room.events.send(event(Chat, name, text="卫衣多少钱"))
            await asyncio.sleep(5)
        room.events.send(event(Chat, "Mia", text="how much is the hoodie?"))
        await asyncio.sleep(5)
        for text in ("B", "ctrl z", "b?"):
            room.events.send(event(Chat, "小鱼", text=text))
        await asyncio.sleep(5)
        for one in (event(Follow, "小鱼"), event(Purchase, "新人", product="1"), event(Follow, "Mia")):
            room.events.send(one)
            await asyncio.sleep(5)

    room, _ = play(virtual_time, script)
    thanks = {reply.to[0].name: reply.language for reply in room.said if reply.intent in {"follow", "order"}}
    assert thanks == {"小鱼": "zh", "新人": "zh", "Mia": "en"}


@pytest.mark.parametrize(
    ("age", "code"), [(110.0, "too_late"), (5.0, "answered"), (-500.0, "answered"), (LONGEST_AGE_S + 1, "answered")]
)
def test_what_was_asked_long_before_a_reconnect_is_not_answered_any_more(
    virtual_time: Virtual, age: float, code: str
) -> None:
    asked = msgspec.structs.replace(event(Chat, text="卫衣多少钱", id="asked"), at=9_000.0 - age, received=9_000.0)

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(asked)

    _, made = play(virtual_time, script)
    assert codes(made, "asked") == [code]


class Mute(SlowVoice):
    """A room whose voice has failed: nothing is played, and nothing cut."""

    async def heard(self, reply_id: str) -> Heard:
        return Heard(reply=reply_id, text="", played_s=0.0, cut=False)


def test_what_stood_in_the_chat_is_remembered_where_the_voice_failed(virtual_time: Virtual) -> None:
    async def test(clock: Any) -> list[str]:
        room = Mute()
        made = bot(room, clock)
        running = asyncio.create_task(made.run())
        room.events.send(event(Chat, "小鱼", text="卫衣多少钱"))
        await asyncio.sleep(1)
        room.stop()
        await running
        return [exchange.answer for exchange in memory_of(made).recent("小鱼")] + [room.said[0].text]

    kept, said = virtual_time(test)
    assert kept == said


def test_an_answer_that_is_being_said_is_not_remembered_of_a_viewer_who_asks_to_be_forgotten(
    virtual_time: Virtual,
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "小鱼", text="卫衣有毒吗"))
        await asyncio.sleep(1)
        room.events.send(event(Chat, "小鱼", text="忘了我吧"))

    room, made = play(virtual_time, script)
    assert len(room.said) == 2
    assert memory_of(made).recent("小鱼") == ()
    unanswered = made._wits.unanswered
    assert unanswered is not None
    assert unanswered.list() == ()


def test_a_wish_to_be_forgotten_is_heard_in_a_raid(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "小鱼", text="卫衣多少钱"))
        await asyncio.sleep(10)
        assert memory_of(made).recent("小鱼")
        for number in range(300):
            room.events.send(event(Chat, f"v{number}", text=f"冲啊{number}"))
        room.events.send(event(Chat, "小鱼", text="forget me"))

    _, made = play(virtual_time, script, crowd=CrowdOptions())
    assert memory_of(made).recent("小鱼") == ()


def test_moderators_see_who_asked_what_of_what_waited_through_an_edit(virtual_time: Virtual) -> None:
    async def test(clock: Any) -> list[tuple[str, str]]:
        before, room = bot(SlowVoice(), clock), SlowVoice()
        for name in ("小鱼", "阿明"):
            before._take(event(Chat, name, text="小弹，卫衣多少钱"))
        await before.finish(0.0)
        now = bot(room, clock)
        now.take_over(before)
        running = asyncio.create_task(now.run())
        await asyncio.sleep(5)
        room.stop()
        await running
        await before.close()
        return [(told.what, told.text) for told in now.control.journal.told]

    assert virtual_time(test) == [("Chat", "小弹，卫衣多少钱")] * 2


def test_the_time_to_an_answer_is_measured_of_messages_alone(virtual_time: Virtual) -> None:
    def measured() -> float:
        return REGISTRY.get_sample_value("danmate_answer_text_seconds_count") or 0.0

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Gift, gift="玫瑰", count=1, value=5.0))
        await asyncio.sleep(10)
        room.events.send(event(Chat, text="卫衣多少钱"))

    before = measured()
    room, _ = play(virtual_time, script)
    assert len(room.said) == 2
    assert measured() == before + 1


def test_the_first_of_a_raid_are_not_welcomed_by_name_before_or_after_it(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        for number in range(200):
            room.events.send(event(Join, f"r{number}"))
            await asyncio.sleep(0.02)
        await asyncio.sleep(120)

    room, _ = play(virtual_time, script, crowd=CrowdOptions())
    assert [reply.intent for reply in room.said] == ["raid"]


def follows(room: SlowVoice) -> list[Reply]:
    return [reply for reply in room.said if reply.intent == "follow"]


def test_those_who_follow_while_others_wait_for_their_thanks_are_thanked_together(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        for name in ("小鱼", "阿明", "小红", "大壮", "老王", "阿花", "橙子", "木木"):
            room.events.send(event(Follow, name, id=f"f-{name}"))
            await asyncio.sleep(0.5)

    room, made = play(virtual_time, script)
    first, together = follows(room)[:2]
    assert first.facts["viewer"] == "小鱼"
    assert together.facts["viewer"] == "阿明、小红和大壮"
    assert "阿明、小红和大壮" in together.text
    assert len(follows(room)) <= 3
    assert codes(made, "f-大壮") == ["same_thanks"]
