"""The connector against the server, over real sockets: the shelf that it puts up, and who opens what on it."""

import itertools
from typing import Any

from core.events import Card, Click, Join, Role, Stream, StreamState
from core.local import Local
from rooms.native import wire
from rooms.native.limits import Limits
from rooms.native.options import ServerOptions
from rooms.native.translate import to_shelf
from tests.rooms.native.bots import UNMETERED, soon

HOODIE = Card(id="1", title=Local("蓝色卫衣", "Blue hoodie"), price=Local("99元", "99 yuan"), stock=12, link=3)
MUG = Card(id="2", title=Local(zh="保温杯"), facts=(Local("容量五百毫升"),))


def many() -> list[Card]:
    """Return more cards than a shelf has places, with longer texts than it shows, too large for one frame."""
    long = Local("长" * 300, "long " * 60)
    return [
        Card(id=str(number), title=long, price=long, stock=10**9, link=number, facts=(long,) * 9)
        for number in range(60)
    ]


async def test_who_opens_a_product_is_told_to_the_bot(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    assert bot.connector.capabilities.shelf
    bot.connector.shelf([HOODIE, MUG])
    ann = await (await served.guest()).hello(name="Ann")
    shelf = await ann.until("shelf")
    assert [product["title"]["zh"] for product in shelf["products"]] == ["蓝色卫衣", "保温杯"]
    await ann.send(type="click", product="1", ref="r")
    made = (await ann.until("ack"))["id"]
    click = await bot.next(Click)
    assert (click.id, click.product, click.room, click.viewer.name) == (made, "1", "ours", "Ann")


async def test_who_opens_something_comes_before_they_do(served: Any, make_bot: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(joins_per_s=0)))
    bot = await make_bot(served.url)
    bot.connector.shelf([HOODIE])
    ann = await (await served.guest()).hello(name="Ann")
    await ann.until("shelf")
    await ann.send(type="click", product="1")
    kinds = list[type]()
    while not kinds or kinds[-1] is not Click:
        item = await bot.connector.events.receive()
        kinds += [type(item)] if item.viewer.name == "Ann" else []
    assert kinds == [Join, Click]


async def test_what_another_bot_opens_is_told_as_its_own_doing(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    bot.connector.shelf([HOODIE])
    other = await (await served.guest()).hello(name="other", token="bot-secret")
    await other.until("shelf")
    await other.send(type="click", product="1")
    assert (await bot.next(Click)).viewer.role is Role.BOT
    assert [click["viewer"]["name"] for click in (await other.until("clicks"))["clicks"]] == ["other"]


async def test_the_shelf_is_put_up_again_where_the_server_began_anew(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url, delays=lambda: itertools.chain([0.3], soon()))
    bot.connector.shelf([HOODIE])
    port = int(served.url.split(":")[2].split("/")[0])
    await served.runner.cleanup()
    while (await bot.next(StreamState)).state is not Stream.BROKEN:
        pass
    bot.connector.shelf([HOODIE, MUG])  # while nobody listens
    await served.serve(UNMETERED, port=port)
    ann = await (await served.guest()).hello()
    assert [product["id"] for product in (await ann.until("shelf"))["products"]] == ["1", "2"]


async def test_the_last_of_many_changes_is_what_everybody_sees(served: Any, make_bot: Any) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    ann = await (await served.guest()).hello()
    for number in range(40):
        bot.connector.shelf([Card(id="1", title=Local(str(number)))])
    told = 0
    while (await ann.until("shelf"))["products"][0]["title"]["zh"] != "39":
        told += 1
    assert told <= 2


async def test_a_shelf_that_is_too_large_for_a_frame_arrives_whole_and_cut_to_its_bounds(
    served: Any, make_bot: Any
) -> None:
    await served.serve(UNMETERED)
    bot = await make_bot(served.url)
    bot.connector.shelf(many())
    ann = await (await served.guest(max_size=None)).hello()
    products = (await ann.until("shelf"))["products"]
    assert [product["id"] for product in products] == [str(number) for number in range(50)]
    assert {len(product["title"]["zh"]) for product in products} == {100}
    assert {len(product["facts"]) for product in products} == {5}
    assert (products[0]["link"], products[1]["link"], products[0]["stock"]) == (None, 1, 1_000_000)


def test_no_message_of_a_shelf_is_larger_than_a_frame_may_be() -> None:
    parts = to_shelf(many())
    assert len(parts) > 1
    assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]
    assert max(len(wire.encode(part)) for part in parts) < Limits().frame_bytes


def test_cards_that_the_room_would_refuse_do_not_cost_the_others_their_place() -> None:
    nameless = [Card(id="3", title=Local("\u202e", " ")), Card(id="4", title=Local())]
    unnameable = [Card(id="", title=Local("x")), Card(id="x" * 201, title=Local("x"))]
    [part] = to_shelf([HOODIE, *nameless, *unnameable, MUG, HOODIE])
    assert [product.id for product in part.products] == ["1", "2"]
    assert to_shelf([])[0].products == ()
