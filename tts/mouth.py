"""Speaks replies clause by clause: the first one soon, the next while it plays, nothing after it is told to stop."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import soxr
import structlog

from core.events import Clause, Speech
from core.workers import Worker
from tts.cache import PhraseCache, PhraseKey
from tts.clauses import split, weigh
from tts.engine import Speaker, Waveform
from tts.loudness import level, to_int16, trim
from tts.normalise import normalise

_GAP_S: Final = 0.2
"""Silence after a clause that ends a sentence."""
_SHORT_GAP_S: Final = 0.12
"""Silence after other clauses."""
_LONGEST_TEXT: Final = 1_000
"""Characters beyond which a reply is not even looked at."""
_SENTENCE_ENDS: Final = "。！？!?….;；"
_log = structlog.get_logger(__name__)


class MouthOptions(msgspec.Struct, frozen=True):
    """How a room's bot sounds."""

    voices: Mapping[str, str] = {}
    """Voice by language; a language without one gets the engine's own."""
    speed: float = 1.0
    """0.5 to 2; 1 is as recorded."""
    volume: float = 1.0
    """0 to 2, a factor on the amplitude; 1 is `loudness`."""
    loudness: float = -20.0
    """dBFS, as `tts.loudness` measures it."""
    sample_rate: int = 24_000
    """Samples a second of all that is spoken, whichever engine made it."""
    prefetch: int = 1
    """Clauses computed ahead of the one that is being delivered."""
    longest: float = 240.0
    """Chinese syllables (an English word counts 1.6) after which a reply is cut at a clause."""


class _Piece(msgspec.Struct, frozen=True):
    shown: str
    """The clause as in the reply."""
    key: PhraseKey
    """The clause as it is spoken."""


class Mouth:
    """One room's voice. `speaker` runs in `worker`'s thread; several mouths may share both, and `cache`."""

    def __init__(
        self, speaker: Speaker, worker: Worker, options: MouthOptions, cache: PhraseCache | None = None
    ) -> None:
        self._speaker = speaker
        self._worker = worker
        self._options = options
        self._cache = cache if cache is not None else PhraseCache()
        self._ahead: set[asyncio.Task[bytes]] = set()

    async def speak(self, reply_id: str, text: str, language: str) -> AsyncGenerator[Speech]:
        """Yield the clauses of `text` as they are ready, then an empty one whose `last` is set.

        Closing the generator drops what is not computed yet; the clause in the thread ends unheard. Raise
        `EngineError` if a clause cannot be spoken and `OverloadError` if the worker is full.
        """
        pieces = self._pieces(text, language, self._options.longest)
        waiting: deque[tuple[_Piece, asyncio.Task[bytes]]] = deque()
        sequence, position = 0, 0.0
        try:
            piece = next(pieces, None)
            while piece or waiting:
                while piece and len(waiting) <= self._options.prefetch:
                    waiting.append((piece, self._start(piece)))
                    piece = next(pieces, None)
                said, task = waiting[0]
                sound = await task
                waiting.popleft()
                if not sound:
                    continue
                gap = self._silence(said.shown) if piece or waiting else b""
                end = position + self._seconds(sound)
                yield Speech(
                    reply=reply_id,
                    sequence=sequence,
                    pcm=sound + gap,
                    sample_rate=self._options.sample_rate,
                    caption=Clause(said.shown.strip(), position, end),
                )
                sequence, position = sequence + 1, end + self._seconds(gap)
            yield Speech(
                reply=reply_id,
                sequence=sequence,
                pcm=b"",
                sample_rate=self._options.sample_rate,
                caption=Clause("", position, position),
                last=True,
            )
        finally:
            await _cancel(task for _, task in waiting)

    async def warm(self, phrases: Sequence[tuple[str, str]]) -> None:
        """Speak (text, language) ahead into the cache, one clause at a time so that live replies get in between."""
        for text, language in phrases:
            for piece in self._pieces(text, language, self._options.longest):
                if piece.key not in self._cache:
                    sound, substituted = await self._worker.run(self._compute, piece.key)
                    if not substituted:
                        self._cache.keep(piece.key, sound)

    def _pieces(self, text: str, language: str, longest: float) -> Iterator[_Piece]:
        options = self._options
        target = options.loudness + 20 * math.log10(max(options.volume, 1e-3))
        spent = 0.0
        for clause in split(text[:_LONGEST_TEXT]):
            spent += weigh(clause)
            if spent > longest:
                _log.warning("reply_cut", longest=longest)
                return
            spoken = normalise(clause, language)
            if spoken:
                key = PhraseKey(
                    self._speaker.capabilities.name,
                    options.voices.get(language, ""),
                    language,
                    options.speed,
                    target,
                    spoken,
                )
                yield _Piece(clause, key)

    def _start(self, piece: _Piece) -> asyncio.Task[bytes]:
        task = asyncio.get_running_loop().create_task(self._sound(piece))
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)
        return task

    async def _sound(self, piece: _Piece) -> bytes:
        kept = self._cache.get(piece.key)
        if kept is not None:
            return kept
        sound, substituted = await self._worker.run(self._compute, piece.key)
        if not substituted:
            self._cache.offer(piece.key, sound)
        return sound

    def _compute(self, key: PhraseKey) -> tuple[bytes, bool]:
        """Return the finished sound and whether another engine stood in; runs in the worker's thread."""
        made = self._speaker.synthesise(key.text, key.voice, key.language, key.speed)
        return self._finish(made, key.loudness), bool(made.substitute)

    def _finish(self, made: Waveform, target: float) -> bytes:
        rate = self._options.sample_rate
        pcm = made.pcm
        if pcm.size and made.sample_rate != rate:
            pcm = soxr.resample(pcm, made.sample_rate, rate).astype(np.float32)
        return to_int16(level(trim(pcm, rate), rate, target))

    def _silence(self, clause: str) -> bytes:
        seconds = _GAP_S if clause.rstrip('”"’」）) \n')[-1:] in _SENTENCE_ENDS else _SHORT_GAP_S
        return bytes(2 * int(seconds * self._options.sample_rate))

    def _seconds(self, sound: bytes) -> float:
        return len(sound) / 2 / self._options.sample_rate


async def _cancel(tasks: Iterator[asyncio.Task[bytes]]) -> None:
    left = list(tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
