"""Ears with a scripted recogniser and a voice detector that takes loud for speech."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from asr.ears import Ears, EarsOptions
from asr.endpoint import EndpointOptions
from asr.engine import Samples, Transcript
from asr.microphone import DROPPED, LOST
from asr.vad import VoiceState
from core.engines import Capabilities
from core.errors import EngineError
from core.events import AudioFrame, Utterance, Viewer
from core.workers import Worker

ANN, BOB = Viewer("ann", "Ann"), Viewer("bob", "Bob")
FRAME_S = 0.02


class FixedClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


class LoudIsSpeech:
    def probabilities(self, windows: Sequence[Samples], states: Sequence[VoiceState]) -> list[float]:
        levels = [np.abs(window).mean() for window in windows]
        return [0.95 if level > 0.01 else 0.4 if level > 0.003 else 0.02 for level in levels]


class Parrot:
    """Says how long the sound is; waits while it is held."""

    capabilities = Capabilities("parrot", frozenset())

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self.asked: list[tuple[str | None, tuple[str, ...]]] = []
        self.free = threading.Event()
        self.free.set()
        self.broken = False

    def transcribe(self, audio: Samples, language: str | None, hot_words: Sequence[str]) -> Transcript:
        assert self.free.wait(5)
        self.lengths.append(len(audio) / 16_000)
        self.asked.append((language, tuple(hot_words)))
        if self.broken:
            raise EngineError("broken on purpose")
        return Transcript(f"{len(audio) / 16_000:.1f} s", "en", 0.9, (), 0.0, 0.01)

    def close(self) -> None:
        """Nothing to give back."""


class Undecided:
    def probability(self, audio: Samples) -> float:
        return 0.9


class Room:
    """Ears at work, with a mouth for each viewer."""

    def __init__(self, options: EarsOptions, waiting: int = 8) -> None:
        self.clock = FixedClock()
        self.parrot = Parrot()
        self.worker = Worker("ears-test", waiting)
        self.ears = Ears(
            self.parrot, LoudIsSpeech(), Undecided(), options=options, worker=self.worker, clock=self.clock
        )
        self.sequences: dict[str, int] = {}

    def frame(self, viewer: Viewer, *, loud: bool, last: bool = False, lost: int = 0, faint: bool = False) -> None:
        sequence = self.sequences.get(viewer.id, 0) + lost
        self.sequences[viewer.id] = sequence + 1
        self.clock.now += FRAME_S
        pcm = np.full(round(16_000 * FRAME_S), 8000 if loud else 200 if faint else 0, "<i2").tobytes()
        self.ears.hear(AudioFrame(speaker=viewer, pcm=pcm, sequence=sequence, at=self.clock.now, last=last))

    async def say(self, viewer: Viewer, seconds: float, *, loud: bool = True) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.frame(viewer, loud=loud)
            await asyncio.sleep(0)

    async def murmur(self, viewer: Viewer, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.frame(viewer, loud=False, faint=True)
            await asyncio.sleep(0)

    async def quiet(self, viewer: Viewer, seconds: float) -> None:
        await self.say(viewer, seconds, loud=False)

    async def next(self) -> Utterance:
        async with asyncio.timeout(5):
            return await self.ears.utterances.receive()

    async def final(self) -> Utterance:
        while not (utterance := await self.next()).final:
            pass
        return utterance

    async def until(self, lengths: int) -> None:
        """Wait until the recogniser has answered so many times and the loop knows."""
        for _ in range(5000):
            if len(self.parrot.lengths) >= lengths and not self.worker.queued:
                break
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.001)


@asynccontextmanager
async def room(options: EarsOptions | None = None, waiting: int = 8) -> AsyncIterator[Room]:
    made = Room(options or EarsOptions(partials=False), waiting)
    running = asyncio.ensure_future(made.ears.run())
    try:
        yield made
    finally:
        made.parrot.free.set()
        made.ears.close()
        async with asyncio.timeout(5):
            await running
        made.worker.close()


def dropped(reason: str) -> float:
    return float(DROPPED.labels(reason)._value.get())


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


async def test_transcription_starts_in_the_silence_and_is_not_done_again_at_the_end() -> None:
    async with room() as one:
        await one.say(ANN, 1.0)
        await one.quiet(ANN, 0.26)
        await one.until(1)
        assert not any(utterance.final for utterance in [await one.next(), await one.next()])
        await one.quiet(ANN, 1.0)
        assert (await one.final()).text
        assert len(one.parrot.lengths) == 1


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
        assert (last.speaker, last.text) == (BOB, "")
        assert dropped("overload") - before == 1


async def test_a_recogniser_that_fails_costs_one_remark_only() -> None:
    async with room() as one:
        before = dropped("failed")
        one.parrot.broken = True
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=False, last=True)
        assert (await one.final()).text == ""
        assert dropped("failed") - before == 1
        one.parrot.broken = False
        await one.say(ANN, 1.0)
        one.frame(ANN, loud=False, last=True)
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


async def test_lost_frames_are_counted_and_the_remark_keeps_its_length() -> None:
    async with room() as one:
        before = LOST._value.get()
        await one.say(ANN, 0.5)
        one.frame(ANN, loud=True, lost=5)
        await one.say(ANN, 0.5)
        one.frame(ANN, loud=True, last=True)
        assert LOST._value.get() - before == 5
        assert float((await one.final()).text.split()[0]) == pytest.approx(1.15, abs=0.1)


async def test_language_and_hot_words_reach_the_recogniser_and_may_change() -> None:
    async with room() as one:
        for options in (EarsOptions(language="zh", hot_words=("小弹",)), EarsOptions(hot_words=("卫衣",))):
            one.ears.options = options
            await one.say(ANN, 0.5)
            one.frame(ANN, loud=True, last=True)
            await one.final()
        assert one.parrot.asked == [("zh", ("小弹",)), (None, ("卫衣",))]


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
