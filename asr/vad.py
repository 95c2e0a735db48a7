"""Voice activity: Silero VAD on onnxruntime, streaming, several speakers in one call."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from asr.engine import Samples
from core.errors import ModelError
from core.events import SAMPLE_RATE

WINDOW: Final = 512
"""Samples that the model judges at a time: 32 ms."""
WINDOW_S: Final = WINDOW / SAMPLE_RATE
_CONTEXT = 64
"""Samples of the window before, which versions 5 and 6 of the model want in front."""
_STATE = 128


class VoiceState:
    """What the model remembers of one speaker."""

    def __init__(self) -> None:
        self.recurrent: NDArray[np.float32] = np.zeros((2, 1, _STATE), np.float32)
        self.context: Samples = np.zeros(_CONTEXT, np.float32)


class VoiceDetector(Protocol):
    """Tells speech from everything else."""

    def probabilities(self, windows: Sequence[Samples], states: Sequence[VoiceState]) -> list[float]:
        """Return for each speaker's next window, shape [512], the probability of speech; states move on."""
        ...


class SileroVad:
    """Silero VAD, version 5 or 6, from its ONNX file. One window takes some 0.2 ms; eight together, 0.8 ms."""

    def __init__(self, path: Path) -> None:
        self._session = session(path)

    def probabilities(self, windows: Sequence[Samples], states: Sequence[VoiceState]) -> list[float]:
        """Return for each speaker's next window, shape [512], the probability of speech; states move on."""
        pairs = list(zip(states, windows, strict=True))
        batch = np.stack([np.concatenate((state.context, window)) for state, window in pairs])
        recurrent = np.concatenate([state.recurrent for state in states], axis=1)
        heard, after = self._session.run(None, {"input": batch, "state": recurrent, "sr": np.array(SAMPLE_RATE)})
        for index, (state, window) in enumerate(pairs):
            state.recurrent = after[:, index : index + 1]
            state.context = window[-_CONTEXT:]
        return [float(probability) for probability in heard[:, 0]]


def session(path: Path) -> Any:
    """Return an onnxruntime session on one thread; raise `ModelError` where the file is missing or damaged."""
    import onnxruntime

    if not path.is_file():
        raise ModelError(f"{path} is missing; `danmate models fetch` brings it")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common base of their own
        raise ModelError(f"{path} cannot be loaded: {error}; `danmate models verify` checks the weights") from error
