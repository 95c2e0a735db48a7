"""Several speakers as one: where the first fails, the next speaks."""

from collections.abc import Sequence

import structlog

from core.engines import Capabilities
from core.errors import EngineError
from tts.engine import Speaker, Waveform

_log = structlog.get_logger(__name__)


class FallbackSpeaker:
    """Tries `speakers` in their order for each clause, those that know its language."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        if not speakers:
            raise EngineError("no voice engine is left; name one under models.voice or install one")
        self._speakers = tuple(speakers)

    @property
    def capabilities(self) -> Capabilities:
        """The first one's name, and the languages of all."""
        known = [speaker.capabilities.languages for speaker in self._speakers]
        return Capabilities(
            self._speakers[0].capabilities.name, frozenset().union(*known) if all(known) else frozenset()
        )

    def voices(self) -> tuple[str, ...]:
        """Return the names of all voices, sorted."""
        return tuple(sorted({voice for speaker in self._speakers for voice in speaker.voices()}))

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text` with the first speaker that can; one without the voice uses its own for the language.

        A voice that belongs to a later speaker makes that one the first. Raise `EngineError` where all of them fail.
        """
        last: EngineError | None = None
        for place, speaker in enumerate(self._order(voice, language)):
            name = speaker.capabilities.name
            try:
                made = speaker.synthesise(text, voice if voice in speaker.voices() else "", language, speed)
            except EngineError as error:
                _log.warning("speaker_failed", speaker=name, language=language, why=str(error))
                last = error
                continue
            if place == 0:
                return made
            _log.warning("speaker_substituted", speaker=name, language=language)
            return Waveform(made.pcm, made.sample_rate, name)
        raise EngineError(f"no voice engine could speak {language}; last: {last}") from last

    def close(self) -> None:
        """Close all of them."""
        for speaker in self._speakers:
            speaker.close()

    def _order(self, voice: str, language: str) -> list[Speaker]:
        able = [
            speaker
            for speaker in self._speakers
            if not speaker.capabilities.languages or language in speaker.capabilities.languages
        ]
        return sorted(able, key=lambda speaker: voice not in speaker.voices()) if voice else able
