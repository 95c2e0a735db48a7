"""What every speaker keeps, with its real weights."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.engines import resolve
from core.errors import EngineError, ModelError
from tts.engine import SPEAKERS, Speaker
from tts.fallback import FallbackSpeaker
from tts.loudness import loudness

pytestmark = [pytest.mark.weights, pytest.mark.timeout(600)]  # a busy machine takes ten times as long

SAMPLES = {"zh": "欢迎来到直播间，今天有很多好东西。", "en": "Welcome to the stream, we have many good things today."}
PACKAGES = {"kokoro": "misaki", "piper": "piper", "espeak": "espeakng_loader"}


def make(name: str, models: Path) -> Speaker:
    pytest.importorskip(PACKAGES[name], reason=f"the extra {name} is not installed")
    if name == "piper" and not (models / "piper-joe").is_dir():
        pytest.skip("no Piper voice: run `danmate models fetch piper-joe`")
    folders: dict[str, tuple[Path, ...]] = {
        "kokoro": (models / "kokoro" / "model.onnx", models / "kokoro" / "voices"),
        "piper": (models / "piper-joe" / "en_US-joe-medium.onnx",),
        "espeak": (),
    }
    speaker: Speaker = resolve(name, SPEAKERS)(*folders[name])
    return speaker


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Speaker]]:
    speakers: dict[str, Speaker] = {}
    yield speakers
    for speaker in speakers.values():
        speaker.close()


@pytest.fixture(params=[*sorted(PACKAGES), "fallback"])
def speaker(request: pytest.FixtureRequest, models: Path, made: dict[str, Speaker]) -> Speaker:
    name: str = request.param
    wanted = ("kokoro", "piper") if name == "fallback" else (name,)
    for one in wanted:
        if one not in made:
            made[one] = make(one, models)
    return FallbackSpeaker([made[one] for one in wanted]) if name == "fallback" else made[name]


def languages(speaker: Speaker) -> list[str]:
    return sorted(speaker.capabilities.languages or SAMPLES)


def test_it_speaks_each_of_its_languages(speaker: Speaker) -> None:
    for language in languages(speaker):
        sound = speaker.synthesise(SAMPLES[language], "", language, 1.0)
        assert sound.pcm.dtype == np.float32
        assert sound.pcm.ndim == 1
        assert 1.5 < len(sound.pcm) / sound.sample_rate < 8
        assert np.abs(sound.pcm).max() <= 1
        assert -40 < loudness(sound.pcm, sound.sample_rate) < -8


def test_it_speaks_faster_when_told_to(speaker: Speaker) -> None:
    language = languages(speaker)[0]
    usual, quick = (speaker.synthesise(SAMPLES[language], "", language, speed).pcm for speed in (1.0, 1.5))
    assert len(quick) < 0.85 * len(usual)


def test_each_voice_it_names_can_be_asked_for(speaker: Speaker) -> None:
    assert list(speaker.voices()) == sorted(speaker.voices())
    assert speaker.voices()
    for voice in (speaker.voices()[0], speaker.voices()[-1]):
        assert speaker.synthesise("hello", voice, "en", 1.0).pcm.size


@pytest.mark.parametrize("text", ["", " ", "，。"])
def test_nothing_to_say_is_silence_and_no_error(speaker: Speaker, text: str) -> None:
    sound = speaker.synthesise(text, "", "en", 1.0)
    assert sound.sample_rate > 0
    assert loudness(sound.pcm, sound.sample_rate) < -40


def test_an_unknown_voice_is_an_engine_error(speaker: Speaker) -> None:
    if isinstance(speaker, FallbackSpeaker):
        assert speaker.synthesise("hello", "nonesuch", "en", 1.0).pcm.size  # its speakers use their own voices
        return
    with pytest.raises(EngineError, match="nonesuch"):
        speaker.synthesise("hello", "nonesuch", "en", 1.0)


@pytest.mark.parametrize("name", ["kokoro", "piper"])
def test_damaged_weights_are_a_model_error_that_names_the_command(name: str, tmp_path: Path) -> None:
    pytest.importorskip(PACKAGES[name], reason=f"the extra {name} is not installed")
    weights = tmp_path / "model.onnx"
    weights.write_bytes(b"damaged" * 100)
    weights.with_name("model.onnx.json").write_text("{}")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "af_x.bin").write_bytes(b"")
    arguments = (weights, tmp_path / "voices") if name == "kokoro" else (weights,)
    with pytest.raises(ModelError, match="danmate models"):
        resolve(name, SPEAKERS)(*arguments)


@pytest.mark.parametrize("name", ["kokoro", "piper"])
def test_a_closed_speaker_says_so(name: str, models: Path) -> None:
    speaker = make(name, models)
    speaker.close()
    speaker.close()
    with pytest.raises(EngineError, match="closed"):
        speaker.synthesise("hello", "", "en", 1.0)
