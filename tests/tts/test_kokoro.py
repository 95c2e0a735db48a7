"""Kokoro with its real weights, heard by Whisper."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypinyin
import pytest
import soxr
from numpy.typing import NDArray

from benchmarks import error_rate
from core.events import Speech
from core.workers import Worker
from tts.kokoro import KokoroSpeaker, audible
from tts.loudness import loudness
from tts.mouth import Mouth, MouthOptions

pytestmark = pytest.mark.timeout(600)  # a machine that is busy otherwise takes ten times as long

CHINESE = [
    "欢迎小明来到直播间！",
    "这件蓝色外套今天只要99.5元，纯棉的，喜欢的可以拍哦。",
    "我们今晚20:30开播，记得来看。",
    "感谢老板送的火箭，太破费了！",
    "库存还剩12件，打8折，三到五天发货。",
]
MIXED = ["welcome来到我们的直播间，happy new year！", "iPhone 15 今天打8.5折，OK吗？"]
ENGLISH = [
    "Hi Tom, welcome to the stream!",
    "The blue hoodie is $12.50 today, and there are only 12 left.",
    "We start at 8:30 PM tomorrow, so don't miss it.",
    "Thank you so much for the gift, you are very kind.",
    "I don't know that yet, but I will ask the streamer for you.",
]


class TestAudible:
    """Which frames are decoded."""

    def test_silence_around_speech_is_left_out_but_for_a_margin(self) -> None:
        energy = np.full((1, 200), -9.5, np.float32)
        energy[0, 60:120] = 5
        assert audible(energy) == (26, 65)

    def test_the_margin_ends_with_the_sound(self) -> None:
        assert audible(np.full((1, 20), 5, np.float32)) == (0, 10)

    def test_silence_alone_is_nothing(self) -> None:
        assert audible(np.full((1, 20), -9.5, np.float32)) == (0, 0)


class Loaded:
    """The models, loaded once for all tests here."""

    speaker: KokoroSpeaker | None = None
    whisper: Any = None


@pytest.fixture(scope="module")
def loaded() -> Iterator[Loaded]:
    loaded = Loaded()
    yield loaded
    if loaded.speaker:
        loaded.speaker.close()


@pytest.fixture
def whisper(models: Path, loaded: Loaded) -> Any:
    from faster_whisper import WhisperModel

    loaded.whisper = loaded.whisper or WhisperModel(str(models / "whisper-base"), device="cpu", compute_type="int8")
    return loaded.whisper


@pytest.fixture
def speaker(models: Path, loaded: Loaded) -> KokoroSpeaker:
    loaded.speaker = loaded.speaker or KokoroSpeaker(models / "kokoro" / "model.onnx", models / "kokoro" / "voices")
    return loaded.speaker


@pytest.fixture
def mouth(speaker: KokoroSpeaker) -> Iterator[Mouth]:
    worker = Worker("voice-test")
    yield Mouth(speaker, worker, MouthOptions(voices={"zh": "zf_xiaobei", "en": "af_heart"}))
    worker.close()


def speak(mouth: Mouth, text: str, language: str) -> list[Speech]:
    async def collect() -> list[Speech]:
        return [one async for one in mouth.speak("r", text, language)]

    return asyncio.run(collect())


def samples(speech: list[Speech]) -> NDArray[np.float32]:
    return (np.frombuffer(b"".join(one.pcm for one in speech), "<i2") / 32768).astype(np.float32)


def hear(whisper: Any, speech: list[Speech], language: str) -> str:
    return transcribe(whisper, samples(speech), speech[0].sample_rate, language)


def transcribe(whisper: Any, pcm: NDArray[np.float32], sample_rate: int, language: str) -> str:
    segments, _ = whisper.transcribe(soxr.resample(pcm, sample_rate, 16_000), language=language, beam_size=5)
    return "".join(segment.text for segment in segments)


def syllables(text: str) -> str:
    """Return toneless pinyin: what was said, whichever of its homophones Whisper wrote."""
    return " ".join(pypinyin.lazy_pinyin(error_rate.chinese(text)))


@pytest.mark.weights
def test_chinese_is_understood(mouth: Mouth, whisper: Any) -> None:
    heard = [hear(whisper, speak(mouth, text, "zh"), "zh") for text in CHINESE]
    said = [text.replace("20:30", "20点30分") for text in CHINESE]
    assert error_rate.rate("en", [syllables(text) for text in said], [syllables(text) for text in heard]) <= 0.1


@pytest.mark.weights
def test_english_is_understood(mouth: Mouth, whisper: Any) -> None:
    heard = [hear(whisper, speak(mouth, text, "en"), "en") for text in ENGLISH]
    assert error_rate.rate("en", ENGLISH, heard) <= 0.1


@pytest.mark.weights
def test_english_words_in_chinese_sentences_are_understood(mouth: Mouth, whisper: Any) -> None:
    heard = [hear(whisper, speak(mouth, text, "zh"), "zh") for text in MIXED]
    said = [text.replace("8.5", "85") for text in MIXED]
    assert error_rate.rate("zh", said, heard) <= 0.15


@pytest.mark.weights
def test_silence_that_is_not_computed_costs_no_word(models: Path, speaker: KokoroSpeaker, whisper: Any) -> None:
    whole = KokoroSpeaker(models / "kokoro" / "model.onnx", models / "kokoro" / "voices", skip_silence=False)
    text = "你好呀，欢迎来到直播间。"
    full, short = (one.synthesise(text, "zf_xiaobei", "zh", 1.0) for one in (whole, speaker))
    whole.close()
    assert len(short.pcm) < 0.75 * len(full.pcm)
    assert syllables(transcribe(whisper, short.pcm, short.sample_rate, "zh")) == syllables(text)


@pytest.mark.weights
@pytest.mark.parametrize(("text", "language"), [(CHINESE[1], "zh"), (ENGLISH[1], "en"), ("好的呀！", "zh")])
def test_clauses_are_level_and_begin_at_once(mouth: Mouth, text: str, language: str) -> None:
    for one in speak(mouth, text, language)[:-1]:
        pcm = samples([one])
        assert loudness(pcm, one.sample_rate) == pytest.approx(-20, abs=2)
        assert np.flatnonzero(np.abs(pcm) > 0.01)[0] / one.sample_rate <= 0.08


@pytest.mark.weights
def test_a_text_beyond_the_models_limit_is_spoken_whole(speaker: KokoroSpeaker) -> None:
    text = "今天天气很好，" * 20
    sound = speaker.synthesise(text, "zf_xiaoxiao", "zh", 2.0)
    assert len(sound.pcm) / sound.sample_rate > 10


@pytest.mark.weights
def test_speech_that_is_closed_stops_within_one_clause(mouth: Mouth) -> None:
    async def one_clause() -> Speech:
        speech = mouth.speak("r", "。".join(CHINESE), "zh")
        first = await anext(speech)
        await speech.aclose()
        return first

    assert asyncio.run(one_clause()).sequence == 0
