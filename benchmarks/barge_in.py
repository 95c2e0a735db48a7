"""Barge-in through a real room: how soon a voice over the bot's lowers it, stops it, or lets it go on.

`danmate serve` runs in a process of its own. One viewer has the bot say something long; another speaks over it in real
time over the websocket: words that take the turn, backchannels, or noise. Speech is the bot's own engine in a man's
voice, noise is a burst of clicks and hum. Times count from when the first voiced sample was sent, and for stopping also
from when the words that confirm it were shown. Which backchannels and interruptions stop it, many more of them, is
counted offline (`benchmarks.backchannels`, some ten minutes; it runs alone as a module, too).
"""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import soxr

from benchmarks import backchannels
from benchmarks.room_client import RATE, Viewer
from benchmarks.voice import Server
from core.catalogue import locate
from tts.kokoro import KokoroSpeaker

ROUNDS: Final = 2
WORDS: Final = {
    "zh": "等一下，我想问一下这件卫衣有没有黑色的",
    "en": "Wait a moment, I have a question about the hoodie.",
}
BACKCHANNELS: Final = {"zh": "嗯嗯，对对对", "en": "Yeah, right, okay."}
LONG: Final = (
    "欢迎大家来到直播间。今天我们会从卫衣讲到保温杯，再聊聊平时怎么搭配，也会回答大家在弹幕里的问题。"
    "想听什么可以直接打在公屏上，我会一个一个看。如果刚进来，可以先听一会儿，不着急。"
)
Samples = np.ndarray[Any, np.dtype[np.int16]]


def voices() -> tuple[dict[str, Samples], dict[str, Samples]]:
    """Return (words, backchannels) by language, 16 kHz int16, their leading silence cut."""
    folder = locate("kokoro")
    speaker = KokoroSpeaker(folder / "model.onnx", folder / "voices", 2)

    def spoken(text: str, language: str) -> Samples:
        made = speaker.synthesise(text, "zm_yunxi" if language == "zh" else "am_adam", language, 1.0)
        sound = soxr.resample(made.pcm, made.sample_rate, RATE)
        first = int(np.argmax(np.abs(sound) > 0.02))  # noqa: PLR2004  # well above its noise
        found: Samples = (sound[first:] * 32767).astype(np.int16)
        return found

    result = tuple({name: spoken(text, name) for name, text in texts.items()} for texts in (WORDS, BACKCHANNELS))
    speaker.close()
    return result[0], result[1]


def noise() -> Samples:
    """Return a second of hum and clicks, which is no speech."""
    draw = np.random.default_rng(1)
    at = np.arange(RATE)
    sound = 4000 * np.sin(at * 2 * np.pi * 120 / RATE) + 9000 * (draw.random(RATE) > 0.995)  # noqa: PLR2004  # clicks
    found: Samples = sound.astype(np.int16)
    return found


async def over(url: str, sound: Samples) -> dict[str, float | None]:
    """Let the bot speak, speak `sound` over it, and return when (seconds) what came of it."""
    asker, speaker = await Viewer.join(url, "小鱼"), await Viewer.join(url, "阿豪")
    try:
        await asyncio.sleep(0.5)
        answer = asker.expect()
        await asker.send(type="chat", text="!讲讲", ref="long")
        async with asyncio.timeout(60):
            while not answer.sound:  # noqa: ASYNC110  # a viewer looks, too
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.7)
        began = time.perf_counter()
        await speaker.speak(sound, len(sound) / RATE, tail_s=2.5)
        await asyncio.sleep(0.5)

        def first(kind: str, *, after: float = began, **fields: Any) -> float | None:
            for seen, at, message in asker.heard_of:
                if seen == kind and at > after and all(message.get(name) == value for name, value in fields.items()):
                    return at
            return None

        lowered, stopped = first("duck", on=True), first("cancel")
        shown = first("caption")
        ended = began + len(sound) / RATE
        raised = first("duck", on=False, after=lowered) if lowered else None
        return {
            "lowered_s": lowered and lowered - began,
            "words_shown_s": shown and shown - began,
            "stopped_s": stopped and stopped - began,
            "stopped_after_words_s": stopped - shown if stopped and shown else None,
            "raised_after_end_s": raised and raised - ended,
        }
    finally:
        await speaker.close()
        await asker.close()
        await asyncio.sleep(12)  # what was left of the reply is over, and the command rests no more


def middle(rows: list[dict[str, float | None]]) -> dict[str, Any]:
    """Return how often each thing happened, and its median and greatest time in milliseconds."""
    found: dict[str, Any] = {"rounds": len(rows)}
    for name in rows[0]:
        times = [1000 * value for row in rows if (value := row[name]) is not None]
        found[name.removesuffix("_s")] = {
            "times": len(times),
            "p50_ms": round(statistics.median(times)) if times else None,
            "most_ms": round(max(times)) if times else None,
        }
    return found


async def measure(url: str) -> dict[str, Any]:
    """Return the figures of each kind of sound."""
    words, backchannels = voices()
    sounds = {
        "words": [words[name] for _ in range(ROUNDS) for name in sorted(words)],
        "backchannels": [backchannels[name] for _ in range(ROUNDS) for name in sorted(backchannels)],
        "noise": [noise()] * ROUNDS,
    }
    return {kind: middle([await over(url, sound) for sound in each]) for kind, each in sounds.items()}


def main() -> None:
    """Print the figures as JSON."""
    command = f'  - {{name: "!讲讲", cooldown: {{all: 1s, user: 1s}}, reply: "{LONG}"}}\n'
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), command)
        try:
            found = asyncio.run(measure(f"ws://127.0.0.1:{server.port}/rooms/main"))
        finally:
            server.close()
    found["offline"] = backchannels.run()
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
