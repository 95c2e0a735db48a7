"""Votes as people type and say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.show.ballot import accepted, read
from nlu.local import Local

PLANETS = (Local("火星", "Mars"), Local("木星", "Jupiter"), Local("金星", "Venus"), Local("水星", "Mercury"))
NUMBERS = (Local("2", "2"), Local("3", "3"), Local("5", "5"))
NAMES = ("小弹", "danmate")


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("B", 1), ("b", 1), ("选B", 1), ("我选b！", 1), ("BBBB", 1), ("Ｃ", 2), ("小弹 选C", 2), ("@小弹 A吧", 0),
        ("第二个", 1), ("2", 1), ("选2号", 1), ("二", 1), ("option b", 1), ("I pick B", 1), ("it's d", 3),
        ("the second one", 1), ("number two", 1), ("木星", 1), ("是木星吧", 1), ("Jupiter!", 1), ("改了，选B", 1),
        ("i think it's venus", 2), ("答案是A", 0), ("option see", 2), ("选必", 1), ("I'd say Mercury", 3),
    ],
)  # fmt: skip
def test_a_vote_is_read_however_it_is_said(text: str, choice: int) -> None:
    assert read(text, PLANETS, NAMES) == choice


@pytest.mark.parametrize(
    "text",
    [
        "火星还是木星", "不是木星", "卫衣多少钱", "B站见", "666", "哈哈哈哈", "E", "第九个", "see", "地", "not mars",
        "", "我昨天晚上看了一部讲木星的纪录片特别好看推荐给大家", "what is the size of the travel mug", "hey", "8",
    ],
)  # fmt: skip
def test_talk_is_no_vote(text: str) -> None:
    assert read(text, PLANETS, NAMES) is None


def test_where_numbers_are_to_choose_from_a_number_is_an_answer_and_no_position() -> None:
    assert [read(text, NUMBERS) for text in ("3", "选3", "B", "第三个", "5")] == [1, 1, 1, 2, 2]


def test_an_open_question_takes_its_answers_in_any_language_and_short_messages_alone() -> None:
    answers = ("东京", "tokyo")
    assert accepted("是东京吧", answers)
    assert accepted("Tokyo!", answers)
    assert not accepted("不是东京", answers)
    assert not accepted("我下个月要去东京旅游有没有推荐的酒店", answers)


@given(st.text(max_size=80))
def test_whatever_is_written_a_choice_is_one_of_the_options(text: str) -> None:
    choice = read(text, PLANETS, NAMES)
    assert choice is None or 0 <= choice < len(PLANETS)
