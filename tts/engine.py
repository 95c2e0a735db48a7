"""What a speaker is, and where each is found."""

from typing import Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.engines import Capabilities

SPEAKERS: Final[dict[str, str]] = {
    "kokoro": "tts.kokoro:KokoroSpeaker",
    "piper": "tts.piper:PiperSpeaker",
    "coqui": "tts.coqui:CoquiSpeaker",
    "espeak": "tts.espeak:EspeakSpeaker",
}
"""Speakers by name, for `core.engines.resolve`."""


class Waveform(msgspec.Struct, frozen=True):
    """Sound as an engine made it."""

    pcm: NDArray[np.float32]
    """Mono samples, shape [n], -1 to 1; n is 0 where the text holds nothing that can be spoken."""
    sample_rate: int
    """Samples a second."""
    substitute: str = ""
    """The name of the engine that stood in for the one asked for; empty where none had to."""


class Speaker(Protocol):
    """A text-to-speech engine. Blocking: made, called and closed in one `core.workers.Worker` thread."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def voices(self) -> tuple[str, ...]:
        """Return the names of its voices, sorted."""
        ...

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text`, which is normalised: words and punctuation, no digits.

        `voice` is one of `voices()`, or empty for the language's own; `language` is ISO 639-1; `speed` 1 is as
        recorded, 2 twice as fast. Raise `EngineError` for an unknown voice and for anything that fails inside.
        """
        ...

    def close(self) -> None:
        """Release the model. Closing twice is allowed."""
        ...
