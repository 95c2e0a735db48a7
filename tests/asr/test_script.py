"""Chinese as the room writes it."""

import pytest

from asr.script import Script, Writer, prompt


@pytest.fixture(scope="module")
def simplified() -> Writer:
    return Writer(Script.SIMPLIFIED)


def test_traditional_becomes_simplified(simplified: Writer) -> None:
    assert simplified.write("對高管監管辦法予以完善後發布", "zh") == "对高管监管办法予以完善后发布"


def test_simplified_becomes_traditional_where_the_room_writes_it() -> None:
    assert Writer("traditional").write("对高管监管办法", "zh") == "對高管監管辦法"


def test_gaps_between_characters_go_and_stay_around_latin_words(simplified: Writer) -> None:
    assert simplified.write(" 对高管监管 办法 ", "zh") == "对高管监管办法"
    assert simplified.write("我用 iPhone 看直播", "zh") == "我用 iPhone 看直播"


def test_punctuation_after_characters_is_full_width(simplified: Writer) -> None:
    assert simplified.write("你好, 多少钱?", "zh") == "你好，多少钱？"
    assert simplified.write("价格1,000元, 贵吗?", "zh") == "价格1,000元，贵吗？"


def test_other_languages_pass_unchanged(simplified: Writer) -> None:
    assert simplified.write(" Hello, world? ", "en") == "Hello, world?"
    assert simplified.write("國際", "ja") == "國際"


def test_hot_words_become_a_sentence_and_chinese_ones_stay_out_of_english() -> None:
    assert prompt(["小弹", "Danmate"], "zh") == "直播间里有小弹、Danmate。"
    assert prompt(["小弹", "Danmate"], "en") == "In this room: Danmate."
    assert not prompt(["小弹"], "en")
    assert not prompt([], "zh")


def test_an_unknown_script_is_refused() -> None:
    with pytest.raises(ValueError, match="cursive"):
        Writer("cursive")
