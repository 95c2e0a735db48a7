"""Where a reply may be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.clauses import FIRST, LATER, STRETCH, split, weigh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小明，你好呀，今晚十点下播。", ["小明，你好呀，", "今晚十点下播。"]),
        ("感谢老板送的火箭，太破费了！", ["感谢老板送的火箭，", "太破费了！"]),
        ("嗯，这个我不太清楚，我帮你问问主播。", ["嗯，这个我不太清楚，", "我帮你问问主播。"]),
        ("Hi Tom, welcome to the stream!", ["Hi Tom, ", "welcome to the stream!"]),
        ("好的", ["好的"]),
        ("", []),
        ("   ", []),
    ],
)
def test_clauses_end_at_natural_breaks(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "欢迎小明，这件蓝色卫衣今天只要99.5元，纯棉的，均码，3号链接，喜欢的可以拍哦。",
        "Thanks for the gift, you are so kind! See you at 20:30 tonight, and bring your friends.",
        "好呀，今晚八点我们准时开播，大家记得来，千万别错过，有很多好东西等着你们。",
    ],
)
def test_the_first_clause_is_short_where_a_break_allows_it(text: str) -> None:
    assert weigh(split(text)[0]) <= FIRST


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("看这里 https://example.com/a,b?x=1，还有别的。", "https://example.com/a,b?x=1"),
        ("价格是1,299.50元，今天有效，欢迎下单。", "1,299.50元"),
        ("电话400-800-1234，随时打，都有人接。", "400-800-1234"),
        ("推荐《你好，李焕英》这部电影，真的很好看！", "《你好，李焕英》"),
        ("Mr. Lee asked about it. We told him that it is fine.", "Mr. Lee"),
        ("We open at 8:30 p.m. tomorrow, so come by and say hello.", "8:30 p.m. tomorrow"),
        ("Made in the U.S. of good cotton, and it is washable too.", "U.S. of"),
        ("It costs $12.50 today, and $15 tomorrow, so be quick.", "$12.50"),
        ("@a.b.c 你好呀，欢迎来到直播间，随便坐。", "@a.b.c"),
    ],
)
def test_numbers_links_titles_and_names_stay_whole(text: str, whole: str) -> None:
    assert any(whole in clause for clause in split(text))


def test_a_long_passage_without_punctuation_is_cut_before_a_conjunction() -> None:
    clauses = split("这件卫衣是纯棉的均码一百七到一百八都可以穿而且今天下单还送运费险哦大家可以放心拍")
    assert clauses[1].startswith("而且")


def test_an_endless_passage_is_cut_between_words() -> None:
    assert all(weigh(clause) <= LATER * STRETCH for clause in split("今天天气很好" * 60))


def test_an_endless_number_stays_whole() -> None:
    assert split("1" * 200) == ["1" * 200]


def test_a_tiny_last_clause_is_spoken_with_the_one_before() -> None:
    assert split("我们今晚八点半准时开播，好吗？")[-1].endswith("好吗？")
    assert len(split("See you at the show tonight, OK?")) == 1


@given(st.text(alphabet="你好吗a b,，。.!1《》\n而且", max_size=200))
def test_the_clauses_joined_are_the_text(text: str) -> None:
    assert "".join(split(text)) == text.strip()
