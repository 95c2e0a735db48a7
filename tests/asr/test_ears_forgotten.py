"""A speaker whom moderators silence is not heard any more, not even with the remark that they had just ended."""

import asyncio

import pytest

from asr.ears import EarsOptions
from tests.asr.scripted_room import ANN, BOB, Room, room


async def ended(one: Room, *, guessed: bool) -> None:
    """Let Ann end a remark that is still being transcribed."""
    one.parrot.free.clear()
    await one.say(ANN, 1.0)
    if guessed:
        await one.quiet(ANN, 1.5)  # it is over by itself, and was transcribed on suspicion
    else:
        one.frame(ANN, loud=True, last=True)
    await asyncio.sleep(0.05)
    assert one.ears._speakers[ANN.id].attempt is None


@pytest.mark.parametrize("guessed", [True, False])
async def test_the_remark_that_was_just_ended_is_not_told(guessed: bool) -> None:  # noqa: FBT001
    async with room() as one:
        await ended(one, guessed=guessed)
        one.ears.forget(ANN.id)
        told = await one.final()
        assert (told.speaker, told.text, told.lost) == (ANN, "", False)
        one.parrot.free.set()
        await one.say(BOB, 1.0)
        one.frame(BOB, loud=True, last=True)
        after = await one.final()
        assert (after.speaker, bool(after.text)) == (BOB, True)
        assert one.ears.utterances.statistics().size == 0


async def test_who_comes_back_is_heard_and_the_old_remark_is_not() -> None:
    async with room() as one:
        await ended(one, guessed=False)
        one.ears.forget(ANN.id)
        assert not (await one.final()).lost
        one.parrot.free.set()
        await one.say(ANN, 2.0)
        one.frame(ANN, loud=True, last=True)
        assert (await one.final()).text == "2.0 s"


@pytest.mark.parametrize("silenced", [True, False])
async def test_a_place_that_went_to_another_takes_no_remark_with_it(silenced: bool) -> None:  # noqa: FBT001
    async with room(EarsOptions(partials=False, speakers=1)) as one:
        one.parrot.free.clear()
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=True, last=True)
        await asyncio.sleep(0.05)
        one.clock.now += 20.0
        one.frame(BOB, loud=False)
        assert ANN.id not in one.ears._speakers
        if silenced:
            one.ears.forget(ANN.id)
        one.parrot.free.set()
        told = await one.final()
        assert (told.speaker, bool(told.text)) == (ANN, not silenced)
