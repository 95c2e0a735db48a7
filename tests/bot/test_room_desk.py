"""What moderators and the streamer see of a room's pipeline, and how they steer it."""

import asyncio

import pytest

from bot.room import RoomBot
from core.events import Chat
from tests.bot.crowded_room import SlowVoice, Virtual, crowd_of, event, play


@pytest.mark.parametrize("dry", [True, False])
def test_the_desk_shows_what_safety_found_even_where_nothing_is_done(virtual_time: Virtual, dry: bool) -> None:  # noqa: FBT001
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for number in range(2):
            text = "小弹 加我微信 wx: abc12345 电话13812345678"
            room.events.send(event(Chat, "坏人", text=text, id=f"bad-{number}"))
            await asyncio.sleep(8)
        room.events.send(event(Chat, "小鱼", text="蓝色卫衣多少钱", id="good"))

    room, made = play(virtual_time, script, dry_run=dry)
    assert bool(room.silenced) is not dry
    ids = {told.decision.event: number for number, told in enumerate(made.control.journal.told, 1)}
    shown = {one["n"]: one for one in made.console.decisions(0)}
    for number, step in enumerate(("warn", "silence")):
        found = shown[ids[f"bad-{number}"]]
        assert found["outcome"] == ("answered" if dry else "refused")
        safety = found["safety"]
        assert (safety["verdict"], safety["step"], safety["dry"]) == ("block", step, dry)
        assert (safety["zh"], safety["en"]) == ("个人信息", "personal data")
        assert safety["rule"]
    assert shown[ids["bad-1"]]["safety"]["seconds"] == 60
    assert shown[ids["good"]]["safety"] is None


def test_the_desk_shows_what_holds_a_claim_back_and_for_how_long_it_is_still_worth_it(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        made.control.silence(None)
        room.events.send(event(Chat, "小鱼", text="蓝色卫衣多少钱", id="held"))
        await asyncio.sleep(2)
        (claim,) = made.console.state()["waiting"]
        assert claim["blocked"] == "silenced"
        assert 0 < claim["left_s"] < 60
        made.console.act("pin", "held", 0)
        assert made.console.state()["waiting"][0]["left_s"] is None

    play(virtual_time, script)


def test_moderators_see_promote_drop_and_silence(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        control = made.control
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for index, text in enumerate(["蓝色卫衣多少钱", "卫衣还有货吗", "你是谁"]):
            room.events.send(event(Chat, f"v{index}", text=text, id=f"w{index}"))
        await asyncio.sleep(0.1)
        assert [claim.event for claim in control.waiting()] == ["w2", "w0", "w1"], "who are you is meant for us"
        assert control.promote("w1")
        assert control.drop("w0")
        assert [claim.event for claim in control.waiting()] == ["w1", "w2"]
        control.silence(10)
        assert room.cancelled, "what is being said stops"
        await asyncio.sleep(5)
        assert control.waiting()[0].blocked == "too_late_silenced"
        with control.journal.watch() as told:
            control.silence(0)
            first = await told.receive()
        assert (first.decision.event, first.viewer and first.viewer.name) == ("w1", "v1")
        assert first.why_zh.startswith("已回复")

    play(virtual_time, script)


def test_a_viewers_question_that_nobody_can_answer_goes_to_the_streamers_list(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="小弹，发货发什么快递"))

    _, made = play(virtual_time, script)
    unanswered = made._wits.unanswered
    assert unanswered is not None
    assert [question.text for question in unanswered.list()] == ["小弹，发货发什么快递"]


def test_what_was_not_heard_is_not_remembered(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿明", text="蓝色卫衣多少钱"))
        await asyncio.sleep(1)
        made.control.stop()
        await asyncio.sleep(1)
        room.events.send(event(Chat, "小红", text="几点下播"))

    _, made = play(virtual_time, script)
    memory = made._wits.memory
    assert memory is not None
    assert memory.recent("阿明") == ()
    assert len(memory.recent("小红")) == 1
