"""openai-whisper with a checkpoint made here, which says one sentence whatever it hears."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asr.engine import RECOGNISERS
from asr.openai_whisper import OpenAIWhisperRecogniser
from core.engines import resolve
from core.errors import EngineError, ModelError

# openai-whisper leaves its vocabulary file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

SAID = " Hello from the room"
DIMS = {
    "n_mels": 80,
    "n_audio_ctx": 1500,
    "n_audio_state": 32,
    "n_audio_head": 2,
    "n_audio_layer": 1,
    "n_vocab": 51865,
    "n_text_ctx": 448,
    "n_text_state": 32,
    "n_text_head": 2,
    "n_text_layer": 1,
}
NOISE = np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32)


def one_sentence_weights() -> dict[str, Any]:
    """Return weights whose decoder looks at nothing but the position: each points at the token that comes next."""
    import torch
    from whisper.model import ModelDimensions, Whisper
    from whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(multilingual=True)
    weights = {name: torch.zeros_like(value) for name, value in Whisper(ModelDimensions(**DIMS)).state_dict().items()}
    english = tokenizer.to_language_token("en")
    # Position 0 is asked for the language; after it, the task and "no timestamps" are given, and the sentence follows.
    says = {0: english, **dict(enumerate([*tokenizer.encode(SAID), tokenizer.eot], start=3))}
    for axis, (position, token) in enumerate(says.items()):
        weights["decoder.positional_embedding"][position, axis] = 10.0
        weights["decoder.token_embedding.weight"][token, axis] = 1.0
    weights["decoder.ln.weight"][:] = 20.0
    return weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("whisper")
    from safetensors.torch import save_file

    save_file(one_sentence_weights(), tmp_path / "model.safetensors")
    (tmp_path / "dims.json").write_text(json.dumps(DIMS))
    return tmp_path


@pytest.mark.torch
def test_a_safetensors_folder_transcribes(folder: Path) -> None:
    recogniser = resolve("openai-whisper", RECOGNISERS)(folder, timestamps=False)
    found = recogniser.transcribe(NOISE, "en", ())
    assert found.text == SAID.strip()
    assert found.language == "en"
    assert found.confidence > 0.9
    assert found.compute_s > 0
    recogniser.close()


@pytest.mark.torch
def test_the_language_is_detected_among_those_allowed(folder: Path) -> None:
    assert OpenAIWhisperRecogniser(folder, timestamps=False).transcribe(NOISE, None, ()).language == "en"
    only_chinese = OpenAIWhisperRecogniser(folder, timestamps=False, languages=("zh",))
    assert only_chinese.transcribe(NOISE, None, ()).language == "zh"


@pytest.mark.torch
def test_a_published_checkpoint_is_read_without_unpickling(tmp_path: Path) -> None:
    pytest.importorskip("whisper")
    import torch

    torch.save({"dims": DIMS, "model_state_dict": one_sentence_weights()}, tmp_path / "tiny.pt")
    found = OpenAIWhisperRecogniser(tmp_path / "tiny.pt", timestamps=False).transcribe(NOISE, "en", ())
    assert found.text == SAID.strip()


@pytest.mark.torch
def test_a_pickle_that_holds_more_than_tensors_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("whisper")
    import torch

    torch.save({"dims": DIMS, "model_state_dict": {"surprise": Path}}, tmp_path / "evil.pt")
    with pytest.raises(ModelError, match="more than tensors"):
        OpenAIWhisperRecogniser(tmp_path / "evil.pt")


@pytest.mark.torch
@pytest.mark.parametrize("content", [b"", b"not weights at all"])
def test_damaged_weights_are_named(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("whisper")
    (tmp_path / "model.safetensors").write_bytes(content)
    (tmp_path / "dims.json").write_text(json.dumps(DIMS))
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        OpenAIWhisperRecogniser(tmp_path)


@pytest.mark.torch
def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    pytest.importorskip("whisper")
    with pytest.raises(ModelError, match="nowhere"):
        OpenAIWhisperRecogniser(tmp_path / "nowhere.pt")


@pytest.mark.skipif(importlib.util.find_spec("whisper") is not None, reason="openai-whisper is installed here")
def test_without_the_extra_the_error_names_it(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"danmate\[torch\]"):
        OpenAIWhisperRecogniser(tmp_path)
