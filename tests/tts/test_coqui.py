"""Coqui TTS: what we ask of it, against a double; and a model of its own, where its packages are."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.errors import EngineError, ModelError
from tts.coqui import CoquiSpeaker

MANY, ONE, BROKEN = "tts_models/mul/many", "tts_models/en/one", "tts_models/en/broken"


class FakeTTS:
    """Takes what TTS.api.TTS takes."""

    asked: dict[str, Any]

    def __init__(self, model_name: str | None = None, **options: Any) -> None:
        if model_name == BROKEN:
            raise FileNotFoundError("no such model")
        self.options = options
        self.speakers = ["b", "a"] if model_name == MANY else None
        self.is_multi_lingual = model_name == MANY
        languages = SimpleNamespace(language_names=["en", "zh-cn"] if model_name == MANY else ["en-us"])
        network = SimpleNamespace(language_manager=languages, length_scale=1.2)
        self.synthesizer = SimpleNamespace(output_sample_rate=22_050, tts_model=network)

    def tts(self, **asked: Any) -> list[float]:
        if asked["text"] == "fail":
            raise RuntimeError("inside")
        type(self).asked = asked
        return [0.0, 0.5] + 10_000 * [0.0]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeTTS]:
    module = ModuleType("TTS.api")
    module.TTS = FakeTTS  # type: ignore[attr-defined]  # a double of the package
    monkeypatch.setitem(sys.modules, "TTS", ModuleType("TTS"))
    monkeypatch.setitem(sys.modules, "TTS.api", module)
    return FakeTTS


def test_it_is_asked_for_the_voice_language_and_speed(fake: type[FakeTTS]) -> None:
    speaker = CoquiSpeaker(MANY)
    sound = speaker.synthesise("你好", "b", "zh", 1.5)
    assert fake.asked == {"text": "你好", "speaker": "b", "language": "zh-cn", "speed": 1.5, "split_sentences": False}
    assert speaker._engine.synthesizer.tts_model.length_scale == pytest.approx(0.8)
    assert sound.sample_rate == 22_050
    assert sound.pcm.dtype == np.float32
    assert speaker.voices() == ("a", "b")
    assert speaker.capabilities.languages == {"en", "zh"}


def test_a_model_of_one_voice_is_asked_for_none(fake: type[FakeTTS]) -> None:
    CoquiSpeaker(ONE).synthesise("hello", "", "en", 1.0)
    assert (fake.asked["speaker"], fake.asked["language"]) == (None, None)


def test_what_it_cannot_do_is_an_engine_error(fake: type[FakeTTS]) -> None:
    speaker = CoquiSpeaker(MANY)
    with pytest.raises(EngineError, match="inside"):
        speaker.synthesise("fail", "", "en", 1.0)
    with pytest.raises(EngineError, match="nonesuch"):
        speaker.synthesise("hello", "nonesuch", "en", 1.0)
    speaker.close()
    with pytest.raises(EngineError, match="closed"):
        speaker.synthesise("hello", "", "en", 1.0)


def test_the_silence_that_coqui_appends_is_left_out(fake: type[FakeTTS]) -> None:
    assert CoquiSpeaker(ONE).synthesise("hello", "", "en", 1.0).pcm.tolist() == [0.0, 0.5]


def test_its_languages_are_its_configuration_s_unless_they_are_told(fake: type[FakeTTS]) -> None:
    assert CoquiSpeaker(ONE).capabilities.languages == {"en"}
    assert CoquiSpeaker(ONE, languages=("zh",)).capabilities.languages == {"zh"}


def test_nothing_to_say_is_silence(fake: type[FakeTTS]) -> None:
    assert not CoquiSpeaker(ONE).synthesise("，。", "", "en", 1.0).pcm.size


def test_a_model_that_cannot_be_loaded_is_a_model_error(fake: type[FakeTTS]) -> None:
    with pytest.raises(ModelError, match="no such model"):
        CoquiSpeaker(BROKEN)


def test_a_model_that_coqui_would_unpickle_is_refused(fake: type[FakeTTS]) -> None:
    with pytest.raises(ModelError, match="Bark"):
        CoquiSpeaker("tts_models/multilingual/multi-dataset/bark")


def test_no_model_at_all_is_a_model_error(fake: type[FakeTTS]) -> None:
    with pytest.raises(ModelError, match=r"models\.voice\.model"):
        CoquiSpeaker()


def test_a_folder_without_its_files_is_a_model_error_that_names_them(fake: type[FakeTTS], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere is missing"):
        CoquiSpeaker(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="no Coqui weights"):
        CoquiSpeaker(tmp_path)
    (tmp_path / "best.pth").touch()
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        CoquiSpeaker(tmp_path)


def test_a_folder_is_asked_for_by_its_files(fake: type[FakeTTS], tmp_path: Path) -> None:
    weights, settings = tmp_path / "best.pth", tmp_path / "config.json"
    weights.touch()
    settings.touch()
    asked = {"model_path": str(weights), "config_path": str(settings), "progress_bar": False}
    for model in (tmp_path, weights, str(tmp_path)):
        assert CoquiSpeaker(model)._engine.options == asked


def test_without_its_packages_the_error_says_where_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "TTS", None)
    monkeypatch.setitem(sys.modules, "TTS.api", None)
    with pytest.raises(EngineError, match=r"docs/models\.md"):
        CoquiSpeaker("any")


@pytest.fixture(scope="module")
def vits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the smallest VITS that runs. Its random weights say nothing: the way from text to samples is what is tried.

    Its durations alone are fixed: `length_scale` frames for each symbol, so that its speed can be told from its length.
    """
    pytest.importorskip(
        "TTS.api", reason="coqui-tts needs an environment of its own (docs/models.md)", exc_type=ImportError
    )
    import torch
    from safetensors.torch import save_file
    from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
    from TTS.tts.models.vits import Vits

    args = VitsArgs(
        hidden_channels=16, hidden_channels_ffn_text_encoder=32, num_layers_text_encoder=1,
        num_layers_posterior_encoder=1, num_layers_flow=1, upsample_initial_channel_decoder=32,
        resblock_kernel_sizes_decoder=[3], resblock_dilation_sizes_decoder=[[1, 3, 5]],
        use_sdp=False, length_scale=8.0, init_discriminator=False,
    )  # fmt: skip
    torch.manual_seed(1)
    config = VitsConfig(model_args=args, use_phonemes=False)
    config.audio.sample_rate = 16_000
    config.audio.do_trim_silence = False  # random weights are quiet throughout
    folder = tmp_path_factory.mktemp("vits")
    model = Vits(config)
    torch.nn.init.zeros_(model.duration_predictor.proj.weight)
    torch.nn.init.zeros_(model.duration_predictor.proj.bias)
    save_file(model.state_dict(), folder / "model.safetensors")
    config.save_json(str(folder / "config.json"))
    return folder


@pytest.mark.torch
def test_a_vits_made_here_speaks_through_the_real_package(vits: Path) -> None:
    speaker = CoquiSpeaker(vits)
    assert speaker.capabilities.languages == {"en"}
    usual, quick = (speaker.synthesise("hello there", "", "en", speed) for speed in (1.0, 2.0))
    assert usual.sample_rate == 16_000
    assert usual.pcm.dtype == np.float32
    assert usual.pcm.ndim == 1
    assert usual.pcm.size > 16_000 / 2
    assert np.isfinite(usual.pcm).all()
    assert 0 < np.abs(usual.pcm).max() <= 1
    assert 2 * quick.pcm.size == usual.pcm.size
    assert not speaker.synthesise("，。", "", "en", 1.0).pcm.size
    with pytest.raises(EngineError, match="nonesuch"):
        speaker.synthesise("hello", "nonesuch", "en", 1.0)
    speaker.close()
    speaker.close()
    with pytest.raises(EngineError, match="closed"):
        speaker.synthesise("hello", "", "en", 1.0)


@pytest.mark.torch
def test_coqui_s_own_checkpoints_are_read_without_running_what_they_hold(vits: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    class Touch:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    weights = {"model": load_file(vits / "model.safetensors")}
    (tmp_path / "config.json").write_bytes((vits / "config.json").read_bytes())
    torch.save(weights, tmp_path / "best.pth")
    assert CoquiSpeaker(tmp_path).synthesise("hello", "", "en", 1.0).pcm.size
    torch.save({**weights, "more": Touch()}, tmp_path / "best.pth")
    with pytest.raises(ModelError, match="cannot be loaded"):
        CoquiSpeaker(tmp_path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.torch
@pytest.mark.parametrize("damaged", ["model.safetensors", "config.json"])
def test_damaged_files_are_a_model_error(vits: Path, tmp_path: Path, damaged: str) -> None:
    for name in ("model.safetensors", "config.json"):
        (tmp_path / name).write_bytes((vits / name).read_bytes())
    (tmp_path / damaged).write_bytes(b"damaged" * 100)
    with pytest.raises(ModelError, match="cannot be loaded"):
        CoquiSpeaker(tmp_path)
