"""What every recogniser offers, and where each is found."""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.engines import Capabilities

Samples = NDArray[np.float32]
"""Mono sound at 16 kHz, shape [n], -1 to 1."""


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a transcript."""

    start: float
    """Seconds from the start of the audio."""
    end: float
    """Seconds from the start of the audio."""
    text: str
    """What is said there."""
    confidence: float
    """0 to 1: the geometric mean of the tokens' probabilities."""


class Transcript(msgspec.Struct, frozen=True):
    """What a recogniser understood."""

    text: str
    """Ready to show, in the script asked for; empty where nobody speaks."""
    language: str
    """ISO 639-1, the one given or the one detected."""
    confidence: float
    """0 to 1: the geometric mean of the tokens' probabilities; 0 where the text is empty."""
    segments: tuple[Segment, ...]
    """In order; their texts together are the text."""
    no_speech: float
    """0 to 1: how sure the model is that nobody speaks."""
    compute_s: float
    """Seconds that it took."""


class Recogniser(Protocol):
    """A speech-to-text engine. Its methods block: they run in one worker thread."""

    capabilities: Capabilities

    def transcribe(self, audio: Samples, language: str | None, hot_words: Sequence[str]) -> Transcript:
        """Return what is said in `audio`, 16 kHz mono float32 of shape [n].

        `language` is an ISO 639-1 code, or None to detect it. `hot_words` are names that are likely to occur.
        Raise `EngineError` where the engine fails.
        """
        ...

    def close(self) -> None:
        """Give the model's memory back; the engine cannot be used afterwards."""
        ...


RECOGNISERS: Final[dict[str, str]] = {
    "ctranslate2": "asr.ctranslate:CTranslate2Recogniser",
    "openai-whisper": "asr.openai_whisper:OpenAIWhisperRecogniser",
}
"""Engines by the name that settings use, for `core.engines.resolve`."""
