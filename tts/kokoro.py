"""Kokoro-82M v1.0: the default voice, Chinese and English, one ONNX file and a file a voice.

The model is cut in two (`tts.onnx_graph`): the encoder predicts how long each sound lasts and how loud each frame is,
the decoder, nine tenths of the work, makes samples of it. Kokoro's short phrases are mostly silence (0.9 s of the 2.3 s
of 好的呀 are speech); here the decoder is given only the frames that sound, and a few on both sides.
"""

from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import onnxruntime
import structlog
from numpy.typing import NDArray

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from tts.engine import Waveform
from tts.kokoro_vocabulary import LIMIT, PAD, tokens
from tts.onnx_graph import cut
from tts.phonemes import Phonemes

SAMPLE_RATE: Final = 24_000
"""Samples a second of what Kokoro makes."""

_STYLE: Final = (510, 1, 256)
_FRAMES, _PITCH, _ENERGY = "/encoder/MatMul_1_output_0", "/encoder/Reshape_output_0", "/encoder/Reshape_1_output_0"
"""Where the graph is cut: sounds laid out in frames of 25 ms, [1, 512, t]; pitch and energy, both [1, 2 t]."""
_SILENT: Final = -6.0
"""Energy of a frame below which nothing is heard: silence lies at -9 to -10, speech above 0."""
_BEFORE, _AFTER = 4, 5
"""Frames kept around what sounds; with 2 the first consonant of some phrases was lost."""
_VOICES: Final = {"zh": "zf_xiaobei", "en": "af_heart"}
_log = structlog.get_logger(__name__)

Floats = NDArray[np.float32]


class _Network(Protocol):
    def __call__(self, numbers: list[int], style: Floats, speed: float) -> Floats: ...


class KokoroSpeaker:
    """Speaks with the weights at `model` and the voices (`*.bin`, float32 [510, 1, 256]) in the folder `voices`.

    Loading takes about four seconds, most of it dictionaries, and ends with a first phrase, so that the next ones are
    quick. Make it in the thread that will use it: the model's threads inherit that one's priority. Raise `ModelError`
    for weights or voices that are missing or damaged. Without `skip_silence` the graph stays whole, as published.
    """

    capabilities = Capabilities("kokoro", frozenset({"zh", "en"}))

    def __init__(self, model: Path, voices: Path, threads: int = 2, *, skip_silence: bool = True) -> None:
        self._voices = {path.stem: path for path in sorted(voices.glob("*.bin"))}
        if not self._voices:
            raise ModelError(f"no voices (*.bin) in {voices}; run `danmate models fetch kokoro`")
        self._styles: dict[str, Floats] = {}
        self._network: _Network | None = _load(model, threads, skip_silence=skip_silence)
        self._phonemes = Phonemes()
        self.synthesise("你好 hello", next(iter(self._voices)), "zh", 1.0)

    def voices(self) -> tuple[str, ...]:
        """Return the names of its voices, sorted; the first letter is the language (z Chinese, a and b English)."""
        return tuple(self._voices)

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        """Speak `text`, Chinese, English or mixed, with one voice. See `Speaker`."""
        if self._network is None:
            raise EngineError("this speaker is closed; make another")
        styles = self._style(voice or _VOICES.get(language, _VOICES["en"]))
        numbers = tokens(self._phonemes(text, language)) if any(map(str.isalpha, text)) else []
        pieces = [numbers[start : start + LIMIT - 1] for start in range(0, len(numbers), LIMIT - 1)]
        sound = [self._network([PAD, *piece, PAD], styles[len(piece)], speed) for piece in pieces]
        return Waveform(np.concatenate(sound) if sound else np.zeros(0, np.float32), SAMPLE_RATE)

    def close(self) -> None:
        """Release the model."""
        self._network = None

    def _style(self, voice: str) -> Floats:
        if voice not in self._voices:
            raise EngineError(f"Kokoro has no voice called {voice!r}; it has {', '.join(self._voices)}")
        if voice not in self._styles:
            values = np.fromfile(self._voices[voice], np.float32)
            if values.size != np.prod(_STYLE):
                raise ModelError(f"{self._voices[voice].name} is damaged; run `danmate models verify`")
            self._styles[voice] = values.reshape(_STYLE)
        return self._styles[voice]


class _Whole:
    """The model as one graph, for exports that cannot be cut."""

    def __init__(self, model: bytes | str, threads: int) -> None:
        self._session = _session(model, threads)
        self._names = [entry.name for entry in self._session.get_inputs()]

    def __call__(self, numbers: list[int], style: Floats, speed: float) -> Floats:
        """Return the samples, [n]."""
        values = (np.array([numbers], np.int64), style, np.array([speed], np.float32))
        return np.ravel(_run(self._session, None, dict(zip(self._names, values, strict=True)))[0])


class _Cut:
    """The model as encoder and decoder, with silent frames left out between them."""

    def __init__(self, model: memoryview, threads: int) -> None:
        self._encoder = _session(cut(model, (), (_FRAMES, _PITCH, _ENERGY)), threads)
        self._decoder = _session(cut(model, (_FRAMES, _PITCH, _ENERGY), ("audio",)), threads)

    def __call__(self, numbers: list[int], style: Floats, speed: float) -> Floats:
        """Return the samples, [n]."""
        inputs = {"tokens": np.array([numbers], np.int64), "style": style, "speed": np.array([speed], np.float32)}
        frames, pitch, energy = _run(self._encoder, [_FRAMES, _PITCH, _ENERGY], inputs)
        start, end = audible(energy)
        if start == end:
            return np.zeros(0, np.float32)
        kept = {
            _FRAMES: np.ascontiguousarray(frames[:, :, start:end]),
            _PITCH: np.ascontiguousarray(pitch[:, 2 * start : 2 * end]),
            _ENERGY: np.ascontiguousarray(energy[:, 2 * start : 2 * end]),
            "style": style,
        }
        return np.ravel(_run(self._decoder, ["audio"], kept)[0])


def audible(energy: Floats) -> tuple[int, int]:
    """Return the first frame worth decoding and the one after the last; `energy` is [1, 2 t], two values a frame."""
    loud = np.flatnonzero(energy[0].reshape(-1, 2).max(axis=1) > _SILENT)
    if not loud.size:
        return 0, 0
    return max(0, int(loud[0]) - _BEFORE), min(energy.shape[1] // 2, int(loud[-1]) + 1 + _AFTER)


def _load(model: Path, threads: int, *, skip_silence: bool) -> _Network:
    if not skip_silence:
        return _Whole(str(model), threads)
    try:
        mapped = np.memmap(model, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise ModelError(f"{model} cannot be read: {error}; run `danmate models fetch kokoro`") from error
    try:
        return _Cut(memoryview(mapped.data), threads)
    except ModelError as error:
        _log.info("kokoro_graph_kept_whole", why=str(error))
        return _Whole(str(model), threads)


def _session(model: bytes | str, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # threads that spin while they wait take the cores from the event loop and the recogniser
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # the arena keeps the most that a long clause ever needed: 200 MB more for 5% less computing
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that share no base
        raise ModelError(f"the Kokoro model is damaged: {error}; run `danmate models verify`") from error


def _run(session: Any, outputs: list[str] | None, inputs: dict[str, Any]) -> list[Floats]:
    try:
        found: list[Floats] = session.run(outputs, inputs)
    except Exception as error:  # onnxruntime raises classes of its own that share no base
        raise EngineError(f"Kokoro failed: {error}; another voice engine can stand in") from error
    return found
