"""Talk of the bot's own accord: when, how often, and never about what was just said."""

import random

from bot.idle import FRESH, Idle, IdleOptions, Timer, Timers
from nlu.intents import Role
from nlu.knowledge import Knowledge, Local, Product
from nlu.plan import Planner

PRODUCTS = tuple(
    Product(
        id=str(number),
        title=Local(f"商品{number}", f"product {number}"),
        aliases=(),
        price="9元",
        stock=5,
        link=1,
        facts=(),
    )
    for number in range(4)
)
PLANNER = Planner(Knowledge(PRODUCTS, ()), "小弹", "阿杰")


class Clock:
    now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def test_silence_is_broken_twice_at_most_until_somebody_answers() -> None:
    clock = Clock()
    idle = Idle(IdleOptions(after_s=45, in_a_row=2), PRODUCTS, clock)
    spoken = 0
    for _ in range(600):
        clock.now += 1
        spoken += idle.due()
    assert spoken == 2
    idle.message()
    clock.now += 46
    assert idle.due()


def test_a_tense_room_is_left_in_peace() -> None:
    clock = Clock()
    idle = Idle(IdleOptions(after_s=45), PRODUCTS, clock)
    clock.now += 100
    assert not idle.due(tense=0.9)
    assert idle.due(tense=0.1)


def test_a_bot_that_speaks_too_little_waits_half_as_long() -> None:
    clock = Clock()
    idle = Idle(IdleOptions(after_s=40), PRODUCTS, clock)
    clock.now += 21
    assert not idle.due()
    assert idle.due(too_quiet=True)


def test_idle_talk_is_never_about_what_was_just_spoken_of() -> None:
    idle = Idle(IdleOptions(), PRODUCTS, Clock())
    draw = random.Random(1)  # noqa: S311  # the same draw in every run
    for _ in range(200):
        idle.touched(draw.choice(PRODUCTS))
        lately = list(idle._recent)[-FRESH:]
        plan = idle.plan(PLANNER, "小弹", "zh")
        assert plan.product is None or plan.product.id not in lately


def test_idle_talk_names_products_now_and_then_but_none_that_is_sold_out() -> None:
    gone = Product(id="gone", title=Local("没了", "gone"), aliases=(), price="1元", stock=0, link=1, facts=())
    idle = Idle(IdleOptions(), (gone, PRODUCTS[0]), Clock())
    named = [idle.plan(PLANNER, "小弹", "zh").facts.get(Role.PRODUCT) for _ in range(8)]
    assert "商品0" in named
    assert "没了" not in named
    assert None in named


def test_idle_talk_names_no_product_while_none_may_be_offered() -> None:
    idle = Idle(IdleOptions(), PRODUCTS, Clock())
    assert all(idle.plan(PLANNER, "小弹", "zh", may_offer=False).product is None for _ in range(20))


def test_a_timer_waits_for_its_lines_and_for_the_stream() -> None:
    clock = Clock()
    timers = Timers([Timer((60, 60), 3, ("关注不迷路",), only_live=True)], clock, random.Random(1))  # noqa: S311  # the same draw in every run
    clock.now += 61
    assert timers.due(2, live=True) == []
    assert timers.due(3, live=False) == []
    assert timers.due(3, live=True) == ["关注不迷路"]
    assert timers.due(9, live=True) == []
