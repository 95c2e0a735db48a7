"""Backchannels and short interruptions, offline: which would stop a bot that speaks.

Each is spoken by the bot's own engine in several voices at several speeds and goes, frame by frame, through the ears
(voice activity, partial transcripts, the final one) into the barge-in of a bot that is saying something long. Time is
virtual and the recogniser takes none of it, so that a busy machine changes nothing. Voices are split: the rule was made
with some of them, and the others show what it is worth. Beginnings of real recordings are interruptions, too.
"""

import asyncio
import itertools
import json
import os
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import soxr

from asr.backchannel import is_backchannel
from asr.ctranslate import CTranslate2Recogniser
from asr.ears import Ears, EarsOptions
from asr.engine import Recogniser, Samples
from asr.vad import WINDOW, SileroVad, VoiceDetector, VoiceState
from benchmarks.asr import LANGUAGES, read_clips
from bot.barge_in import BargeIn, Effect
from core.catalogue import locate
from core.events import SAMPLE_RATE, AudioFrame, Utterance, Viewer
from core.workers import Worker
from tts.kokoro import KokoroSpeaker

TEXTS: Final = {
    "backchannels": {
        "zh": (
            "嗯", "嗯嗯", "嗯哼", "哈哈", "哈哈哈", "哦", "哦哦", "对", "对对对", "好", "好的", "是的", "是啊", "啊",
            "哇", "行", "可以", "没错", "哎呀", "嗯嗯，对对对",
        ),
        "en": (
            "yeah", "yeah yeah", "uh-huh", "mm-hm", "hmm", "haha", "hahaha", "right", "okay", "wow", "oh", "ah", "yes",
            "yep", "sure", "I see", "cool", "nice", "oh wow", "Yeah, right, okay.",
        ),
    },
    "interruptions": {
        "zh": (
            "停", "停一下", "等等", "等一下", "别说了", "不对", "不是", "错了", "多少钱", "主播等等", "三号链接呢",
            "什么尺码", "有黑色吗", "几点下播", "小弹", "先别讲", "换一个", "太贵了", "怎么买", "有优惠吗",
        ),
        "en": (
            "stop", "wait", "hold on", "hold on a second", "how much?", "not that one", "what size?", "no", "no, no",
            "excuse me", "be quiet", "what about shipping?", "is it cotton?", "link three", "next one, please",
            "that's wrong", "Danmate", "one question", "any discount?", "too expensive",
        ),
    },
}  # fmt: skip
UNSEEN: Final = {
    "backchannels": {
        "zh": ("噢", "嗯嗯嗯", "嘿嘿", "呵呵呵", "对啊", "好呀", "好好好", "真的", "原来如此", "厉害", "确实", "牛"),
        "en": ("mm", "oh yeah", "ha", "hehe", "yup", "exactly", "got it", "oh, okay", "true", "alright", "aha",
               "great"),
    },
    "interruptions": {
        "zh": (
            "打住", "先停一停", "我有个问题", "不要这个", "那件呢", "能便宜点吗", "听我说", "有大码吗", "发什么快递",
            "你搞错了", "二号链接", "我想退货",
        ),
        "en": (
            "pause", "one moment", "can I ask something?", "the other one", "is there a bigger one?", "listen",
            "I want a refund", "where is the link?", "you're wrong", "when does it end?", "link two, please",
            "never mind",
        ),
    },
}  # fmt: skip
"""Texts written before the rule was, what was heard in them looked at after it."""
VOICES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "tuning": {
        "zh": ("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zm_yunxi", "zm_yunjian"),
        "en": ("af_bella", "af_heart", "am_adam", "am_eric", "bm_george"),
    },
    "held_out": {"zh": ("zf_xiaoyi", "zm_yunyang"), "en": ("bf_emma", "am_michael")},
}
SPEEDS: Final = (0.85, 1.0, 1.2)
FIRST_S: Final = (0.5, 1.0, 2.0, 6.0)
"""How much of a recording's speech is an interruption; the longest is most of them whole."""
SAID: Final = (
    "欢迎大家来到直播间。今天我们会从卫衣讲到保温杯，再聊聊平时怎么搭配，也会回答大家在弹幕里的问题。"
    "想听什么可以直接打在公屏上，我会一个一个看。"
)
"""What the bot is saying."""
NAMES: Final = ("小弹", "danmate")
HOT_WORDS: Final = ("小弹", "danmate", "卫衣", "保温杯", "hoodie")
FRAME: Final = SAMPLE_RATE // 50
TICK_S: Final = 0.25
BEFORE_S: Final = 0.5
"""Seconds of a quiet room before each sound."""
SOON_MS: Final = 100
VOICED: Final = 0.02
"""Amplitude (of 1) from which a sample is sound."""
_WHO: Final = Viewer("v", "Lena")


class Sound(msgspec.Struct, frozen=True):
    """Something said over the bot."""

    kind: str
    """`backchannels`, `interruptions` or `recordings`."""
    part: str
    """`tuning`, `held_out`, or how much of a recording."""
    text: str
    """What is said."""
    by: str
    """The voice, or the recording's file."""
    audio: Samples
    """16 kHz, shape [n]."""

    @property
    def voiced(self) -> float:
        """Seconds until its first sample well above its noise."""
        return int(np.argmax(np.abs(self.audio) > VOICED)) / SAMPLE_RATE


class Told(msgspec.Struct, frozen=True):
    """An utterance, and when the ears told of it."""

    at: float
    """Seconds since the first frame."""
    utterance: Utterance
    """As it went to the barge-in."""


class _Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


class _Voice:
    saying = SAID

    def duck(self, *, on: bool) -> None:
        """Nobody listens."""

    def cancel(self) -> None:
        """Nobody listens."""


def spoken() -> Iterator[Sound]:
    """Speak every text in every voice of its language, at one of the speeds."""
    folder = locate("kokoro")
    speaker = KokoroSpeaker(folder / "model.onnx", folder / "voices", 1)
    parts = (("tuning", "tuning", TEXTS), ("held_out", "held_out", TEXTS), ("held_out_texts", "held_out", UNSEEN))
    for part, voices, texts in parts:
        for kind, language in itertools.product(texts, LANGUAGES):
            for number, voice in enumerate(VOICES[voices][language]):
                for place, text in enumerate(texts[kind][language]):
                    made = speaker.synthesise(text, voice, language, SPEEDS[(number + place) % len(SPEEDS)])
                    sound = soxr.resample(made.pcm, made.sample_rate, SAMPLE_RATE)
                    yield Sound(kind, part, text, voice, np.ascontiguousarray(sound, np.float32))
    speaker.close()


def recorded(folder: Path, vad: VoiceDetector) -> Iterator[Sound]:
    """Return beginnings of the recordings that `clips.tsv` in `folder` lists, from where speech begins."""
    for clip in read_clips(folder):
        if clip.language in LANGUAGES:
            state = VoiceState()
            windows = range(0, len(clip.audio) - WINDOW, WINDOW)
            speech = (at for at in windows if vad.probabilities([clip.audio[at : at + WINDOW]], [state])[0] > 0.5)  # noqa: PLR2004
            begin = next(speech, 0)
            for seconds in FIRST_S:
                audio = clip.audio[max(begin - WINDOW, 0) : begin + int(seconds * SAMPLE_RATE)]
                yield Sound("recordings", f"first {seconds} s", clip.text, clip.name, audio)


async def heard(audio: Samples, recogniser: Recogniser, vad: VoiceDetector, worker: Worker) -> list[Told]:
    """Return what the ears tell of a sound, `BEFORE_S` of a quiet room before it and more after it."""
    clock = _Clock()
    options = EarsOptions(hot_words=HOT_WORDS)
    ears = Ears(recogniser, vad, None, options=options, worker=worker, clock=clock)
    told: list[Told] = []

    async def collect() -> None:
        async for utterance in ears.utterances:
            told.append(Told(clock.now, utterance))
            ears.hurry(utterance.id)  # as the room does once its voice is lowered

    room = np.random.default_rng(0).normal(0, 3e-4, len(audio) + int(2.2 * SAMPLE_RATE)).astype(np.float32)
    begin = int(BEFORE_S * SAMPLE_RATE)
    room[begin : begin + len(audio)] += audio
    pcm = (room.clip(-1, 1) * 32767).astype("<i2")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ears.run())
        tasks.create_task(collect())
        for sequence in range(len(pcm) // FRAME):
            clock.now += FRAME / SAMPLE_RATE
            frame = pcm[sequence * FRAME : (sequence + 1) * FRAME].tobytes()
            ears.hear(AudioFrame(speaker=_WHO, pcm=frame, sequence=sequence, at=clock.now))
            await _idle(worker)
        ears.close()
    return told


async def _idle(worker: Worker) -> None:
    """Wait until the ears have done all there is to do with what they were given."""
    for _ in range(20):
        await asyncio.sleep(0)
        while worker.queued:  # noqa: ASYNC110  # virtual time stands still meanwhile
            await asyncio.sleep(0.001)


def stopped(told: Sequence[Told]) -> float | None:
    """Return after how many seconds the bot stops, or None; as the room would, with a tick every 0.25 s."""
    clock = _Clock()
    barge_in = BargeIn(_Voice(), clock, names=NAMES)
    for one in told:
        while clock.now + TICK_S < one.at:
            clock.now += TICK_S
            barge_in.tick()
        clock.now = one.at
        if barge_in.hear(one.utterance) is Effect.STOPPED:
            return one.at
    return None


def stopped_before(told: Sequence[Told]) -> float | None:
    """Return when any words would stop it that are no backchannel as written: the rule before this one."""
    texts = ((one.at, one.utterance.text) for one in told)
    return next((at for at, text in texts if text and not is_backchannel(text)), None)


def counts(results: Sequence[tuple[Sound, list[Told]]]) -> dict[str, Any]:
    """Return how many stop the bot, by this rule and by the one before, and which of them are wrong."""
    wrong_if = results[0][0].kind == "backchannels"
    now = [stopped(told) for _, told in results]
    before = [stopped_before(told) for _, told in results]
    found: dict[str, Any] = {
        "of": len(results),
        "without_words": sum(not any(one.utterance.text for one in told) for _, told in results),
        "stopped_before": sum(at is not None for at in before),
        "stopped": sum(at is not None for at in now),
        "wrong": [
            f"{sound.by} {sound.text[:16]} > {_last(told)}"
            for (sound, told), at in zip(results, now, strict=True)
            if (at is not None) is wrong_if
        ],
    }
    if results[0][0].kind != "recordings":
        lowered = [1000 * (told[0].at - BEFORE_S - sound.voiced) for sound, told in results if told]
        found["lowered_ms"] = {
            "p50": round(float(np.percentile(lowered, 50))),
            "p95": round(float(np.percentile(lowered, 95))),
            "within_100": round(sum(at <= SOON_MS for at in lowered) / len(results), 3),
        }
    else:
        later = [one - other for one, other in zip(now, before, strict=True) if one is not None and other is not None]
        found["later_s"] = {"mean": round(statistics.mean(later or [0]), 2), "most": round(max(later or [0]), 2)}
    return found


def _last(told: Sequence[Told]) -> str:
    words = [one.utterance for one in told if one.utterance.text]
    return f"{words[-1].text} ({words[-1].end - words[-1].start:.2f} s, {words[-1].confidence:.2f})" if words else ""


async def measure(data: Path) -> dict[str, Any]:
    """Return the counts of each kind and part; without recordings where there are none in `data`."""
    vad = SileroVad(locate("silero-vad") / "silero_vad.onnx")
    recogniser = CTranslate2Recogniser(locate("whisper-base"))
    sounds = spoken()
    if (data / "audio" / "clips.tsv").is_file():
        sounds = itertools.chain(sounds, recorded(data / "audio", vad))
    groups: dict[tuple[str, str], list[tuple[Sound, list[Told]]]] = {}
    worker = Worker("bench-ears")
    for sound in sounds:
        told = await heard(sound.audio, recogniser, vad, worker)
        groups.setdefault((sound.kind, sound.part), []).append((sound, told))
    worker.close()
    recogniser.close()
    return {f"{kind}, {part}": counts(results) for (kind, part), results in groups.items()}


def run() -> dict[str, Any]:
    """Return the figures as the benchmark prints them."""
    return asyncio.run(measure(Path(os.environ.get("DANMATE_DATA", "../shared/data"))))


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=1))
