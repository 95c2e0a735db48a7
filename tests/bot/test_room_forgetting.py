"""A viewer who asks to be forgotten is, wherever the room kept something of them."""

import asyncio

import msgspec
import pytest

from behaviour.room import RoomBehaviour, RoomBehaviourOptions
from bot.room import RoomBot
from core.events import Chat
from tests.behaviour.test_room import Clock
from tests.behaviour.test_room_forgetting import traces
from tests.bot.crowded_room import SlowVoice, Virtual, crowd_of, event, play


def behaviour() -> RoomBehaviour:
    """Return a behaviour for `give`; it reads files, so that it is made before the loop runs."""
    return RoomBehaviour(RoomBehaviourOptions(room="main"), Clock(), 7)


def give(made: RoomBot, mind: RoomBehaviour) -> None:
    """Give a bot that has just been made a behaviour."""
    made._wits = made._answering._wits = msgspec.structs.replace(made._wits, behaviour=mind)


@pytest.mark.parametrize("while_answered", [False, True])
def test_nothing_of_them_is_left(virtual_time: Virtual, while_answered: bool) -> None:  # noqa: FBT001
    mind = behaviour()

    async def script(room: SlowVoice, made: RoomBot) -> None:
        give(made, mind)
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="小弹 卫衣多少钱"))
        room.events.send(event(Chat, "小蓝", text="小弹 卫衣多少钱"))
        await asyncio.sleep(1 if while_answered else 8)
        assert "小红" in room.said[0].text
        room.events.send(event(Chat, "小红", text="小弹 忘了我吧", id="asked"))

    _, made = play(virtual_time, script)
    assert made._wits.memory is not None
    assert made._wits.memory.recent("小红") == ()
    assert traces(mind, "小红") == []
    shown = made.console.decisions(0)
    assert not [one for one in shown if "小红" in (one["who"], one["viewer"]) or "小红" in one["reply"]]
    assert not [one for one in shown if one["text"] == "小弹 忘了我吧"]
    assert len([one for one in shown if one["kind"] == "Chat" and one["outcome"] == "answered"]) == 2
    assert [one["text"] for one in shown if one["who"] == "小蓝"] == ["小弹 卫衣多少钱"]
    assert made._forgetting == {}
    assert made._journal._forgotten == set()


def test_a_request_that_nobody_answers_is_heeded_all_the_same(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="大家好"))
        await asyncio.sleep(5)
        made.control.silence(None)
        room.events.send(event(Chat, "小红", text="小弹 忘了我吧"))
        await asyncio.sleep(25)
        assert made._forgetting == {}
        assert not [one for one in made.console.decisions(0) if one["who"] == "小红"]

    play(virtual_time, script)


@pytest.mark.parametrize("text", ["小弹 忘了我吧", "我才12岁，小弹忘了我吧"])
def test_a_minor_who_asks_to_be_forgotten_is_protected_as_before(virtual_time: Virtual, text: str) -> None:
    mind = behaviour()

    async def script(room: SlowVoice, made: RoomBot) -> None:
        give(made, mind)
        if "12" not in text:
            room.events.send(event(Chat, "小明", text="我才12岁"))
            await asyncio.sleep(5)
        room.events.send(event(Chat, "小明", text=text))
        await asyncio.sleep(8)
        assert traces(mind, "小明") == []
        assert mind.is_minor("小明")

    play(virtual_time, script)
