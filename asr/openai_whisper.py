"""Whisper as its authors wrote it, on torch: an extra, for checkpoints that have no CTranslate2 form.

A pickle can run code when it is read, so a .pt file is read with torch's restricted loader, which knows tensors and
plain containers only; safetensors with the dimensions in a JSON file beside it need no such care.
"""

import json
import math
import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from asr.engine import Samples, Segment, Transcript
from asr.invented import Evidence, filtered
from asr.script import Script, Writer, prompt
from core.engines import Capabilities
from core.errors import EngineError, ModelError
from core.events import SAMPLE_RATE

_MISSING = "openai-whisper is not installed; `pip install 'danmate[torch]'` brings it"


class OpenAIWhisperRecogniser:
    """Whisper on torch, on the CPU.

    `checkpoint` is a .pt file as published, a .safetensors file, or a folder with model.safetensors; beside safetensors
    lies dims.json with Whisper's ModelDimensions. `languages` are those that detection chooses from; empty means all.
    Raise `ModelError` for a checkpoint that is missing, damaged or more than tensors, `EngineError` without torch.
    """

    def __init__(
        self,
        checkpoint: Path,
        *,
        threads: int = 2,
        beam: int | None = None,
        script: Script | str = Script.SIMPLIFIED,
        languages: Sequence[str] = ("zh", "en"),
        timestamps: bool = True,
    ) -> None:
        try:
            import torch
            from whisper.model import ModelDimensions, Whisper
        except ImportError as error:
            raise EngineError(_MISSING) from error
        self.capabilities = Capabilities("openai-whisper", frozenset(languages))
        torch.set_num_threads(threads)
        dims, weights = _read(checkpoint)
        try:
            self._model: Any = Whisper(ModelDimensions(**dims))
            self._model.load_state_dict(weights)
        except (TypeError, RuntimeError) as error:
            raise ModelError(f"{checkpoint} is no Whisper checkpoint: {error}; fetch it again") from error
        self._model.eval()
        self._beam = beam
        self._writer = Writer(script)
        self._languages = frozenset(languages)
        self._timestamps = timestamps

    def transcribe(self, audio: Samples, language: str | None, hot_words: Sequence[str]) -> Transcript:
        """Return what is said in `audio`, 16 kHz mono float32 of shape [n]; see `asr.engine.Recogniser`."""
        begun = time.perf_counter()
        if not len(audio):
            return Transcript("", language or "", 0.0, (), 1.0, 0.0)
        try:
            language = language or self._detect(audio)
            found = self._model.transcribe(
                audio,
                language=language,
                beam_size=self._beam,
                temperature=(0.0, 0.4),  # one more try bounds what noise can cost
                condition_on_previous_text=False,
                initial_prompt=prompt(hot_words, language) or None,
                without_timestamps=not self._timestamps,
                fp16=False,
                verbose=None,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"Whisper failed on {len(audio) / SAMPLE_RATE:.1f} s of audio: {error}") from error
        segments: list[Segment] = []
        for part in found["segments"]:
            evidence = Evidence(part["avg_logprob"], part["no_speech_prob"])
            text = filtered(self._writer.write(part["text"], language), evidence, hot_words)
            if text:
                segments.append(Segment(part["start"], part["end"], text, math.exp(min(part["avg_logprob"], 0.0))))
        text = ("" if language == "zh" else " ").join(segment.text for segment in segments)
        confidence = float(np.mean([segment.confidence for segment in segments])) if segments else 0.0
        silence = [part["no_speech_prob"] for part in found["segments"]]
        no_speech = float(np.mean(silence)) if silence else 1.0
        return Transcript(text, language, confidence, tuple(segments), no_speech, time.perf_counter() - begun)

    def close(self) -> None:
        """Give the model's memory back."""
        self._model = None

    def _detect(self, audio: Samples) -> str:
        """Return the likeliest of our languages in the first 30 s."""
        if not self._model.is_multilingual:
            return "en"
        import whisper

        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(audio), self._model.dims.n_mels)
        _, probabilities = self._model.detect_language(mel)
        ours = {code: value for code, value in probabilities.items() if code in self._languages} or probabilities
        return str(max(ours, key=ours.__getitem__))


def _read(checkpoint: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Return a checkpoint's dimensions and its weights by name."""
    file = checkpoint / "model.safetensors" if checkpoint.is_dir() else checkpoint
    if not file.is_file():
        raise ModelError(f"{file} is missing; name a .pt or .safetensors file, or a folder with model.safetensors")
    try:
        return _read_safetensors(file) if file.suffix == ".safetensors" else _read_torch(file)
    except (OSError, ValueError, KeyError, EOFError, RuntimeError) as error:
        raise ModelError(f"{file} cannot be read: {error}; fetch it again") from error


def _read_safetensors(file: Path) -> tuple[dict[str, int], dict[str, Any]]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    dims = json.loads((file.parent / "dims.json").read_text())
    try:
        return dims, load_file(file)
    except SafetensorError as error:
        raise ModelError(f"{file} is damaged: {error}; fetch it again") from error


def _read_torch(file: Path) -> tuple[dict[str, int], dict[str, Any]]:
    import torch

    try:
        content = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(f"{file} is damaged or holds more than tensors, and is not read for safety") from error
    return content["dims"], content["model_state_dict"]
