"""Coqui TTS through its kept-up fork, the package `coqui-tts`. It needs torch and torchaudio (docs/models.md).

A .pth file is a pickle: Coqui reads it with torch's restricted loader, which knows tensors and plain containers only.
Of its models Bark alone is read without that care, and is refused here.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from tts.engine import Waveform

_CATALOGUE: Final = "tts_models/"
"""How the names in Coqui's own catalogue begin."""


class CoquiSpeaker:
    """Speaks with a Coqui model.

    `model` is a folder with `config.json` and either `model.safetensors` or one `*.pth`; such a file, with its `config`
    or `config.json` beside it; or a name of Coqui's catalogue (`tts_models/…`), which Coqui downloads. `languages` are
    those that the model was trained on; empty means those that its configuration names. Raise `EngineError` where
    coqui-tts is not installed, `ModelError` where the model cannot be loaded.
    """

    def __init__(self, model: str | Path = "", config: Path | None = None, languages: tuple[str, ...] = ()) -> None:
        try:
            from TTS.api import TTS
        except ImportError as error:
            raise EngineError(
                f"Coqui TTS cannot be imported ({error}); see docs/models.md for its environment"
            ) from error
        try:
            self._engine: Any = _load(TTS, model, config)
            network = self._engine.synthesizer.tts_model
            named = tuple(network.language_manager.language_names)
        except ModelError:
            raise
        except Exception as error:  # TTS lets out whatever torch, the network and its own checks raise
            raise ModelError(f"the Coqui model {model} cannot be loaded: {error}; check its name or files") from error
        self._pace: float | None = getattr(network, "length_scale", None)
        self._languages = {_short(name): name for name in reversed(named)}
        self.capabilities = Capabilities("coqui", frozenset(languages or self._languages))

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
        if not any(character.isalpha() for character in text):  # nothing to say makes its models fail
            return Waveform(np.zeros(0, np.float32), sample_rate)
        if self._pace:  # VITS, Glow-TTS and FastPitch read their speed here, XTTS from the call
            self._engine.synthesizer.tts_model.length_scale = self._pace / speed
        try:
            pcm = self._engine.tts(
                text=text,
                speaker=voice or (names[0] if names else None),
                language=self._languages.get(language, language) if self._engine.is_multi_lingual else None,
                speed=speed,
                split_sentences=False,
            )
        except Exception as error:  # torch and the models raise whatever they like
            raise EngineError(f"Coqui TTS failed: {error}; another voice engine can stand in") from error
        # Coqui ends each sentence with 10,000 zeros, at 22,050 Hz half a second in which nothing is said.
        return Waveform(np.trim_zeros(np.asarray(pcm, np.float32), "b"), sample_rate)

    def close(self) -> None:
        """Release the model."""
        self._engine = None


def _load(make: Any, model: str | Path, config: Path | None) -> Any:
    """Return the `TTS` that `make` makes of `model`."""
    if isinstance(model, str) and model.startswith(_CATALOGUE):
        if model.endswith("/bark"):
            raise ModelError("Coqui unpickles Bark, which can run any code, so it is refused; choose another model")
        return make(model, progress_bar=False)
    weights, settings = _files(model, config)
    if weights.suffix != ".safetensors":
        return make(model_path=str(weights), config_path=str(settings), progress_bar=False)
    import torch
    from safetensors.torch import load_file

    with TemporaryDirectory() as folder:  # Coqui reads no safetensors, and its weights from a file alone
        copy = Path(folder) / "model.pth"
        torch.save({"model": load_file(weights)}, copy)
        return make(model_path=str(copy), config_path=str(settings), progress_bar=False)


def _files(model: str | Path, config: Path | None) -> tuple[Path, Path]:
    """Return the files of a local model: weights and configuration."""
    if not str(model):
        raise ModelError("Coqui has no model of its own; name a folder under models.voice.model (docs/models.md)")
    weights = Path(model)
    if weights.is_dir():
        found = [*weights.glob("model.safetensors"), *sorted(weights.glob("*.pth"))]
        if not found:
            raise ModelError(f"{weights} holds no Coqui weights; put model.safetensors or one *.pth there")
        weights = found[0]
    settings = config or weights.with_name("config.json")
    for file in (weights, settings):
        if not file.is_file():
            raise ModelError(f"{file} is missing; a Coqui model is a file of weights with its config.json beside it")
    return weights, settings


def _short(language: str) -> str:
    """Return the ISO 639-1 code in Coqui's name of a language, such as zh-cn or en-us."""
    return language.partition("-")[0].lower()
