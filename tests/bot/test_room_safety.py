"""What a room's pipeline does not say, what it withdraws, and whom it looks after."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from bot.gate import GateOptions
from bot.room import RoomBot
from core.engines import Capabilities as EngineCapabilities
from core.events import Chat, Join, Outcome, Role
from nlu.mind import Mind
from nlu.open_talk import OpenTalk
from tests.bot.crowded_room import NAMES, TEMPLATES, SlowVoice, Virtual, crowd_of, event, play


def test_a_reply_that_safety_refuses_is_replaced_by_a_template_and_its_route_says_so(virtual_time: Virtual) -> None:
    class Boasting(Mind):
        async def reply(self, plan: Any, directive: Any, occasion: Any) -> Any:
            async for reply, final in Mind(None, TEMPLATES, "小弹").reply(plan, directive, occasion):
                yield (
                    type(reply)(
                        **{f: getattr(reply, f) for f in reply.__struct_fields__}
                        | {"text": "这是全网最低价，世界第一！"}
                    ),
                    final,
                )

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="蓝色卫衣多少钱"))

    room, _ = play(virtual_time, script, mind=Boasting(None, TEMPLATES, "小弹"))
    assert "最低" not in room.said[0].text
    assert "99元" in room.said[0].text
    assert room.said[0].route.startswith("template/blocked: ")


def test_open_talk_of_a_larger_engine_passes_the_same_safety_check(virtual_time: Virtual) -> None:
    class Boasting:
        capabilities = EngineCapabilities("large", frozenset(), streams=True)

        async def generate(self, request: Any) -> Any:
            yield "全网最低价，世界第一！"

        async def close(self) -> None: ...

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="小弹 太阳为什么是热的"))

    talk = OpenTalk(Boasting(), ("off_topic", "small_talk"), 3.0, NAMES, TEMPLATES)
    room, _ = play(virtual_time, script, mind=Mind(None, TEMPLATES, "小弹", talk))
    assert "最低" not in room.said[0].text
    assert room.said[0].route.startswith("template/")
    assert "blocked: " in room.said[0].route or "large: " in room.said[0].route


def test_what_is_blocked_is_withdrawn_not_answered_and_repeats_have_consequences(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        for _ in range(2):
            room.events.send(event(Chat, "坏人", text="小弹 加我微信 wx: abc12345 电话13812345678"))
            await asyncio.sleep(1)

    room, made = play(virtual_time, script)
    assert [viewer for viewer, _ in room.silenced] == ["坏人"]
    codes = [decision.code for decision in made.decisions if decision.outcome is Outcome.REFUSED]
    assert codes == ["unsafe_warned", "unsafe_silenced"]
    assert not [reply for reply in room.said if reply.route != "moderation"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("我不想活了", "12356"), ("i want to kill myself", "988"), ("胸口疼喘不上气怎么办", "120")],
)
def test_who_may_be_in_danger_is_answered_first_calmly_and_only_once(
    virtual_time: Virtual, text: str, number: str
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "大壮", "老王"):
            room.events.send(event(Chat, name, text=f"小弹 {name}的卫衣多少钱"))
        room.events.send(event(Chat, "小鱼", text=text, id="help"))
        room.events.send(event(Chat, "小鱼", text=text, id="again"))

    room, made = play(virtual_time, script, gate=GateOptions(replies=1, replies_s=20))
    told = [reply for reply in room.said if reply.route == "care"]
    assert len(told) == 1
    assert number in told[0].text
    assert told[0].directive.tone == "calm"
    assert room.said.index(told[0]) == 1, "right after what was being said, before the rate limit ends"
    assert not room.silenced
    assert not room.deleted
    decided = {decision.event: decision for decision in made.decisions}
    assert decided["help"].code == "cared"
    assert "look after them" in decided["help"].why
    assert decided["again"].code == "cared_before"
    safety = {found.decision.event: found.safety for found in made.control.journal.told}
    found = safety["help"]
    assert found is not None
    assert (found.verdict, found.step) == ("care", "help told")


def test_many_who_say_the_same_are_told_once(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "大壮", "老王", "小鱼"):
            room.events.send(event(Chat, name, text="我不想活了"))

    room, made = play(virtual_time, script)
    assert sum(reply.route == "care" for reply in room.said) == 1
    assert Counter(decision.code for decision in made.decisions)["cared_together"] == 3


def test_a_streamer_in_distress_is_not_spoken_to_before_the_room_but_moderators_know(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿杰", Role.STREAMER, text="我不想活了", id="host"))

    room, made = play(virtual_time, script)
    assert not room.said
    assert {decision.code for decision in made.decisions if decision.event == "host"} == {"cared_streamer"}


def test_what_closes_rooms_is_left_without_an_answer_and_noted(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "小鱼", text="小弹 习近平怎么样", id="asked"))

    room, made = play(virtual_time, script)
    assert not room.said
    assert {decision.code for decision in made.decisions if decision.event == "asked"} == {"unsafe_left"}


@pytest.mark.parametrize(
    "name", ["全场一元", "FreeToday", "加V领券", "全场免费", "AjieScams", "希特勒", "习近平", "Hitler"]
)
def test_a_name_that_claims_offers_or_is_infamous_is_neither_spoken_nor_written(
    virtual_time: Virtual, name: str
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 3)
        room.events.send(event(Chat, name, text="小弹 蓝色卫衣多少钱"))
        await asyncio.sleep(5)
        room.events.send(event(Join, name))
        await asyncio.sleep(5)
        room.events.send(event(Chat, name, text="!谁"))

    room, _ = play(virtual_time, script)
    assert room.said
    assert all(name not in reply.text for reply in room.said)


def test_a_minor_is_sold_nothing_and_adults_who_ask_the_same_are_answered_apart(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        room.events.send(event(Chat, "kid", text="im 11 can i buy the hoodie"))
        room.events.send(event(Chat, "adult", text="can i buy the hoodie"))
        room.events.send(event(Chat, "孩子", text="我12岁，蓝色卫衣多少钱"))

    room, _ = play(virtual_time, script)
    told = [reply for reply in room.said if reply.route == "minor"]
    assert len(told) == 2
    assert all("grown-up" in reply.text or "大人" in reply.text for reply in told)
    assert all("link 3" not in reply.text and "3号链接" not in reply.text for reply in told)
    assert any(reply.text.startswith("蓝色卫衣99元。") for reply in told)
    assert any("adult" in {viewer.name for viewer in reply.to} for reply in room.said if reply.route != "minor")
