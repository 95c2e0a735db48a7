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


@given(st.text(max_size=300))
def test_any_text_is_read_without_fault(text: str) -> None:
    assert set(slots(text)) <= {"price", "size", "link", "time", "quantity"}


@pytest.mark.parametrize("text", ["三" * 500, "twenty-" * 70, "one " * 125, "1," * 250, "9" * 500, "\ue000号链接" * 80])
def test_long_runs_of_numbers_cost_little(text: str) -> None:
    slots(text)
    begun = time.process_time()
    slots(text)
    assert time.process_time() - begun < 0.05
