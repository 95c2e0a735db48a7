"""Coqui TTS: what we ask of it, against a double; and a model of its own, where its packages are."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.errors import EngineError, ModelError
from tts.coqui import CoquiSpeaker


class FakeTTS:
    """Takes what TTS.api.TTS takes."""

    asked: dict[str, Any]

    def __init__(self, model_name: str | None = None, **options: Any) -> None:
        if model_name == "broken":
            raise FileNotFoundError("no such model")
        self.options = options
        self.speakers = ["b", "a"] if model_name == "many" else None
        self.is_multi_lingual = model_name == "many"
        self.synthesizer = SimpleNamespace(output_sample_rate=22_050)

    def tts(self, **asked: Any) -> list[float]:
        if asked["text"] == "fail":
            raise RuntimeError("inside")
        type(self).asked = asked
        return [0.0, 0.5]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeTTS]:
    module = ModuleType("TTS.api")
    module.TTS = FakeTTS  # type: ignore[attr-defined]  # a double of the package
    monkeypatch.setitem(sys.modules, "TTS", ModuleType("TTS"))
    monkeypatch.setitem(sys.modules, "TTS.api", module)
    return FakeTTS


def test_it_is_asked_for_the_voice_language_and_speed(fake: type[FakeTTS]) -> None:
    speaker = CoquiSpeaker("many", languages=("en", "zh"))
    sound = speaker.synthesise("hello", "b", "en", 1.5)
    assert fake.asked == {"text": "hello", "speaker": "b", "language": "en", "speed": 1.5, "split_sentences": False}
    assert sound.sample_rate == 22_050
    assert sound.pcm.dtype == np.float32
    assert speaker.voices() == ("a", "b")
    assert speaker.capabilities.languages == {"en", "zh"}


def test_a_model_of_one_voice_is_asked_for_none(fake: type[FakeTTS]) -> None:
    CoquiSpeaker("one").synthesise("hello", "", "en", 1.0)
    assert (fake.asked["speaker"], fake.asked["language"]) == (None, None)


def test_what_it_cannot_do_is_an_engine_error(fake: type[FakeTTS]) -> None:
    speaker = CoquiSpeaker("many")
    with pytest.raises(EngineError, match="inside"):
        speaker.synthesise("fail", "", "en", 1.0)
    with pytest.raises(EngineError, match="nonesuch"):
        speaker.synthesise("hello", "nonesuch", "en", 1.0)
    speaker.close()
    with pytest.raises(EngineError, match="closed"):
        speaker.synthesise("hello", "", "en", 1.0)


def test_nothing_to_say_is_silence(fake: type[FakeTTS]) -> None:
    assert not CoquiSpeaker("one").synthesise("，。", "", "en", 1.0).pcm.size


def test_a_model_that_cannot_be_loaded_is_a_model_error(fake: type[FakeTTS]) -> None:
    with pytest.raises(ModelError, match="no such model"):
        CoquiSpeaker("broken")


def test_without_its_packages_the_error_says_where_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "TTS", None)
    monkeypatch.setitem(sys.modules, "TTS.api", None)
    with pytest.raises(EngineError, match=r"docs/models\.md"):
        CoquiSpeaker("any")


@pytest.mark.torch
def test_a_vits_made_here_speaks_through_the_real_package(tmp_path: Path) -> None:
    """The weights are random and say nothing: the way from text to samples is what is tried."""
    pytest.importorskip("TTS", reason="coqui-tts needs an environment of its own (docs/models.md)")
    import torch
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits

    config = VitsConfig(use_phonemes=False, run_eval=False)
    model = Vits.init_from_config(config)
    weights, settings = tmp_path / "model.pth", tmp_path / "config.json"
    torch.save({"model": model.state_dict()}, weights)
    config.save_json(str(settings))
    speaker = CoquiSpeaker(weights, settings)
    sound = speaker.synthesise("hello there", "", "en", 1.0)
    assert sound.sample_rate == 22_050
    assert sound.pcm.size > 1000
    assert np.isfinite(sound.pcm).all()
    speaker.close()
