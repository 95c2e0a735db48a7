"""What a room remembers of its viewers."""

import pytest

from core.local import Local
from nlu.knowledge import Product
from nlu.memory import CHARACTERS, EXCHANGES, PRODUCT_S, VIEWERS, Memory, asks_to_forget

HOODIE = Product(id="1", title=Local("蓝色卫衣"))
MUG = Product(id="2", title=Local("保温杯"))


class Hands:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 100.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def test_what_was_heard_is_remembered_in_order() -> None:
    memory = Memory(Hands())
    memory.heard("a", "多少钱", "99元", HOODIE)
    memory.heard("a", "还有吗", "有12件", HOODIE)
    assert [(e.said, e.answer, e.product) for e in memory.recent("a")] == [
        ("多少钱", "99元", "1"), ("还有吗", "有12件", "1"),
    ]  # fmt: skip
    assert memory.recent("b") == ()


def test_an_answer_that_was_not_heard_leaves_no_trace() -> None:
    memory = Memory(Hands())
    memory.heard("a", "多少钱", "", HOODIE)
    assert memory.recent("a") == ()
    assert memory.last_product("a") is None
    assert memory.answered_ago("a") == float("inf")


def test_each_viewer_has_their_own_last_product_for_a_while_and_others_the_rooms() -> None:
    clock = Hands()
    memory = Memory(clock)
    memory.heard("a", "卫衣", "99元", HOODIE)
    memory.heard("b", "杯子", "59元", MUG)
    assert memory.last_product("a") is HOODIE
    assert memory.last_product("b") is MUG
    assert memory.last_product("c") is MUG
    clock.now += PRODUCT_S + 1
    assert memory.last_product("a") is MUG


def test_what_was_shown_to_all_is_spoken_of_until_a_viewer_is_answered_about_something_else() -> None:
    clock = Hands()
    memory = Memory(clock)
    memory.heard("a", "卫衣", "99元", HOODIE)
    clock.now += 1
    memory.shown(MUG)
    assert memory.last_product("a") is MUG
    assert memory.last_product("b") is MUG
    clock.now += 1
    memory.heard("a", "卫衣", "99元", HOODIE)
    assert memory.last_product("a") is HOODIE


def test_what_was_shown_to_all_outlives_an_edit_as_its_card_stands_then() -> None:
    clock = Hands()
    before, now, dearer = Memory(clock), Memory(clock), Product(id="2", title=Local("保温杯"), price="60元")
    before.heard("a", "卫衣", "99元", HOODIE)
    clock.now += 1
    before.shown(MUG)
    now.take_over(before, {"1": HOODIE, "2": dearer})
    assert now.last_product("a") is dearer


def test_what_was_said_before_a_viewer_was_forgotten_is_known_as_such_also_after_an_edit() -> None:
    clock = Hands()
    before, memory = Memory(clock), Memory(clock)
    before.forget("a")
    memory.take_over(before, {})
    assert memory.forgot("a", 99.0)
    assert not memory.forgot("a", 101.0)
    assert not memory.forgot("b", 99.0)


def test_what_the_last_answer_was_to_is_known_for_a_while() -> None:
    clock = Hands()
    memory = Memory(clock)
    memory.heard("a", "多少钱", "99元", HOODIE, "ask_price")
    assert (memory.last("a"), memory.last("b")) == ("ask_price", "")
    clock.now += PRODUCT_S + 1
    assert memory.last("a") == ""


def test_memory_is_bounded_in_viewers_exchanges_and_characters() -> None:
    memory = Memory(Hands())
    for number in range(VIEWERS + 10):
        memory.heard(str(number), "x" * 1000, "y" * 1000, None)
    for _ in range(EXCHANGES + 3):
        memory.heard("99", "x" * 1000, "y" * 1000, None)
    assert len(memory) == VIEWERS
    assert memory.recent("0") == ()
    assert len(memory.recent("99")) == EXCHANGES
    assert {len(e.said) for e in memory.recent("99")} == {CHARACTERS}


def test_a_viewer_is_forgotten_on_request_and_the_request_itself_is_not_remembered() -> None:
    memory = Memory(Hands())
    memory.heard("a", "多少钱", "99元", HOODIE)
    memory.forget("a")
    memory.heard("a", "忘了我吧", "好的，忘了", None)
    assert memory.recent("a") == ()
    assert len(memory) == 0


@pytest.mark.parametrize(
    "text",
    ["忘了我吧", "小弹，忘掉我", "把我忘了吧", "别记住我", "删除我的记录", "清空我的数据", "forget me",
     "Please forget about me", "delete my data", "don't remember me", "forget everything I said",
     "clear my history pls"],
)  # fmt: skip
def test_a_wish_to_be_forgotten_is_recognised(text: str) -> None:
    assert asks_to_forget(text)


@pytest.mark.parametrize(
    "text",
    ["别忘了我", "不要忘记我哦", "我忘了", "忘了问多少钱", "don't forget me", "i forgot the price", "never forget me",
     "忘带杯子了", "forget it", "记得我吗", ""],
)  # fmt: skip
def test_other_talk_of_forgetting_is_not_one(text: str) -> None:
    assert not asks_to_forget(text)


def test_what_a_viewer_is_being_told_of_is_spoken_of_before_it_was_heard() -> None:
    clock = Hands()
    memory = Memory(clock)
    memory.shown(MUG)
    clock.now += 1
    memory.tells_of("a", HOODIE)
    assert memory.last_product("a") is HOODIE
    assert memory.last_product("b") is MUG
    assert memory.recent("a") == ()
    later = Memory(clock)
    later.take_over(memory, {"1": HOODIE})
    assert later.last_product("a") is HOODIE
    clock.now += 1
    memory.shown(MUG)
    assert memory.last_product("a") is MUG
    memory.tells_of("a", HOODIE)
    memory.forget("a")
    assert memory.last_product("a") is MUG


def test_those_who_are_told_of_something_are_bounded() -> None:
    memory = Memory(Hands())
    for number in range(VIEWERS + 5):
        memory.tells_of(str(number), HOODIE)
    assert len(memory._told_of) == VIEWERS
