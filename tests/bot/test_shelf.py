"""What the room sells on the platform's shelf; who opens it is noted, learned from, and never answered."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from behaviour.room import RoomBehaviour, RoomBehaviourOptions
from bot.shelf import ShelfDisplay, card
from core.events import Card, Chat, Click, Join, Outcome
from core.local import Local
from nlu.knowledge import Product
from nlu.shelf import Shelf
from rooms.source import Capabilities
from tests.bot import crowded_room
from tests.bot.crowded_room import KNOWLEDGE, SlowVoice, event

HOODIE = Product(
    id="1", title=Local("蓝色卫衣", "the blue hoodie"), price="99元", stock=12, link=3,
    facts=(Local("面料是纯棉", "the fabric is pure cotton"),),
)  # fmt: skip
MUG = Product(id="2", title=Local(zh="保温杯"), price="$12", link=1)
STICKER = Product(id="3", title=Local(en="an apple sticker"), price="2元")


class ShopWindow:
    """A platform that notes what is put up."""

    def __init__(self) -> None:
        self.shown: list[list[Card]] = []

    def shelf(self, cards: Sequence[Card]) -> None:
        self.shown.append(list(cards))


def display(*products: Product) -> tuple[ShopWindow, Shelf, ShelfDisplay]:
    window, shelf = ShopWindow(), Shelf(products)
    return window, shelf, ShelfDisplay(window, shelf, products)  # type: ignore[arg-type]  # nothing else is asked of it


def test_a_card_says_what_the_settings_say_in_both_languages_as_it_stands_alone() -> None:
    assert card(HOODIE) == Card(
        id="1", title=Local("蓝色卫衣", "Blue hoodie"), price=Local("99元", "99 yuan"), stock=12, link=3,
        facts=(Local("面料是纯棉", "the fabric is pure cotton"),),
    )  # fmt: skip
    assert card(MUG).title == Local("保温杯", "")
    assert card(STICKER).title == Local("", "Apple sticker")
    assert card(MUG).price == Local("12美元", "12 dollars")


def test_cards_are_put_up_by_their_links_and_once() -> None:
    window, _, shown = display(STICKER, HOODIE, MUG)
    for _ in range(3):
        shown.tick()
    assert [[card.id for card in cards] for cards in window.shown] == [["2", "1", "3"]]


def test_a_price_or_a_stock_that_changes_is_put_up_again() -> None:
    window, shelf, shown = display(HOODIE, MUG)
    shown.tick()
    shelf.sell(HOODIE, 2)
    shown.tick()
    shelf.reprice(HOODIE, "79元")
    shown.tick()
    shelf.reprice(HOODIE, None)
    shown.tick()
    hoodies = [cards[1] for cards in window.shown]
    assert [(one.stock, one.price.zh) for one in hoodies] == [(12, "99元"), (10, "99元"), (10, "79元"), (10, "99元")]


def test_a_room_without_products_puts_nothing_up() -> None:
    window, _, shown = display()
    shown.tick()
    assert window.shown == []


class ShopRoom(SlowVoice):
    """A room whose platform has a shelf, or has none."""

    def __init__(self, *, shelf: bool) -> None:
        super().__init__()
        self.capabilities = Capabilities(platform="native", say=True, shelf=shelf)
        self.shown: list[list[str]] = []

    def shelf(self, cards: Sequence[Card]) -> None:
        self.shown.append([card.id for card in cards])


Virtual = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


@pytest.mark.parametrize("shelf", [True, False])
def test_a_bot_puts_up_its_products_where_the_platform_has_a_shelf(virtual_time: Virtual, *, shelf: bool) -> None:
    async def test(clock: Any) -> list[list[str]]:
        room = ShopRoom(shelf=shelf)
        running = asyncio.create_task(crowded_room.bot(room, clock).run())
        await asyncio.sleep(2)
        room.stop()
        await running
        return room.shown

    assert virtual_time(test) == ([[product.id for product in KNOWLEDGE.products]] if shelf else [])


def test_who_opens_a_product_is_noted_and_never_answered(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, _: Any) -> None:
        room.events.send(event(Click, "小鱼", id="c1", product="1"))
        room.events.send(event(Click, "小鱼", id="c1", product="1"))
        await asyncio.sleep(1)

    room, bot = crowded_room.play(virtual_time, script)
    assert room.said == []
    [decision] = [one for one in bot.decisions if one.event == "c1"]
    assert (decision.outcome, decision.code, decision.values) == (Outcome.NOTED, "counted", {})


class Clock:
    """Time that stands still."""

    def wall(self) -> float:
        return 1_000.0

    def monotonic(self) -> float:
        return 1_000.0


def test_who_opens_a_product_is_where_that_state_is_and_counts_as_a_shopper() -> None:
    mind = RoomBehaviour(RoomBehaviourOptions(room="main"), Clock(), 7)
    mind.observe(event(Join, "ann"))
    for _ in range(2):
        mind.observe(event(Click, "ann", product="1"))
    found = mind.explain("ann")
    assert [node.state for node in found.chain.nodes if node.here] == ["click"]
    mind.observe(event(Chat, "bob", text="hi"), "small_talk")
    person, other = found.person, mind.explain("bob").person
    assert person is not None
    assert other is not None
    assert (person.segment, other.segment) == ("shopper", "newcomer")
    assert person.buys > other.buys
