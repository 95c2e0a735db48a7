"""Coqui TTS through its kept-up fork, the package `coqui-tts`. It needs torch and torchaudio (docs/models.md)."""

from pathlib import Path
from typing import Any

import numpy as np

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from tts.engine import Waveform


class CoquiSpeaker:
    """Speaks with a Coqui model: a name of its catalogue (`tts_models/…`), or a file with its `config` beside it.

    `languages` are those that the model was trained on. Raise `EngineError` where coqui-tts is not installed,
    `ModelError` where the model cannot be loaded.
    """

    def __init__(self, model: str | Path, config: Path | None = None, languages: tuple[str, ...] = ("en",)) -> None:
        try:
            from TTS.api import TTS
        except ImportError as error:
            raise EngineError(
                f"Coqui TTS cannot be imported ({error}); see docs/models.md for its environment"
            ) from error
        try:
            self._engine: Any = (
                TTS(model_path=str(model), config_path=str(config), progress_bar=False)
                if config
                else TTS(str(model), progress_bar=False)
            )
        except Exception as error:  # TTS lets out whatever torch, the network and its own checks raise
            raise ModelError(f"the Coqui model {model} cannot be loaded: {error}; check its name or files") from error
        self.capabilities = Capabilities("coqui", frozenset(languages))

    def voices(self) -> tuple[str, ...]:
        """Return the names of its speakers, sorted; none for a model of one voice."""
        return tuple(sorted(self._engine.speakers or ())) if self._engine else ()

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text`. Models that cannot change their speed ignore it. See `Speaker`."""
        if self._engine is None:
            raise EngineError("this speaker is closed; make another")
        names = self.voices()
        if voice and voice not in names:
            raise EngineError(f"this Coqui model has no voice called {voice!r}; it has {', '.join(names) or 'one'}")
        sample_rate = int(self._engine.synthesizer.output_sample_rate)
        if not any(character.isalpha() for character in text):  # its sentence splitter fails on nothing
            return Waveform(np.zeros(0, np.float32), sample_rate)
        try:
            pcm = self._engine.tts(
                text=text,
                speaker=voice or (names[0] if names else None),
                language=language if self._engine.is_multi_lingual else None,
                speed=speed,
                split_sentences=False,
            )
        except Exception as error:  # torch and the models raise whatever they like
            raise EngineError(f"Coqui TTS failed: {error}; another voice engine can stand in") from error
        return Waveform(np.asarray(pcm, np.float32), sample_rate)

    def close(self) -> None:
        """Release the model."""
        self._engine = None
