"""What a room's pipeline makes of a crowd: one answer for many, calm, and a decision on every event."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.crowd import CrowdOptions
from bot.floor import FloorOptions
from bot.gate import GateOptions
from bot.room import RoomBot
from core.events import (
    Chat,
    Follow,
    Gift,
    Join,
    Leave,
    Like,
    Outcome,
    Purchase,
    Removed,
    Role,
    RoomEvent,
    Share,
    Stream,
    StreamState,
)
from core.reasons import words
from tests.bot.crowded_room import SlowVoice, Virtual, crowd_of, event, play


def test_like_questions_asked_while_the_bot_speaks_get_one_answer_with_three_names(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "小红", "大壮", "老王"):
            room.events.send(event(Chat, name, text="蓝色卫衣多少钱"))

    room, made = play(virtual_time, script)
    prices = [reply for reply in room.said if "99元" in reply.text]
    assert len(prices) == 1
    assert [viewer.name for viewer in prices[0].to] == ["阿明", "小红", "大壮"]
    merged = [decision for decision in made.decisions if decision.outcome is Outcome.MERGED]
    assert {decision.reply for decision in merged} == {prices[0].id}
    assert len(merged) == 3


@pytest.mark.parametrize("what", ["message", "target"])
def test_a_withdrawal_silences_the_answer_in_the_middle_of_a_sentence(virtual_time: Virtual, what: str) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿明", text="蓝色卫衣多少钱", id="asked"))
        await asyncio.sleep(1)
        gone = {"message": "asked"} if what == "message" else {"target": "阿明"}
        room.events.send(event(Removed, "房管", Role.MODERATOR, **gone))
        await asyncio.sleep(0.01)
        assert len(room.cancelled) == 1, "stopped at once"

    room, made = play(virtual_time, script)
    assert room.deleted == [room.said[0].id], "its words are withdrawn too"
    assert {decision.code for decision in made.decisions if decision.event == "asked"} == {"withdrawn_while_said"}


def test_the_others_who_asked_are_answered_without_the_name_that_was_withdrawn(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "小红"):
            room.events.send(event(Chat, name, text="蓝色卫衣多少钱"))
        await asyncio.sleep(3)  # it is being said now
        room.events.send(event(Removed, "房管", Role.MODERATOR, target="阿明"))

    room, _ = play(virtual_time, script)
    first, again = [reply for reply in room.said if "99元" in reply.text]
    assert [viewer.name for viewer in first.to] == ["阿明", "小红"]
    assert [viewer.name for viewer in again.to] == ["小红"]
    assert "阿明" not in again.text


def test_a_raid_is_welcomed_once_with_its_count_and_messages_are_sampled(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(1000):
            room.events.send(event(Join, f"r{index}"))
            room.events.send(event(Chat, f"r{index}", text=f"冲啊{index}"))
            await asyncio.sleep(0.003)

    room, made = play(virtual_time, script, crowd=CrowdOptions())
    raids = [reply for reply in room.said if reply.intent == "raid"]
    assert len(raids) == 1
    assert raids[0].facts["count"] in {f"{count}个" for count in range(950, 1001)}
    assert len(room.said) < 15, "it stays calm"
    codes = Counter(told.decision.code for told in made.control.journal.told)
    assert codes["raid_sampled"] > codes["answered"]


def test_who_was_here_before_the_bot_is_counted_and_not_welcomed(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(300):
            room.events.send(event(Join, f"r{index}", before=True))
        await asyncio.sleep(20)
        assert len(made._crowd) == 300

    room, _ = play(virtual_time, script, crowd=CrowdOptions())
    assert not [reply for reply in room.said if reply.intent in {"raid", "welcome"}]


def test_the_platforms_limit_of_messages_is_kept(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(20):
            room.events.send(event(Chat, f"v{index}", text=f"小弹你好 {index}"))
            await asyncio.sleep(0.1)

    room, made = play(virtual_time, script, takes_s=0.1, gate=GateOptions(replies=3, replies_s=60))
    assert len(room.said) <= 4
    assert "too_late_rate" in {decision.code for decision in made.decisions}


def test_a_full_floor_shortens_replies_and_then_refuses_what_is_not_for_the_bot(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "first", text="几点下播"))
        await asyncio.sleep(0.1)  # it is being answered; now the floor fills
        for index, text in enumerate(["蓝色卫衣多少钱", "卫衣还有货吗", "卫衣的链接", "卫衣是什么面料"]):
            room.events.send(event(Chat, f"v{index}", text=text))
        await asyncio.sleep(1)
        assert made.control.status().overload == 3
        room.events.send(event(Chat, "late", text="能便宜点吗", id="late"))

    _, made = play(virtual_time, script, floor=FloorOptions(max=4), length="long")
    assert {decision.code for decision in made.decisions if decision.event == "late"} == {"overload"}


kinds = st.sampled_from(
    [
        "chat",
        "command",
        "bad",
        "gift",
        "join",
        "leave",
        "like",
        "follow",
        "share",
        "buy",
        "removed",
        "state",
        "bot",
        "again",
    ]
)

SAID = ("蓝色卫衣多少钱", "几点下播", "小弹你好", "哈哈", "what's the link", "小弹 发什么快递", "666")


def happening(kind: str, name: str, number: int, sent: list[str]) -> RoomEvent:
    made_of: dict[str, Callable[[], RoomEvent]] = {
        "chat": lambda: event(Chat, name, text=SAID[number]),
        "command": lambda: event(Chat, name, text="!价格"),
        "bad": lambda: event(Chat, name, text="电话13812345678"),
        "gift": lambda: event(Gift, name, gift="玫瑰", count=number + 1, value=1.0),
        "join": lambda: event(Join, name),
        "leave": lambda: event(Leave, name),
        "like": lambda: event(Like, name, count=9),
        "follow": lambda: event(Follow, name),
        "share": lambda: event(Share, name),
        "buy": lambda: event(Purchase, name, product="1"),
        "removed": lambda: event(Removed, "m", Role.MODERATOR, target=name),
        "state": lambda: event(StreamState, "", state=Stream.LIVE),
        "bot": lambda: event(Chat, "other", Role.BOT, text="hi"),
        "again": lambda: event(Chat, name, text="hi", id=sent[number] if number < len(sent) else "x"),
    }
    return made_of[kind]()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(kinds, st.integers(0, 6), st.sampled_from([0.0, 0.02, 1.0, 7.0])), max_size=60))
def test_no_event_is_without_its_one_decision(virtual_time: Virtual, script: list[tuple[str, int, float]]) -> None:
    sent: list[str] = []

    async def send(room: SlowVoice, made: RoomBot) -> None:
        for kind, number, pause in script:
            name = f"v{number}"
            one = happening(kind, name, number, sent)
            if one.id not in sent:
                sent.append(one.id)
            room.events.send(one)
            await asyncio.sleep(pause)

    _, made = play(virtual_time, send, takes_s=2.0)
    own = [decision for decision in made.decisions if not decision.event.startswith("own-")]
    assert Counter(decision.event for decision in own) == Counter(sent)
    assert all(decision.why and words(decision.code, decision.values, "zh") for decision in own)
