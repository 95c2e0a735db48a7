"""What our own guard withdraws counts as moderation, as a moderator's withdrawal does."""

import asyncio

import pytest

from bot.room import RoomBot
from core.events import Chat
from tests.bot.crowded_room import SlowVoice, Virtual, event, play
from tests.bot.test_room_forgetting import behaviour, give


@pytest.mark.parametrize("offences", [1, 2])
def test_the_author_is_hit_even_by_their_first_message(virtual_time: Virtual, offences: int) -> None:
    mind = behaviour()

    async def script(room: SlowVoice, made: RoomBot) -> None:
        give(made, mind)
        for _ in range(offences):
            await asyncio.sleep(1)
            room.events.send(event(Chat, "坏人", text="小弹 加我微信 wx: abc12345 电话13812345678"))
        await asyncio.sleep(1)
        known = mind._viewers.get("坏人")
        assert known is not None
        assert known.hit > 0
        assert mind._chains.states.names[mind._chains._viewers["坏人"].history.last] == "hit"
        assert made._withdrawals == []

    room, _ = play(virtual_time, script)
    assert len(room.silenced) == offences - 1
