"""Words to Kokoro's phonemes."""

import warnings

import pytest

from tts.kokoro_vocabulary import VOCABULARY
from tts.normalise import normalise
from tts.phonemes import Phonemes
from tts.phonemes_en import EnglishPhonemes


@pytest.fixture(scope="module")
def phonemes() -> Phonemes:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # jieba opens its cache and compiles patterns in ways that newer Pythons dislike
        return Phonemes()


@pytest.fixture(scope="module")
def english() -> EnglishPhonemes:
    """Return English without espeak-ng: unknown words have to be said all the same."""
    return EnglishPhonemes(lambda _: "")


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("hello", "həlˈO"),
        ("Hello", "həlˈO"),
        ("SALE", "sˈAl"),
        ("hoodies", "hˈʊdiz"),
        ("boxes", "bˈɑksᵻz"),
        ("watches", "wˈɑʧᵻz"),
        ("shipped", "ʃˈɪpt"),
        ("shopping", "ʃˈɑpɪŋ"),
        ("Tom's", "tˈɑmz"),
        ("don't", "dˈOnt"),
        ("TV", "tˌivˈi"),
        ("USB", "jˌuˌɛsbˈi"),
        ("iPhone", "ˈIfˌOn"),
        ("danmaku", "dˌɑnmˈɑku"),
    ],
)
def test_english_words_sound(english: EnglishPhonemes, word: str, sound: str) -> None:
    assert english.word(word) == sound


def test_a_word_made_of_two_known_ones_is_said_as_both(english: EnglishPhonemes) -> None:
    assert english.word("hoodieshop") == "hˈʊdiʃˌɑp"


def test_a_word_that_nothing_knows_is_spelt_without_espeak(english: EnglishPhonemes) -> None:
    assert english.word("xqz") == "ˌɛkskjˌuzˈi"


def test_little_words_depend_on_what_follows(english: EnglishPhonemes) -> None:
    assert english("the apple, the store") == "ði ˈæpᵊl, ðə stˈɔɹ"
    assert english("a cup") == "ɐ kˈʌp"
    assert english("to eat, to go").startswith("tʊ ˈit, tə ")


def test_chinese_has_an_arrow_for_each_tone(phonemes: Phonemes) -> None:
    assert phonemes("妈麻马骂", "zh").translate(str.maketrans("", "", "ma ")) == "→↗↓↘"


def test_words_decide_how_a_character_with_two_readings_sounds(phonemes: Phonemes) -> None:
    assert phonemes("银行", "zh").endswith("xa↗ŋ")
    assert phonemes("行走", "zh").startswith("ɕi↗ŋ")


def test_english_words_inside_chinese_are_pronounced(phonemes: Phonemes) -> None:
    assert "hˈʊdi" in phonemes("这件hoodie很好看", "zh")


def test_marks_become_the_models_own(phonemes: Phonemes) -> None:
    spoken = phonemes("好，好！Hi, Tom?", "zh")
    assert [mark for mark in spoken if mark in ",!?"] == [",", "!", ",", "?"]


@pytest.mark.parametrize(
    "text",
    [
        "小明，欢迎来到直播间！这件蓝色卫衣今天只要99.5元，纯棉的，3号链接；喜欢的可以拍哦……女生、儿童都行：去吧？",
        "iPhone 15 is 12% off, isn't it? Xiaomei bought 3 boxes; T-shirts too!",
        "日、耳、额、哦、嗯、儿子、一会儿、绿色、云、学、虐、怎么、知识、自私",
    ],
)
def test_the_model_knows_every_phoneme_that_is_written(phonemes: Phonemes, text: str) -> None:
    assert set(phonemes(normalise(text, "zh"), "zh")) <= set(VOCABULARY)
