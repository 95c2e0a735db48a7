"""Replies spoken clause by clause."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from core.engines import Capabilities
from core.errors import EngineError
from core.events import Speech
from core.workers import Worker
from tts.cache import PhraseCache
from tts.engine import Waveform
from tts.loudness import loudness
from tts.mouth import Mouth, MouthOptions

RATE = 8_000
OPTIONS = MouthOptions(voices={"zh": "anna"}, sample_rate=RATE)
REPLY = "小明，你好呀，这件卫衣今天只要九十九元，喜欢的可以拍。今晚十点下播，记得来哦，我们等你。"


class Hum:
    """Hums 0.1 s a character between silences; waits for `gate` when it is closed."""

    def __init__(self, rate: int = RATE) -> None:
        self.capabilities = Capabilities("hum", frozenset({"zh", "en"}))
        self.rate = rate
        self.said: list[tuple[str, str, str, float]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.broken = False
        self.substitute = ""

    def voices(self) -> tuple[str, ...]:
        return ("anna",)

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        self.said.append((text, voice, language, speed))
        self.begun.set()
        self.gate.wait(5)
        if self.broken:
            raise EngineError("out of order")
        count = int(0.1 * len(text) * self.rate)
        tone = 0.05 * np.sin(np.arange(count) * 2 * np.pi * 200 / self.rate)
        still = np.zeros(self.rate // 2)
        return Waveform(np.concatenate([still, tone, still]).astype(np.float32), self.rate, self.substitute)

    def close(self) -> None:
        pass


@pytest.fixture
def hum() -> Hum:
    return Hum()


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("voice-test", waiting=8)
    yield worker
    worker.close()


def samples(speech: Speech) -> NDArray[np.float32]:
    return (np.frombuffer(speech.pcm, "<i2") / 32768).astype(np.float32)


async def spoken(mouth: Mouth, text: str, language: str = "zh") -> list[Speech]:
    return [speech async for speech in mouth.speak("r1", text, language)]


async def test_a_reply_is_spoken_in_clauses_and_ends_with_an_empty_one(hum: Hum, worker: Worker) -> None:
    speech = await spoken(Mouth(hum, worker, OPTIONS), REPLY)
    assert [one.sequence for one in speech] == list(range(len(speech)))
    assert "".join(one.caption.text for one in speech) == REPLY
    assert [one.last for one in speech] == [False] * (len(speech) - 1) + [True]
    assert speech[-1].pcm == b""
    assert all(one.pcm for one in speech[:-1])
    assert {(one.reply, one.sample_rate) for one in speech} == {("r1", RATE)}


async def test_captions_follow_each_other_with_natural_gaps(hum: Hum, worker: Worker) -> None:
    speech = await spoken(Mouth(hum, worker, OPTIONS), REPLY)
    position = 0.0
    for one in speech[:-1]:
        assert one.caption.start == pytest.approx(position)
        position += len(one.pcm) / 2 / RATE
    gaps = [after.caption.start - before.caption.end for before, after in pairwise(speech[:-1])]
    assert gaps
    assert all(0.12 <= round(gap, 3) <= 0.2 for gap in gaps)
    assert speech[-2].caption.end == pytest.approx(position)  # nothing is waited for after the last


async def test_clauses_have_one_loudness_and_little_silence(hum: Hum, worker: Worker) -> None:
    for one in (await spoken(Mouth(hum, worker, OPTIONS), REPLY))[:-1]:
        pcm = samples(one)
        assert loudness(pcm, RATE) == pytest.approx(OPTIONS.loudness, abs=0.5)
        assert np.flatnonzero(np.abs(pcm) > 0.01)[0] / RATE < 0.08


async def test_volume_is_a_factor_on_the_amplitude(hum: Hum, worker: Worker) -> None:
    quiet = MouthOptions(volume=0.5, sample_rate=RATE)
    (one, _) = await spoken(Mouth(hum, worker, quiet), "好的好的")
    pcm = samples(one)
    assert loudness(pcm, RATE) == pytest.approx(OPTIONS.loudness - 6, abs=0.5)


async def test_the_engine_gets_normalised_text_and_its_voice(hum: Hum, worker: Worker) -> None:
    await spoken(Mouth(hum, worker, MouthOptions(voices={"zh": "anna"}, speed=1.2, sample_rate=RATE)), "只要99元")
    assert hum.said == [("只要九十九元", "anna", "zh", 1.2)]


async def test_an_engine_with_another_rate_is_resampled(worker: Worker) -> None:
    (one, _) = await spoken(Mouth(Hum(rate=2 * RATE), worker, OPTIONS), "好的好的好")
    assert one.sample_rate == RATE
    assert len(one.pcm) / 2 / RATE == pytest.approx(0.5, abs=0.1)


async def test_the_next_clause_is_computed_while_one_is_delivered(hum: Hum, worker: Worker) -> None:
    speech = Mouth(hum, worker, OPTIONS).speak("r1", REPLY, "zh")
    await anext(speech)
    await asyncio.to_thread(worker_is_idle, worker)
    assert len(hum.said) == 2  # the one delivered, and one ahead: no more
    await speech.aclose()


def worker_is_idle(worker: Worker) -> None:
    waiting = threading.Event()
    for _ in range(500):
        if not worker.queued:
            return
        waiting.wait(0.01)
    raise AssertionError("the worker never ended")


async def test_closing_drops_what_is_left_within_one_clause(hum: Hum, worker: Worker) -> None:
    speech = Mouth(hum, worker, MouthOptions(sample_rate=RATE, prefetch=3)).speak("r1", REPLY, "zh")
    hum.gate.clear()
    first = asyncio.ensure_future(anext(speech))
    await asyncio.to_thread(hum.begun.wait, 5)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    hum.gate.set()
    await asyncio.to_thread(worker_is_idle, worker)
    assert len(hum.said) == 1
    with pytest.raises(StopAsyncIteration):
        await anext(speech)


async def test_a_failure_reaches_the_caller_and_cancels_the_rest(hum: Hum, worker: Worker) -> None:
    hum.broken = True
    with pytest.raises(EngineError, match="out of order"):
        await spoken(Mouth(hum, worker, OPTIONS), REPLY)


@pytest.mark.parametrize("text", ["", "😀", "！！！"])
async def test_what_cannot_be_spoken_is_an_end_alone(hum: Hum, worker: Worker, text: str) -> None:
    speech = await spoken(Mouth(hum, worker, OPTIONS), text)
    assert [(one.pcm, one.last) for one in speech] == [(b"", True)]
    assert hum.said == []


async def test_a_reply_that_is_too_long_is_cut_at_a_clause(hum: Hum, worker: Worker) -> None:
    with capture_logs() as logs:
        speech = await spoken(Mouth(hum, worker, OPTIONS), "今天天气很好，我们去公园。" * 100)
    assert speech[-1].caption.end < 60
    assert speech[-2].caption.text.endswith(("。", "，"))
    assert [entry["event"] for entry in logs] == ["reply_cut"]


async def test_a_phrase_that_was_warmed_is_not_computed_again(hum: Hum, worker: Worker) -> None:
    mouth = Mouth(hum, worker, OPTIONS)
    await mouth.warm([("欢迎来到直播间", "zh"), ("欢迎来到直播间", "zh")])
    assert len(hum.said) == 1
    await spoken(mouth, "欢迎来到直播间")
    assert len(hum.said) == 1


async def test_a_clause_that_recurs_is_computed_twice_at_most(hum: Hum, worker: Worker) -> None:
    mouth = Mouth(hum, worker, OPTIONS)
    for _ in range(4):
        await spoken(mouth, "谢谢老板")
    assert len(hum.said) == 2


async def test_what_a_stand_in_spoke_is_not_kept(hum: Hum, worker: Worker) -> None:
    hum.substitute = "other"
    cache = PhraseCache()
    mouth = Mouth(hum, worker, OPTIONS, cache)
    await mouth.warm([("欢迎来到直播间", "zh")])
    await spoken(mouth, "谢谢老板")
    await spoken(mouth, "谢谢老板")
    assert cache.statistics().phrases == 0
