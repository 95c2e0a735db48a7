"""How long voices take: `python -m benchmarks.tts MODELS` prints what `run` returns.

All engines speak the same clauses in turn within one run, so that a busy machine burdens them alike. First sound is the
time to the first clause's samples, as a viewer waits for it; the real-time factor is computing over speech, silence
trimmed from both; the processor factor is the same with processor seconds of all threads, which a busy machine hardly
changes. Kokoro stands there twice: as this project runs it, and whole, as published.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from core.errors import EngineError
from tts.clauses import split
from tts.engine import Speaker
from tts.espeak import EspeakSpeaker
from tts.kokoro import KokoroSpeaker
from tts.loudness import trim
from tts.normalise import normalise
from tts.piper import PiperSpeaker

REPLIES = {
    "zh": (
        "小明，你好呀，欢迎来到直播间！",
        "这件蓝色卫衣今天只要99元，纯棉的，均码，喜欢的可以拍3号链接哦。",
        "感谢老板送的火箭，太破费了！",
        "嗯，这个我不太清楚，我帮你问问主播。",
    ),
    "en": (
        "Hi Tom, welcome to the stream!",
        "Yes, the blue hoodie is $12.50 today, and there are only 12 left.",
        "Thanks for the rocket, you are so kind!",
        "Good question, I don't know that yet, but I will ask the streamer.",
    ),
}
ROUNDS = 2


def run(models: Path) -> dict[str, Any]:
    """Return first-sound times (s), real-time factors and memory (MB) of the voices that are installed."""
    kokoro = models / "kokoro"
    makers: dict[str, Callable[[], Speaker]] = {
        "kokoro": lambda: KokoroSpeaker(kokoro / "model.onnx", kokoro / "voices"),
        "kokoro-whole": lambda: KokoroSpeaker(kokoro / "model.onnx", kokoro / "voices", skip_silence=False),
        "piper": lambda: PiperSpeaker(models / "piper-joe" / "en_US-joe-medium.onnx"),
        "espeak": EspeakSpeaker,
    }
    results: dict[str, Any] = {}
    speakers: dict[str, Speaker] = {}
    for name, make in makers.items():
        before, begun = _memory(), time.perf_counter()
        try:
            speakers[name] = make()
        except EngineError as error:
            results[name] = {"skipped": str(error)}
            continue
        results[name] = {"load_s": round(time.perf_counter() - begun, 2), "memory_mb": _memory() - before}
    for language in REPLIES:
        for name, times in _measure(speakers, language).items():
            results[name][language] = times
    for speaker in speakers.values():
        speaker.close()
    return results


def _measure(speakers: dict[str, Speaker], language: str) -> dict[str, dict[str, float]]:
    able = {name: one for name, one in speakers.items() if language in one.capabilities.languages}
    first: dict[str, list[float]] = {name: [] for name in able}
    computed = dict.fromkeys(able, 0.0)
    processor = dict.fromkeys(able, 0.0)
    spoken = dict.fromkeys(able, 0.0)
    for _ in range(ROUNDS):
        for reply in REPLIES[language]:
            for name, speaker in able.items():
                for index, clause in enumerate(split(reply)):
                    begun, used = time.perf_counter(), time.process_time()
                    sound = speaker.synthesise(normalise(clause, language), "", language, 1.0)
                    took = time.perf_counter() - begun
                    computed[name] += took
                    processor[name] += time.process_time() - used
                    spoken[name] += len(trim(sound.pcm, sound.sample_rate)) / sound.sample_rate
                    if not index:
                        first[name].append(took)
    return {
        name: {
            "first_sound_p50_s": round(statistics.median(first[name]), 3),
            "first_sound_max_s": round(max(first[name]), 3),
            "real_time_factor": round(computed[name] / spoken[name], 3),
            "processor_factor": round(processor[name] / spoken[name], 3),
        }
        for name in able
    }


def _memory() -> int:
    return int(psutil.Process().memory_info().rss) >> 20


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1])), indent=2))
