"""Piper: quick, one language a voice; through the package `piper-tts` (GPL-3.0 extra; see NOTICE)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from tts.engine import Waveform


class PiperSpeaker:
    """Speaks with one Piper voice: `model` is its .onnx file, beside it lies the .onnx.json.

    Raise `ModelError` where they are missing or damaged, `EngineError` where piper-tts is not installed.
    """

    def __init__(self, model: Path, threads: int = 2) -> None:
        try:
            from piper import PiperConfig, PiperVoice, SynthesisConfig
        except ImportError as error:
            raise EngineError("Piper is not installed; `pip install 'danmate[piper]'` adds it") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # see tts.kokoro
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        try:
            settings = json.loads(model.with_name(f"{model.name}.json").read_text("utf-8"))
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._voice: Any = PiperVoice(session=session, config=PiperConfig.from_dict(settings))
        except Exception as error:  # onnxruntime raises classes of its own that share no base
            raise ModelError(
                f"the Piper voice {model} cannot be loaded: {error}; run `danmate models verify`"
            ) from error
        self._settings = SynthesisConfig
        self._name = model.stem
        self.capabilities = Capabilities("piper", frozenset({str(settings.get("language", {}).get("family", "en"))}))

    def voices(self) -> tuple[str, ...]:
        """Return the name of its one voice, the file's."""
        return (self._name,)

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text`. See `Speaker`."""
        if voice not in ("", self._name):
            raise EngineError(f"this Piper speaks as {self._name} only, not as {voice!r}")
        if language not in self.capabilities.languages:
            raise EngineError(f"{self._name} does not speak {language!r}; choose a Piper voice that does")
        if self._voice is None:
            raise EngineError("this speaker is closed; make another")
        try:
            chunks = list(self._voice.synthesize(text, self._settings(length_scale=1 / speed)))
        except Exception as error:  # onnxruntime raises classes of its own that share no base
            raise EngineError(f"Piper failed: {error}; another voice engine can stand in") from error
        pcm = [np.ravel(chunk.audio_float_array) for chunk in chunks]
        return Waveform(
            np.concatenate(pcm).astype(np.float32) if pcm else np.zeros(0, np.float32), self._voice.config.sample_rate
        )

    def close(self) -> None:
        """Release the model."""
        self._voice = None
