"""What the bot says of its own accord: shown for what it is, and not kept for a room that cannot be reached."""

import asyncio

import pytest

from bot.idle import IdleOptions, Timer
from bot.room import RoomBot
from core.events import Role, Stream, StreamState
from tests.bot.crowded_room import SlowVoice, Virtual, crowd_of, event, play

TALKATIVE = {"timers": (Timer((5, 5), 0, ("关注主播不迷路",)),), "idle": IdleOptions(20.0, 3)}


def line(state: Stream) -> StreamState:
    told: StreamState = event(StreamState, "", Role.MODERATOR, state=state)
    return told


def test_moderators_read_what_kind_of_thing_was_said(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 3)
        await asyncio.sleep(60)

    _, made = play(virtual_time, script, **TALKATIVE)
    own = [one for one in made.console.decisions(0) if one["kind"] != "Like"]
    assert {one["kind"] for one in own} == {"StreamState"}
    assert {one["who"] for one in own} == {"小弹"}
    assert {one["viewer"] for one in own} == {""}


@pytest.mark.parametrize("first", ["never reached", "lost"])
def test_nothing_is_said_to_a_room_that_cannot_be_reached(virtual_time: Virtual, first: str) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        if first == "lost":
            crowd_of(room, 3)
            room.events.send(line(Stream.BROKEN))
        await asyncio.sleep(600)
        assert room.said == []
        room.events.send(line(Stream.QUIET))
        await asyncio.sleep(3)
        assert [reply.route for reply in room.said] == ["timer"]
        await asyncio.sleep(30)
        assert len(room.said) > 3

    play(virtual_time, script, **TALKATIVE)
