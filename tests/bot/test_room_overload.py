"""The ladder sees how many events wait for the bot, whatever sound waits beside them."""

import asyncio

import pytest

from bot.ladder import Step
from bot.room import EVENTS, RoomBot
from core.events import AudioFrame, Like, Viewer
from rooms.inbox import Inbox
from tests.bot.crowded_room import SlowVoice, Virtual, event, play


@pytest.mark.parametrize(
    ("share", "frames", "step"),
    [
        (0.4, 512, Step.NONE),
        (0.6, 0, Step.NO_PARTIALS),
        (0.8, 0, Step.SHORT),
        (0.97, 0, Step.REFUSE),
        (1.0, 512, Step.REFUSE),
    ],
)
def test_it_climbs_by_the_share_of_the_places_for_events(
    virtual_time: Virtual, share: float, frames: int, step: Step
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        inbox = Inbox(EVENTS, 512)
        for number in range(round(share * EVENTS)):
            inbox.send(event(Like, f"v{number}"))
        for number in range(frames):
            inbox.send(AudioFrame(speaker=Viewer("v", "v"), pcm=bytes(2), sequence=number, at=0))
        made._connector.events, before = inbox, room.events  # type: ignore[misc]
        made._climb(0.0)
        assert made._ladder.step is step
        made._connector.events = before  # type: ignore[misc]
        await asyncio.sleep(1)

    play(virtual_time, script)
