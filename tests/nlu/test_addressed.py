"""Whether a message speaks to us."""

import pytest

from nlu.addressed import addressed, names_us

WAKE = ("小弹", "danmate")


@pytest.mark.parametrize(
    "text",
    [
        "小弹，几点下播",
        "小 弹 在吗",
        "小蛋你好",
        "晓丹今天播到几点",
        "小弾多少钱",
        "DANMATE how much",
        "ｄａｎｍａｔｅ hi",
        "hey dan mate, price?",
        "danmade are you there",
        "@danmate 你好",
        "＠小弹 在不在",
    ],
)
def test_our_name_is_heard_however_it_is_written(text: str) -> None:
    assert addressed(text, WAKE).us
    assert names_us(text, WAKE)


@pytest.mark.parametrize(
    "text", ["今天的climate不错", "鸡蛋多少钱", "小狗好可爱", "my mate dan is here", "danger ahead", ""]
)
def test_words_that_only_resemble_our_name_are_not_it(text: str) -> None:
    assert not names_us(text, WAKE)


@pytest.mark.parametrize(
    "text", ["你是机器人吗", "这个bot好聪明", "你会唱歌吗", "can you tell me the price?", "what do you do"]
)
def test_questions_to_somebody_and_talk_of_the_bot_are_for_us(text: str) -> None:
    assert addressed(text, WAKE).us


@pytest.mark.parametrize(
    "text",
    ["主播你会唱歌吗", "hey streamer can you sing?", "@小鱼儿 你好吗", "你们几点下播？", "今天好热", "love this song"],
)
def test_talk_to_the_streamer_to_others_and_to_the_room_is_not_for_us(text: str) -> None:
    answer = addressed(text, WAKE)
    assert not answer.us
    assert answer.why


def test_an_answer_to_our_message_is_for_us_whatever_it_says() -> None:
    assert addressed("好的", WAKE, reply_to_us=True).us


def test_who_is_alone_with_us_speaks_to_us_unless_to_another_by_name() -> None:
    assert addressed("今天好热", WAKE, alone=True).us
    assert not addressed("@小鱼儿 今天好热", WAKE, alone=True).us


def test_wake_names_of_signs_alone_wake_nothing() -> None:
    assert not names_us("!!! hello", ("!!!", "", " "))
