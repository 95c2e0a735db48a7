"""What Whisper writes although nobody said it."""

import time

import pytest

from asr.invented import Evidence, filtered, loops, stutters, unloop

SURE = Evidence(-0.2, 0.02)


@pytest.mark.parametrize(
    "text",
    [
        "字幕by索兰娅",
        "中文字幕志愿者 李宗盛",
        "字幕由Amara.org社区提供",
        "由 Amara.org 社群提供的字幕",
        "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目",
        "请不吝点赞订阅转发打赏支持明镜与点点栏目",
        "优优独播剧场——YoYo Television Series Exclusive",
        "谢谢大家收看！",
        "作词作曲作曲作曲作",
        "作词：李宗盛",
        "感谢观看",
        "Thanks for watching!",
        "Thank you so much for watching.",
        "Please like and subscribe to my channel.",
        "Don't forget to subscribe!",
        "Subtitles by the Amara.org community",
        "Transcription by CastingWords",
        "Translated and captioned by Someone",
        "See you in the next video!",
        "www.mooji.org",
        "♪♪♪",
        " . ",
        "",
    ],
)
def test_subtitle_credits_and_bare_signs_are_nothing(text: str) -> None:
    assert filtered(text, SURE) == ""


@pytest.mark.parametrize(
    "text",
    [
        "谢谢你的礼物",
        "字幕怎么没有了",
        "视频制作得真好",
        "怎么订阅你的频道",
        "我想订阅一下",
        "作词很好听",
        "Thank you for the gift.",
        "Can I subscribe to your channel?",
        "I was watching the stream yesterday.",
        "What's in the next video?",
        "Do you like it?",
        "Mr. Quilter is the apostle.",
    ],
)
def test_what_viewers_say_about_such_things_stays(text: str) -> None:
    assert filtered(text, SURE) == text


def test_a_credit_after_real_words_goes_alone() -> None:
    assert filtered("这个多少钱？请不吝点赞订阅", SURE) == "这个多少钱？"
    assert filtered("How much is it? Thanks for watching!", SURE) == "How much is it?"


@pytest.mark.parametrize(
    ("evidence", "kept"),
    [
        (Evidence(-0.9, 0.1), True),
        (Evidence(-1.2, 0.1), True),
        (Evidence(-0.9, 0.7), False),
        (Evidence(-1.6, 0.1), False),
        (Evidence(-0.3, 0.9), True),
    ],
)
def test_a_text_that_the_model_does_not_believe_itself_is_nothing(evidence: Evidence, *, kept: bool) -> None:
    assert bool(filtered("我想买那件蓝色的", evidence)) is kept


def test_a_polite_word_needs_good_evidence() -> None:
    assert filtered("Thank you.", SURE) == "Thank you."
    assert filtered("Thank you.", Evidence(-0.9, 0.2)) == ""
    assert filtered("谢谢", Evidence(-0.3, 0.5)) == ""
    assert filtered("The the the", Evidence(-0.9, 0.3)) == ""
    assert filtered("你你你你", Evidence(-0.4, 0.7)) == ""
    assert filtered("hello hello", SURE) == "hello hello"


def test_the_hot_words_read_back_are_nothing_but_naming_some_is_fine() -> None:
    words = ("小弹", "蓝色卫衣", "danmate", "纯棉")
    assert filtered("小弹，蓝色卫衣，danmate，纯棉", SURE, words) == ""
    assert filtered("小弹，蓝色卫衣，danmate", SURE, words) == ""
    assert filtered("小弹，蓝色卫衣", SURE, words) == "小弹，蓝色卫衣"
    assert filtered("小弹，蓝色卫衣和danmate怎么样", SURE, words) == "小弹，蓝色卫衣和danmate怎么样"


def test_a_phrase_said_twice_is_worth_a_second_look_and_a_word_is_not() -> None:
    assert stutters("伦敦未列重城市之手，伦敦未列重城市之手")
    assert stutters("go forward ten meters, go forward ten meters")
    assert not stutters("hello hello 你好你好")
    assert not stutters("住房用地供应和管理情况以及税收政策执行和征管情况")


LOOP = "and so my fellow Americans " * 6


def test_a_repeated_phrase_is_a_loop_and_is_kept_once() -> None:
    assert loops(LOOP)
    assert unloop(LOOP).strip() == "and so my fellow Americans"
    assert loops("伦敦未列重城市之手，" * 5)
    assert loops("哈" * 200)


@pytest.mark.parametrize("text", ["哈哈哈哈哈哈", "666666", "no no no no", "13566667777", "好的好的好的", "bye bye"])
def test_laughs_figures_and_emphasis_are_no_loops(text: str) -> None:
    assert not loops(text)
    assert filtered(text, SURE) == text


def test_a_loop_on_what_sounds_like_no_speech_is_nothing_at_all() -> None:
    assert filtered(LOOP, Evidence(-0.2, 0.8)) == ""
    assert filtered(LOOP, SURE) == "and so my fellow Americans"


def test_hostile_lengths_are_handled_in_no_time() -> None:
    begun = time.perf_counter()
    unloop("ab" * 3000 + "c" * 3000 + "".join(chr(0x4E00 + index) for index in range(3000)))
    assert time.perf_counter() - begun < 5
