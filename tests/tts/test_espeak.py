"""The voice of last resort."""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest

from core.errors import EngineError
from tts.espeak_library import EspeakLibrary, library
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
    espeak = library()
    english, chinese = espeak.speech("hello there", "en-us", 175), espeak.speech("欢迎来到直播间", "cmn", 175)
    assert 0.4 < len(english) / espeak.sample_rate < 3
    assert 0.8 < len(chinese) / espeak.sample_rate < 4


@installed
def test_an_unknown_voice_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match="nonesuch"):
        library().speech("a", "nonesuch", 175)


@installed
def test_threads_share_it_one_after_another() -> None:
    with ThreadPoolExecutor(4) as pool:
        lengths = list(pool.map(lambda _: len(library().speech("hello there", "en-us", 175)), range(24)))
    assert max(lengths) - min(lengths) < 0.01 * library().sample_rate  # its pitch wanders by a few samples
