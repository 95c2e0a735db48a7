"""When ears have a remark transcribed: on suspicion, in part, at its end."""

import asyncio

import pytest

from asr.ears import EarsOptions
from core.events import Viewer
from tests.asr.scripted_room import ANN, BOB, dropped, room


async def test_transcription_starts_in_the_silence_and_is_not_done_again_at_the_end() -> None:
    async with room() as one:
        await one.say(ANN, 1.0)
        await one.quiet(ANN, 0.26)
        await one.until(1)
        assert not any(utterance.final for utterance in [await one.next(), await one.next()])
        await one.quiet(ANN, 1.0)
        assert (await one.final()).text
        assert len(one.parrot.lengths) == 1


async def test_partials_come_while_somebody_speaks() -> None:
    async with room(EarsOptions(partial_every_s=0.5)) as one:
        await one.say(ANN, 0.8)
        await one.until(1)
        await one.next()
        partial = await one.next()
        assert partial.text
        assert not partial.final
        await one.say(ANN, 0.6)
        await one.until(2)
        assert (await one.next()).id == partial.id


@pytest.mark.parametrize("soft", [False, True])
async def test_a_remark_that_interrupts_is_transcribed_sooner(*, soft: bool) -> None:
    async with room(EarsOptions(first_partial_s=0.4, partial_every_s=2.0)) as one:
        await one.quiet(ANN, 0.5)
        await (one.murmur(ANN, 0.06) if soft else one.say(ANN, 0.12))
        first = await one.next()
        one.ears.hurry(first.id)
        await one.say(ANN, 0.6)
        await one.until(1)
        assert one.parrot.lengths
        while not (partial := await one.next()).text:
            pass
        assert (partial.id, partial.final) == (first.id, False)


async def test_a_remark_that_interrupts_nobody_waits_for_its_first_partial() -> None:
    async with room(EarsOptions(first_partial_s=0.4, partial_every_s=2.0)) as one:
        await one.quiet(ANN, 0.5)
        await one.say(ANN, 0.8)
        await one.until(0)
        assert one.parrot.lengths == []


async def test_partials_are_dropped_while_the_recogniser_is_busy_and_the_final_comes_all_the_same() -> None:
    async with room(EarsOptions(partial_every_s=0.2)) as one:
        before = dropped("partial")
        one.parrot.free.clear()
        await one.say(BOB, 1.0)
        await one.say(ANN, 2.0)
        await one.quiet(ANN, 1.2)
        assert dropped("partial") > before
        one.parrot.free.set()
        assert (await one.final()).speaker == ANN


async def test_a_final_waits_for_a_place_in_a_full_worker() -> None:
    async with room(waiting=1) as one:
        one.parrot.free.clear()
        for viewer in (ANN, BOB, Viewer("cy", "Cy"), Viewer("di", "Di")):
            await one.say(viewer, 0.5)
            one.frame(viewer, loud=True, last=True)
        await asyncio.sleep(0.01)
        one.parrot.free.set()
        finals = [await one.final() for _ in range(4)]
        assert all(final.text for final in finals)


async def test_a_final_is_empty_when_the_worker_stays_full_for_seconds() -> None:
    async with room(waiting=0) as one:
        before = dropped("overload")
        one.parrot.free.clear()
        await one.say(ANN, 0.5)
        one.frame(ANN, loud=True, last=True)
        await one.say(BOB, 0.5)
        one.frame(BOB, loud=True, last=True)
        await asyncio.sleep(0.02)
        one.clock.now += 10.0
        last = await one.final()
        assert (last.speaker, last.text, last.lost) == (BOB, "", True)
        assert dropped("overload") - before == 1


async def test_a_recogniser_that_fails_costs_one_remark_only() -> None:
    async with room() as one:
        before = dropped("failed")
        one.parrot.broken = True
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=False, last=True)
        failed = await one.final()
        assert (failed.text, failed.lost) == ("", True)
        assert dropped("failed") - before == 1
        one.parrot.broken = False
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=False, last=True)
        heard = await one.final()
        assert heard.text
        assert not heard.lost


async def test_language_and_hot_words_reach_the_recogniser_and_may_change() -> None:
    async with room() as one:
        for options in (EarsOptions(language="zh", hot_words=("小弹",)), EarsOptions(hot_words=("卫衣",))):
            one.ears.options = options
            await one.say(ANN, 0.5)
            one.frame(ANN, loud=True, last=True)
            await one.final()
        assert one.parrot.asked == [("zh", ("小弹",)), (None, ("卫衣",))]
