"""Backchannels and our own echo, told from what takes the turn."""

import pytest

from asr.backchannel import is_backchannel
from asr.echo import is_echo


@pytest.mark.parametrize(
    "text",
    ["嗯", "嗯嗯。", "哈哈哈哈", "对对对", "好的好的", "是的，没错", "哇！", "666",
     "yeah", "Uh-huh.", "mm-hmm", "haha yes", "LOL", "Oh, wow!", "ok好的"],
)  # fmt: skip
def test_a_sound_of_going_on_is_a_backchannel(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    ["", "。", "等一下", "好多少钱", "不对", "停", "wait", "yeah but how much", "对了，几点下播", "no",
     "哈哈哈你说错了吧", "stop", "是" * 30],
)  # fmt: skip
def test_words_that_say_something_are_none(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("蓝色卫衣现在是九十九元", "蓝色卫衣现在是九十九元，三号链接"),
        ("男色卫衣现在是九十九元", "小鱼，蓝色卫衣现在是九十九元哦"),
        ("the blue hoodie is 99 yuan", "Lily, the blue hoodie is 99 yuan, and it is at link 3."),
    ],
)
def test_what_we_are_saying_is_an_echo_though_a_word_is_misheard(heard: str, said: str) -> None:
    assert is_echo(heard, said)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("卫衣", "蓝色卫衣现在是九十九元"),
        ("蓝色卫衣有几个颜色", "蓝色卫衣现在是九十九元"),
        ("is the blue one in stock", "Lily, the blue hoodie is 99 yuan."),
        ("多少钱", ""),
    ],
)
def test_a_viewer_who_takes_up_our_words_is_no_echo(heard: str, said: str) -> None:
    assert not is_echo(heard, said)
