"""What is said stops being made when it stops being said, and begins as quietly as the room wants it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest

from bot.speaking import Speaking
from core.errors import AudioError, OverloadError
from core.events import Clause, Directive, Goal, Heard, Reply, Speech
from rooms.source import Capabilities


class Room:
    """Plays at once; remembers what it was told."""

    capabilities = Capabilities(platform="test", say=True, speak=True)

    def __init__(self) -> None:
        self.told: list[str] = []
        self.full = False

    def say(self, reply: Reply, *, final: bool) -> None:
        self.told.append(f"say {reply.text}")

    def speech(self, speech: Speech) -> None:
        self.told.append("end" if speech.last else f"speech {speech.caption.text}")

    def duck(self, reply: str, *, on: bool) -> None:
        self.told.append("low" if on else "loud")

    def cancel(self, reply: str) -> None:
        if self.full:
            raise OverloadError("too much waits")
        self.told.append("cancel")

    def state(self, state: str) -> None: ...

    async def heard(self, reply: str) -> Heard:
        return Heard(reply=reply, text="", played_s=0.0, cut="cancel" in self.told)


class Mouth:
    """Makes one clause a tick."""

    def __init__(self, rate: int = 24_000) -> None:
        self.made = 0
        self.rate = rate

    async def speak(self, reply_id: str, text: str, language: str) -> AsyncGenerator[Speech]:
        for clause in text.split("，"):
            await asyncio.sleep(0.01)
            self.made += 1
            yield Speech(
                reply=reply_id,
                sequence=0,
                pcm=b"\0\0",
                sample_rate=self.rate,
                caption=Clause(clause, 0.0, 0.1),
                last=False,
            )


async def growing(text: str) -> AsyncIterator[tuple[Reply, bool]]:
    reply = Reply(
        id="r", text=text, language="zh", to=(), facts={}, route="t5", directive=Directive(goal=Goal.ANSWER), event="e"
    )
    yield reply, True


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def mouth() -> Mouth:
    return Mouth()


def speaking(room: Any, mouth: Any) -> Speaking:
    return Speaking(room, mouth)


async def test_a_reply_is_spoken_clause_by_clause_to_its_end(room: Room, mouth: Mouth) -> None:
    reply, heard = await speaking(room, mouth).say(growing("一，二，三"))
    assert reply.text == "一，二，三"
    assert heard is not None
    assert not heard.cut
    assert room.told == ["say 一，二，三", "speech 一", "speech 二", "speech 三", "end"]


@pytest.mark.parametrize("full", [False, True])
async def test_a_reply_that_is_stopped_is_not_made_to_its_end(room: Room, mouth: Mouth, *, full: bool) -> None:
    room.full = full  # the room takes no more messages: we stop all the same
    voice = speaking(room, mouth)
    saying = asyncio.create_task(voice.say(growing("，".join("一二三四五六七八九十"))))
    while mouth.made < 2:  # noqa: ASYNC110  # it is made elsewhere
        await asyncio.sleep(0.001)
    voice.cancel()
    async with asyncio.timeout(1):
        await saying
    assert mouth.made <= 3
    assert room.told[-1] == "end"
    assert voice.current is None


async def test_what_begins_while_somebody_speaks_begins_quietly(room: Room, mouth: Mouth) -> None:
    voice = speaking(room, mouth)
    voice.duck(on=True)
    await voice.say(growing("一"))
    assert room.told[:2] == ["say 一", "low"]
    voice.duck(on=False)
    await voice.say(growing("二"))
    assert room.told.count("low") == 1


async def test_a_room_that_ends_takes_its_voice_with_it(room: Room, mouth: Mouth) -> None:
    voice = speaking(room, mouth)
    saying = asyncio.create_task(voice.say(growing("，".join("一二三四五六七八九十"))))
    while mouth.made < 1:  # noqa: ASYNC110  # it is made elsewhere
        await asyncio.sleep(0.001)
    saying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saying
    assert mouth.made < 5


async def test_a_voice_at_a_rate_that_the_room_does_not_play_costs_the_voice_and_not_the_room() -> None:
    class Particular(Room):
        def speech(self, speech: Speech) -> None:
            if speech.sample_rate > 48_000:
                raise AudioError("resample")
            super().speech(speech)

    room = Particular()
    reply, heard = await speaking(room, Mouth(96_000)).say(growing("一，二"))
    assert reply.text == "一，二"
    assert heard is not None
    assert room.told == ["say 一，二", "end"]
