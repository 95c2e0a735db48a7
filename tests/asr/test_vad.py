"""Silero VAD."""

from pathlib import Path

import numpy as np
import pytest

from asr.audio import load
from asr.engine import Samples
from asr.vad import WINDOW, SileroVad, VoiceState
from core.errors import ModelError


def windows(audio: Samples) -> list[Samples]:
    return [audio[start : start + WINDOW] for start in range(0, len(audio) - WINDOW, WINDOW)]


def test_a_missing_model_says_which_command_brings_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models fetch"):
        SileroVad(tmp_path / "silero_vad.onnx")


@pytest.mark.weights
@pytest.mark.recordings
def test_it_tells_speech_from_noise(models: Path, recordings: Path) -> None:
    vad = SileroVad(models / "silero-vad" / "silero_vad.onnx")

    def share(name: str) -> float:
        state = VoiceState()
        heard = [vad.probabilities([window], [state])[0] for window in windows(load(recordings / "audio" / name))]
        return float(np.mean(np.array(heard) > 0.5))

    assert share("en_harvard_spk1_snt1.wav") > 0.6
    assert share("zh_aishell3_SSB00160485.wav") > 0.5
    assert share("non_leopard_empty.wav") < 0.05


@pytest.mark.weights
@pytest.mark.recordings
def test_speakers_judged_together_get_what_they_get_alone(models: Path, recordings: Path) -> None:
    vad = SileroVad(models / "silero-vad" / "silero_vad.onnx")
    names = ("en_goforward.wav", "zh_aishell3_SSB00160485.wav", "non_leopard_empty.wav")
    clips = [windows(load(recordings / "audio" / name))[:60] for name in names]
    alone = []
    for clip in clips:
        state = VoiceState()
        alone.append([vad.probabilities([window], [state])[0] for window in clip])
    states = [VoiceState() for _ in clips]
    together = [vad.probabilities(list(batch), states) for batch in zip(*clips, strict=True)]
    assert np.allclose(np.array(together).T, np.array(alone), atol=1e-4)
