"""Whom ears follow, for how long, and how much they keep of what nobody judges."""

import pytest

from asr.ears import EarsOptions
from core.events import Viewer
from tests.asr.scripted_room import ANN, BOB, FRAME_S, Room, dropped, room


async def test_one_speaker_too_many_is_dropped_until_somebody_has_been_silent_for_long() -> None:
    async with room(EarsOptions(partials=False, speakers=2)) as one:
        cy, before = Viewer("cy", "Cy"), dropped("speakers")
        await one.quiet(ANN, 0.1)
        await one.quiet(BOB, 0.1)
        await one.say(cy, 0.2)
        assert dropped("speakers") - before == 10
        one.clock.now += 20.0
        await one.say(cy, 0.2)
        assert (await one.next()).speaker == cy


async def test_a_speaker_in_the_middle_of_a_remark_keeps_the_place() -> None:
    async with room(EarsOptions(partials=False, speakers=1, stalled_s=100.0)) as one:
        await one.say(ANN, 0.5)
        one.clock.now += 20.0
        before = dropped("speakers")
        one.frame(BOB, loud=True)
        assert dropped("speakers") - before == 1


async def test_a_forgotten_speaker_ends_empty_and_may_come_back() -> None:
    async with room() as one:
        await one.say(ANN, 1.0)
        one.ears.forget("ann")
        one.ears.forget("nobody")
        assert (await one.final()).text == ""
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=True, last=True)
        assert (await one.final()).text


async def test_closing_gives_up_what_is_under_way_and_ends_the_utterances() -> None:
    async with room() as one:
        one.parrot.free.clear()
        await one.say(ANN, 1.0)
        await one.quiet(ANN, 1.2)
        one.ears.close()
        told = [utterance async for utterance in one.ears.utterances]
        assert [utterance.final for utterance in told] == [False, False]  # it began, and paused
        one.frame(ANN, loud=True)


async def test_what_nobody_judges_is_bounded() -> None:
    one = Room(EarsOptions())
    before = dropped("behind")
    for _ in range(1000):
        one.frame(ANN, loud=True)
    assert dropped("behind") - before == pytest.approx(1000 - 5 / FRAME_S, abs=2)
    one.worker.close()
