"""Viewers are told apart by what they do, ticks of silence fall due in order, and minors are found."""

import pytest

from behaviour.viewers import PRESENT, Known, Viewers, says_minor
from core.events import Role, Viewer


def known(**fields: int | bool) -> Known:
    return Known(joined=0, seen=0, due=30, **fields)  # type: ignore[arg-type]  # counts and a flag, as named


def test_segments_follow_what_somebody_did() -> None:
    assert known().segment(10) == "newcomer"
    assert known().segment(200) == "lurker"
    assert known(talked=3).segment(10) == "talker"
    assert known(gave=1, talked=9).segment(10) == "fan"
    assert known(regular=True).segment(10) == "fan"
    assert known(talked=2, shopped=1).segment(10) == "shopper"
    assert known(talked=9, shopped=1).segment(10) == "talker"


def test_silence_falls_due_again_and_again_and_never_for_the_active() -> None:
    viewers = Viewers(30)
    viewers.seen(Viewer("a", "x"), 0)
    viewers.seen(Viewer("b", "x"), 10)
    viewers.seen(Viewer("a", "x"), 20)
    assert [name for name, _ in viewers.silent(39, 10)] == []
    assert [name for name, _ in viewers.silent(41, 10)] == ["b"]
    assert [name for name, _ in viewers.silent(51, 10)] == ["a"]
    assert [name for name, _ in viewers.silent(72, 10)] == ["b"]


def test_one_tick_notes_no_more_silence_than_it_is_told() -> None:
    viewers = Viewers(30)
    for number in range(500):
        viewers.seen(Viewer(str(number), "x"), 0)
    assert len(list(viewers.silent(100, 200))) == 200
    assert len(list(viewers.silent(100, 200))) == 200
    assert len(list(viewers.silent(100, 200))) == 100


def test_whoever_was_silent_longest_gives_way() -> None:
    viewers = Viewers(30)
    for number in range(PRESENT + 5):
        viewers.seen(Viewer(str(number), "x"), number)
    assert len(viewers) == PRESENT
    assert viewers.get("4") is None
    assert viewers.get("5") is not None


def test_a_subscriber_is_a_regular() -> None:
    assert Viewers(30).seen(Viewer("a", "x", Role.SUBSCRIBER), 0).regular


@pytest.mark.parametrize(
    "text",
    [
        "我才12岁", "我今年十五岁", "我十二岁啦", "本人现在16岁", "我是小学生", "我还在上初二", "我未成年",
        "我是未成年人",
        "I'm 13", "im only 14 lol", "i am 16 years old", "I’m just 12", "I'm a minor", "i'm in middle school",
        "我才１２岁",
        "我12岁", "我还在上小学", "im 11", "i am 13 years old", "im 11 can i buy the hoodie", "我才上五年级",
        "i'm eleven",
        "我是高中生", "i'm in 5th grade", "I’m 11 can i buy it", "我在上初中", "i am twelve years old",
        "i'm 13", "i'm 13 years old", "im 13-years-old", "13 yo", "13 years old here", "im 13yo", "im 12😂", "im 12 :)",
        "im 14 whats the price", "i'm 14 and i love it", "13岁", "13岁了", "13岁，我能买吗", "我今年10岁",
        "我刚上高中能买吗", "刚上初中", "刚上初中能买吗", "我刚上初一", "我13岁 能买吗", "我还在上小学的",
    ],
)  # fmt: skip
def test_whoever_says_that_they_are_under_18_is_a_minor(text: str) -> None:
    assert says_minor(text)


@pytest.mark.parametrize(
    "text",
    [
        "我今年28岁", "我三十岁了", "我儿子12岁", "我家孩子才5岁", "12岁能穿吗", "我12岁的时候就喜欢了", "我12岁那年",
        "I'm 25", "i am 18", "I'm 10 minutes late", "im 5th in line", "my son is 12", "I'm 15% sure",
        "i'm 17 in line", "我是小学老师", "我要12个", "", "我" * 5_000,
        "11号链接", "link 11", "12块", "我12号下单", "i'm 11 in the queue", "i'm 5 11", "im 5'11", "i'm 16 out of 20",
        "我高一的时候", "我上小学的时候就喜欢", "我是高中老师", "im seven feet tall", "im 12 behind", "size 11",
        "我买11号",
        "im 6 foot 2 will it fit", "im 5 foot 9", "im 15 stone", "i'm 17 inch waist", "im 10 minutes late",
        "im 14 levels in", "im 6-foot-2", "im 6”", "im 10.5", "im 10/10 happy", "i'm 12 in uk sizes", "im 10st",
        "im 10 and counting", "im 10 - 15 min away", "im 14 episodes behind", "13 yo whisky", "my son is 13 yo",
        "13岁能穿吗", "13岁，我儿子能穿吗", "我儿子刚上高中", "刚上高中的孩子能穿吗", "我刚上高中的女儿",
        "刚上初中能穿吗", "我是高中生家长",
    ],
)  # fmt: skip
def test_whoever_speaks_of_something_else_is_not(text: str) -> None:
    assert not says_minor(text)


def test_a_minor_stays_marked_until_they_are_forgotten_or_for_good_in_settings() -> None:
    viewers = Viewers(30, minors=["listed"])
    viewers.mark_minor("a")
    viewers.left("a")
    assert viewers.is_minor("a")
    viewers.forget("a")
    viewers.forget("listed")
    assert not viewers.is_minor("a")
    assert viewers.is_minor("listed")
