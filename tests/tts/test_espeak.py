"""The voice of last resort."""

import sys
from importlib.util import find_spec

import pytest

from core.errors import EngineError
from tts.espeak_library import EspeakLibrary
from tts.phonemes_en import espeak_words

installed = pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed")


def test_where_it_is_not_installed_the_error_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(EngineError, match="danmate\\[espeak\\]"):
        EspeakLibrary()


@installed
@pytest.mark.parametrize(("word", "sound"), [("Zhangsan", "ʒˈæŋsən"), ("livestreams", "lˈIvstɹimz")])
def test_unknown_words_come_back_in_kokoros_letters(word: str, sound: str) -> None:
    assert espeak_words(word) == sound


@installed
def test_it_speaks_both_languages() -> None:
    library = EspeakLibrary()
    english, chinese = library.speech("hello there", "en-us", 175), library.speech("欢迎来到直播间", "cmn", 175)
    assert 0.4 < len(english) / library.sample_rate < 3
    assert 0.8 < len(chinese) / library.sample_rate < 4


@installed
def test_an_unknown_voice_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match="nonesuch"):
        EspeakLibrary().speech("a", "nonesuch", 175)
