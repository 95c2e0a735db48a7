"""What messages name: links, prices, sizes, quantities, times."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.slots import slots


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3号链接还有M码吗", {"size": "M", "link": "3"}),
        ("三号链接多少钱", {"link": "3"}),
        ("第十一号链接", {"link": "11"}),
        ("how much is link 3", {"link": "3"}),
        ("link five?", {"link": "5"}),
        ("#7 pls", {"link": "7"}),
        ("3号发货吗", {}),
        ("来两件XL的", {"size": "XL", "quantity": "2"}),
        ("买3个送1个吗", {"quantity": "3"}),
        ("我要五单", {"quantity": "5"}),
        ("多少钱一件", {}),
        ("i want two of them", {"quantity": "2"}),
        ("can i get 3 please", {"quantity": "3"}),
        ("九块九包邮吗", {"price": "9.9 yuan"}),
        ("99块9能不能便宜点", {"price": "99.9 yuan"}),
        ("两百块两件可以吗", {"price": "200 yuan", "quantity": "2"}),
        ("1299元太贵了", {"price": "1299 yuan"}),
        ("is it under $20", {"price": "20 usd"}),
        ("twenty five dollars ok?", {"price": "25 usd"}),
        ("便宜一点吧", {}),
        ("一点都不好看", {}),
        ("点赞点歌", {}),
        ("我穿42码的鞋", {"size": "42"}),
        ("四十二码", {"size": "42"}),
        ("均码能穿吗", {"size": "one size"}),
        ("大码有吗", {"size": "L"}),
        ("有没有2XL", {"size": "XXL"}),
        ("do you have size m", {"size": "M"}),
        ("明天晚上八点半开播吗", {"time": "tomorrow 20:30"}),
        ("今晚8点播吗", {"time": "today 20:00"}),
        ("20:30开始吗", {"time": "20:30"}),
        ("下午一点开播", {"time": "13:00"}),
        ("八点开播吗", {"time": "8:00"}),
        ("见面会是周六下午三点", {"time": "saturday 15:00"}),
        ("at 8pm tomorrow?", {"time": "tomorrow 20:00"}),
        ("until half past nine", {"time": "9:30"}),
        ("五分钟后开始吗", {"time": "5 minutes"}),
        ("how about 10 minutes", {"time": "10 minutes"}),
        ("i'm 5 feet tall", {}),
        ("今天好热", {"time": "today"}),
        ("", {}),
    ],
)
def test_what_a_message_names_is_read(text: str, expected: dict[str, str]) -> None:
    assert slots(text) == expected


NAMING_WORDS = frozenset(("size", "small", "medium", "large"))
ORDINARY_ENGLISH = """
real quick how many hoodies left
ma'am can you show the mug again
what a program this is
has it been restocked
it was fun last time
as long as you want
is this a good time to ask
i am so tired of the rain
in my country it is early
what sizes do you have
she has been talking all evening long
that is the largest crowd so far
what a smaller world
a small town near the sea
in large part because of you
this is a small streamer with a big heart
the medium does not matter
that was an s tier play
take the l my friend
no way in l.a. does it snow
the oversized look is back
realistically who would win
mailing lists are dead
i cannot recall the name
an item of some kind
my blinking light is broken
two minor issues with the sound
one secret nobody knows
three european players in the final
five buckets of paint
one by one they left the room
from one of us to another
he was looking at three people
we were beaten by two of our friends
nine second-hand books
seven minions and a banana
four daydreams later
exactly my thoughts
it is a matter of taste
the extra largely empty hall
my wife had us all laughing
pixels everywhere on my screen
relaxing music please
this mic sounds amazing
"""
ORDINARY_CHINESE = """
砍一刀帮帮忙
我们一块去玩吧
一块儿看直播
这一块手表真好看
下一个是什么
下一件是啥
说一件事给你们听
这是两码事
一码归一码
我开小号来的
用大号关注了
伟大号召
xs我了
xswl主播太逗
主播s级操作
三欧洲球队
两点建议
聪明天才
小明天天迟到
以后天天来
每天都来看你
唱一首歌吧
十分好看
万一没有呢
统一回复一下
他跑了一百米远
amazing主播
program是什么
我is大学生
"""


@pytest.mark.parametrize("text", [*ORDINARY_ENGLISH.strip().splitlines(), *ORDINARY_CHINESE.strip().splitlines()])
def test_talk_names_nothing(text: str) -> None:
    """A slot stands as words of its own; a few letters within a word, or a number in a figure of speech, are none."""
    found = slots(text)
    assert "size" not in found
    assert set(found) <= {"time"}
    assert found.get("time", "") in {"", "yesterday"}


@given(
    st.lists(
        st.from_regex(r"[a-z]{4,9}", fullmatch=True).filter(lambda word: word not in NAMING_WORDS),
        min_size=1,
        max_size=9,
    )
)
def test_no_words_of_four_letters_and_more_are_a_size_in_letters(words: list[str]) -> None:
    assert slots(" ".join(words)).get("size", "") not in {"S", "M", "L", "XS", "XL"}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("do you have an s", "S"),
        ("i wear m", "M"),
        ("in l please", "L"),
        ("need it in XL", "XL"),
        ("我要xl", "XL"),
        ("XS还有吗", "XS"),
        ("size: m", "M"),
        ("M size pls", "M"),
        ("a large please", "L"),
        ("do you have the small in blue", "S"),
        ("大号还有吗", "L"),
        ("小号的有吗", "S"),
        ("m还有吗主播我穿m", "M"),
    ],
)
def test_a_size_that_stands_alone_is_read(text: str, size: str) -> None:
    assert slots(text).get("size") == size


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("买item 3", "link", "3"),
        ("tomorrow发货吗", "time", "tomorrow"),
        ("他说明天来", "time", "tomorrow"),
        ("at 8 tomorrow", "time", "tomorrow 8:00"),
        ("是20dollars吗", "price", "20 usd"),
        ("5刀可以吗", "price", "5 usd"),
        ("一块钱一个", "price", "1 yuan"),
        ("周一见", "time", "monday"),
    ],
)
def test_a_word_has_an_edge_where_chinese_begins(text: str, name: str, value: str) -> None:
    assert slots(text).get(name) == value


@given(st.text(max_size=300))
def test_any_text_is_read_without_fault(text: str) -> None:
    assert set(slots(text)) <= {"price", "size", "link", "time", "quantity"}


@pytest.mark.parametrize("text", ["三" * 500, "twenty-" * 70, "one " * 125, "1," * 250, "9" * 500, "\ue000号链接" * 80])
def test_long_runs_of_numbers_cost_little(text: str) -> None:
    slots(text)
    begun = time.process_time()
    slots(text)
    assert time.process_time() - begun < 0.05
