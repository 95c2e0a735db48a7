"""espeak-ng: small, robotic, speaks everything. The voice of last resort (GPL-3.0 extra; see NOTICE)."""

from typing import Final

from core.engines import Capabilities
from tts.engine import Waveform
from tts.espeak_library import library

_VOICES: Final = {"zh": "cmn", "en": "en-us"}
_WORDS_PER_MINUTE: Final = 175  # espeak-ng's own default
_SLOWEST, _FASTEST = 80, 450  # espeakRATE_MINIMUM, espeakRATE_MAXIMUM


class EspeakSpeaker:
    """Speaks with the espeak-ng library inside this process. Raise `EngineError` where it is not installed."""

    capabilities = Capabilities("espeak", frozenset(_VOICES))

    def __init__(self) -> None:
        self._library = library()

    def voices(self) -> tuple[str, ...]:
        """Return the voices that it is used with here, sorted."""
        return tuple(sorted(_VOICES.values()))

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text`; any voice that espeak-ng itself knows is taken, as `en-gb`. See `Speaker`."""
        rate = min(max(round(_WORDS_PER_MINUTE * speed), _SLOWEST), _FASTEST)
        pcm = self._library.speech(text, voice or _VOICES.get(language, "en-us"), rate)
        return Waveform(pcm, self._library.sample_rate)

    def close(self) -> None:
        """Do nothing: the library is shared by the whole process."""
