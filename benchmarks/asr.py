"""Speech to text beside stock faster-whisper on the same weights, in turns within one run; and the end of turn.

Times are the recogniser's wall time with the language given, as a room that has fixed it would; the share that
detection costs is printed apart. Stock runs greedily, as ours does, and once more with its own default of five beams
for the error rate: the better of the two is what ours must come near.
"""

import argparse
import csv
import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import psutil

from asr.audio import load
from asr.ctranslate import CTranslate2Recogniser
from asr.engine import Samples
from asr.invented import loops
from asr.turn import Evidence, SmartTurn, TurnOptions, wait
from benchmarks.error_rate import rate
from core.events import SAMPLE_RATE

LANGUAGES: Final = ("en", "zh")
SHORT_S: Final = (1.5, 6.0)
LONGEST_S: Final = 30.0
CUTS: Final = (0.45, 0.65)
"""Where a remark is cut, as a share of its length, to get one that is not finished."""
PAUSES_S: Final = (0.4, 0.5, 0.6, 0.8)
"""How long somebody who has not finished stays silent: a shorter wait cuts them off."""
_LOOPED = 1.8
"""A text this many times as long as its reference is a loop even where no phrase repeats exactly."""


class Clip(msgspec.Struct, frozen=True):
    """A recording with its transcript."""

    name: str
    """The file's name."""
    language: str
    """`en`, `zh` or `none`."""
    text: str
    """What is said."""
    audio: Samples
    """16 kHz mono, shape [n]."""

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return len(self.audio) / SAMPLE_RATE


class Result(msgspec.Struct, frozen=True):
    """What one method made of a clip."""

    text: str
    """The transcript."""
    wall_s: float
    """Seconds that passed."""
    cpu_s: float
    """Seconds of processor time, of all threads."""


Method = Callable[[Clip], str]


def run(models: Path, data: Path) -> dict[str, Any]:
    """Return every figure; `models` holds whisper-base and smart-turn, `data` has audio/clips.tsv."""
    clips = read_clips(data / "audio")
    speech = [clip for clip in clips if clip.language in LANGUAGES and clip.seconds < LONGEST_S]
    noise = [clip for clip in clips if clip.language == "none"]
    before = _resident_mb()
    ours = CTranslate2Recogniser(models / "whisper-base")
    memory = _resident_mb() - before
    methods = {"ours": _ours(ours), "stock": _stock(models, 1), "stock_beam_5": _stock(models, 5)}
    results = _in_turns(methods, speech)
    return {
        "clips": {language: sum(clip.language == language for clip in speech) for language in LANGUAGES},
        "memory_mb": round(memory),
        **{name: _summary(speech, of) for name, of in results.items()},
        **_beside(speech, results),
        "detection": _detection(ours, speech),
        "invented": _invented(ours, noise),
        "end_of_turn": _end_of_turn(ours, SmartTurn(models / "smart-turn" / "smart-turn-v3.2-cpu.onnx"), speech),
    }


def read_clips(folder: Path) -> list[Clip]:
    """Return the recordings that clips.tsv in `folder` lists."""
    with (folder / "clips.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Clip(row["file"], row["language"], row["transcript"], load(folder / row["file"])) for row in rows]


def _ours(recogniser: CTranslate2Recogniser) -> Method:
    return lambda clip: recogniser.transcribe(clip.audio, clip.language, ()).text


def _stock(models: Path, beam: int) -> Method:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(models / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=2)

    def transcribe(clip: Clip) -> str:
        segments, _ = model.transcribe(
            clip.audio, language=clip.language, beam_size=beam, condition_on_previous_text=False
        )
        return "".join(segment.text for segment in segments)

    return transcribe


def _in_turns(methods: Mapping[str, Method], clips: Sequence[Clip]) -> dict[str, list[Result]]:
    """Run every method on a clip before the next clip, so that a busy moment of the machine meets all alike."""
    results: dict[str, list[Result]] = {name: [] for name in methods}
    for method in methods.values():
        method(clips[0])
    for clip in clips:
        for name, method in methods.items():
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            text = method(clip)
            results[name].append(Result(text, time.perf_counter() - wall, time.process_time() - cpu))
    return results


def _short(clips: Sequence[Clip], results: Sequence[Result]) -> list[Result]:
    pairs = zip(clips, results, strict=True)
    return [result for clip, result in pairs if SHORT_S[0] <= clip.seconds <= SHORT_S[1]]


def _summary(clips: Sequence[Clip], results: Sequence[Result]) -> dict[str, Any]:
    short = _short(clips, results)
    return {
        "short_median_s": round(statistics.median(result.wall_s for result in short), 3),
        "short_total_s": round(sum(result.wall_s for result in short), 2),
        "short_cpu_s": round(sum(result.cpu_s for result in short), 2),
        "error_percent": {language: round(100 * _error(clips, results, language), 2) for language in LANGUAGES},
        "loops": sum(_looped(clip, result.text) for clip, result in zip(clips, results, strict=True)),
    }


def _error(clips: Sequence[Clip], results: Sequence[Result], language: str) -> float:
    chosen = [pair for pair in zip(clips, results, strict=True) if pair[0].language == language]
    return rate(language, [clip.text for clip, _ in chosen], [result.text for _, result in chosen])


def _looped(clip: Clip, text: str) -> bool:
    return loops(text) or len(text) > _LOOPED * len(clip.text) + 5


def _beside(clips: Sequence[Clip], results: Mapping[str, Sequence[Result]]) -> dict[str, Any]:
    """Return how ours compares with greedy stock on time, and with the better stock on errors."""
    ours, stock = _short(clips, results["ours"]), _short(clips, results["stock"])
    wall = [other.wall_s / own.wall_s for own, other in zip(ours, stock, strict=True)]
    best = {lang: min(_error(clips, results[name], lang) for name in ("stock", "stock_beam_5")) for lang in LANGUAGES}
    return {
        "times_as_fast": {
            "medians": round(
                statistics.median(one.wall_s for one in stock) / statistics.median(one.wall_s for one in ours), 2
            ),
            "totals": round(sum(one.wall_s for one in stock) / sum(one.wall_s for one in ours), 2),
            "processor": round(sum(one.cpu_s for one in stock) / sum(one.cpu_s for one in ours), 2),
            "worst_clip": round(min(wall), 2),
        },
        "points_worse": {
            language: round(100 * (_error(clips, results["ours"], language) - best[language]), 2)
            for language in LANGUAGES
        },
    }


def _detection(recogniser: CTranslate2Recogniser, clips: Sequence[Clip]) -> dict[str, Any]:
    """Return how often the language is found, and the processor time that finding it adds."""
    added, right = [], 0
    for clip in clips:
        begun = time.process_time()
        found = recogniser.transcribe(clip.audio, None, ())
        detecting = time.process_time() - begun
        begun = time.process_time()
        recogniser.transcribe(clip.audio, found.language, ())
        added.append(detecting - (time.process_time() - begun))
        right += found.language == clip.language
    return {"right": right, "of": len(clips), "added_cpu_median_s": round(statistics.median(added), 3)}


def _invented(recogniser: CTranslate2Recogniser, clips: Sequence[Clip]) -> dict[str, Any]:
    """Return what is written although nobody speaks: whole clips, and pieces as long as remarks."""
    pieces = [Clip("silence", "none", "", np.zeros(3 * SAMPLE_RATE, np.float32)), *clips]
    for clip in clips:
        starts = range(0, len(clip.audio) - 3 * SAMPLE_RATE, 6 * SAMPLE_RATE)
        pieces += [msgspec.structs.replace(clip, audio=clip.audio[at : at + 3 * SAMPLE_RATE]) for at in starts]
    texts = {piece.name: recogniser.transcribe(piece.audio, None, ()).text for piece in pieces[: len(clips) + 1]}
    short = [recogniser.transcribe(piece.audio, None, ()).text for piece in pieces[len(clips) + 1 :]]
    return {
        "clips": len(texts),
        "clips_with_text": sorted(name for name, text in texts.items() if text),
        "pieces_of_3_s": len(short),
        "pieces_with_text": sum(bool(text) for text in short),
    }


def _end_of_turn(recogniser: CTranslate2Recogniser, turn: SmartTurn, clips: Sequence[Clip]) -> dict[str, Any]:
    """Return how long a finished remark waits for its end, and how often an unfinished one is cut off.

    A remark is cut at 45% and 65% of its length and followed by 0.2 s of silence; somebody who pauses there for a given
    time is cut off when the wait is shorter. A fixed wait cuts off everybody who pauses longer, and nobody else.
    """
    figures: dict[str, Any] = {}
    for language in LANGUAGES:
        own = [clip for clip in clips if clip.language == language]
        whole = [_wait(recogniser, turn, clip, 1.0) for clip in own]
        cut = [_wait(recogniser, turn, clip, share) for clip in own for share in CUTS]
        figures[language] = {
            "wait_mean_s": round(statistics.mean(whole), 3),
            "wait_p95_s": round(float(np.quantile(whole, 0.95)), 3),
            "unfinished_wait_mean_s": round(statistics.mean(cut), 3),
            "cut_off_percent": {
                f"pause_{pause}": round(100 * sum(one < pause for one in cut) / len(cut)) for pause in PAUSES_S
            },
        }
    return figures


def _wait(recogniser: CTranslate2Recogniser, turn: SmartTurn, clip: Clip, share: float) -> float:
    silence = np.zeros(SAMPLE_RATE // 5, np.float32)
    audio = np.concatenate((clip.audio[: int(len(clip.audio) * share)], silence))
    found = recogniser.transcribe(audio, None, ())
    return wait(Evidence(turn.probability(audio), found.text, found.language), TurnOptions())


def _resident_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss / 1e6)


def main() -> None:
    """Print the figures as JSON."""
    from core.catalogue import models_dir

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=models_dir(), help="folder of fetched models")
    default = Path(os.environ.get("DANMATE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="folder with audio/clips.tsv")
    given = parser.parse_args()
    print(json.dumps(run(given.models, given.data), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
