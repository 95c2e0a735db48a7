"""Where a remark begins and ends, and what ears tell of it."""

import asyncio

import pytest

from asr.ears import EarsOptions
from asr.endpoint import EndpointOptions
from asr.microphone import LOST
from tests.asr.scripted_room import ANN, BOB, room


async def test_the_start_of_speech_is_told_within_a_tenth_of_a_second_without_text() -> None:
    async with room() as one:
        await one.quiet(ANN, 1.0)
        begun = one.clock.now
        await one.say(ANN, 0.1)
        first = await one.next()
        assert (first.text, first.final, first.speaker) == ("", False, ANN)
        assert first.start == pytest.approx(begun, abs=0.04)


async def test_a_soft_beginning_is_told_at_once_and_becomes_the_remark() -> None:
    async with room() as made:
        await made.quiet(ANN, 0.5)
        began = made.clock.now
        await made.murmur(ANN, 0.06)
        sign = await made.next()
        assert (sign.text, sign.final) == ("", False)
        assert sign.end - began <= 0.06
        await made.say(ANN, 1.0)
        await made.quiet(ANN, 1.0)
        assert (await made.final()).id == sign.id


async def test_a_murmur_that_becomes_no_remark_is_taken_back_and_not_transcribed() -> None:
    async with room() as made:
        await made.quiet(ANN, 0.5)
        await made.murmur(ANN, 0.06)
        sign = await made.next()
        await made.quiet(ANN, 0.3)
        taken_back = await made.next()
        assert (taken_back.id, taken_back.text, taken_back.final) == (sign.id, "", True)
        assert made.parrot.lengths == []


async def test_a_speaker_forgotten_after_a_sign_leaves_nothing_open() -> None:
    async with room() as made:
        await made.murmur(ANN, 0.06)
        sign = await made.next()
        made.ears.forget(ANN.id)
        taken_back = await made.next()
        assert (taken_back.id, taken_back.final) == (sign.id, True)


async def test_a_remark_ends_in_one_final_with_the_same_id_and_the_time_when_speech_ended() -> None:
    async with room() as one:
        await one.quiet(ANN, 0.5)
        await one.say(ANN, 2.0)
        stopped = one.clock.now
        await one.quiet(ANN, 1.2)
        first, last = await one.next(), await one.final()
        assert last.id == first.id
        assert last.end == pytest.approx(stopped, abs=0.04)
        assert (last.language, last.confidence) == ("en", 0.9)
        assert float(last.text.split()[0]) == pytest.approx(2.5, abs=0.15)
        assert one.ears.utterances.statistics().size == 0


async def test_a_pause_and_going_on_are_told_before_there_are_words() -> None:
    async with room() as one:
        one.parrot.free.clear()
        await one.say(ANN, 0.5)
        await one.quiet(ANN, 0.3)
        await one.say(ANN, 0.2)
        began, paused, went_on = [await one.next() for _ in range(3)]
        assert began.id == paused.id == went_on.id
        assert {began.text, paused.text, went_on.text} == {""}
        assert paused.end < began.start + 0.7 < went_on.end  # a pause ends where the sound did
        one.parrot.free.set()


async def test_who_goes_on_after_a_pause_makes_one_remark_of_it() -> None:
    async with room() as one:
        await one.say(ANN, 1.0)
        await one.quiet(ANN, 0.3)
        await one.until(1)
        await one.say(ANN, 1.0)
        await one.quiet(ANN, 1.2)
        last = await one.final()
        assert float(last.text.split()[0]) == pytest.approx(2.5, abs=0.15)
        assert one.ears.utterances.statistics().size == 0


async def test_two_speakers_at_once_are_kept_apart() -> None:
    async with room() as one:
        for _ in range(100):
            one.frame(ANN, loud=True)
            one.frame(BOB, loud=True)
            await asyncio.sleep(0)
        for _ in range(60):
            one.frame(ANN, loud=False)
            one.frame(BOB, loud=False)
            await asyncio.sleep(0)
        finals = [await one.final(), await one.final()]
        assert {final.speaker.id for final in finals} == {"ann", "bob"}
        assert finals[0].id != finals[1].id


async def test_letting_go_of_the_microphone_ends_the_remark_at_once() -> None:
    async with room() as one:
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=True, last=True)
        assert (await one.final()).text == "1.0 s"


async def test_a_microphone_that_falls_dead_ends_the_remark() -> None:
    async with room(EarsOptions(partials=False, stalled_s=0.02)) as one:
        await one.say(ANN, 1.0)
        await one.next()
        one.clock.now += 1.0
        assert (await one.final()).text


async def test_a_cough_is_not_transcribed_but_its_remark_is_closed() -> None:
    async with room() as one:
        await one.say(ANN, 0.1)
        await one.quiet(ANN, 0.2)
        one.frame(ANN, loud=False, last=True)
        first, last = await one.next(), await one.final()
        assert (last.id, last.text) == (first.id, "")
        assert one.parrot.lengths == []


async def test_a_cough_is_not_transcribed_on_suspicion_either_and_shows_no_words() -> None:
    async with room() as one:
        await one.say(ANN, 0.1)
        await one.quiet(ANN, 1.2)
        assert (await one.final()).text == ""
        assert one.parrot.lengths == []


async def test_an_endless_remark_comes_in_pieces_and_none_of_it_is_lost() -> None:
    options = EarsOptions(partials=False, endpoint=EndpointOptions(eager_s=4.0, longest_s=5.0))
    async with room(options) as one:
        await one.say(ANN, 12.0)
        one.frame(ANN, loud=True, last=True)
        finals = [await one.final() for _ in range(3)]
        assert len({final.id for final in finals}) == 3
        assert sum(one.parrot.lengths) == pytest.approx(12.0, abs=0.1)


async def test_lost_frames_are_counted_and_the_remark_keeps_its_length() -> None:
    async with room() as one:
        before = LOST._value.get()
        await one.say(ANN, 0.5)
        one.frame(ANN, loud=True, lost=5)
        await one.say(ANN, 0.5)
        one.frame(ANN, loud=True, last=True)
        assert LOST._value.get() - before == 5
        assert float((await one.final()).text.split()[0]) == pytest.approx(1.15, abs=0.1)
