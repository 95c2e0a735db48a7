"""Ears at work with a scripted recogniser and a voice detector that takes loud for speech."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np

from asr.ears import Ears, EarsOptions
from asr.engine import Samples, Transcript
from asr.microphone import DROPPED
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
