"""The contract of the shelf: who puts it up, who is told of it, and that what somebody opens is told to bots alone."""

from collections.abc import Callable
from typing import Any

import pytest

from rooms.native.room import Room
from rooms.native.wire import Close

Enter = Callable[..., Any]
HOODIE = {"id": "1", "link": 3, "title": {"zh": "蓝色卫衣", "en": "Blue hoodie"}, "price": {"zh": "99元"}, "stock": 12}
MUG = {"id": "2", "title": {"zh": "保温杯"}, "facts": [{"zh": "容量五百毫升", "en": "it holds half a litre"}]}


@pytest.fixture
def pass_time(room: Room, clock: Any) -> Callable[[float], None]:
    """Return a function that lets seconds pass in the room."""

    def pass_time(seconds: float) -> None:
        clock.now += seconds
        room.tick()

    return pass_time


def put_up(bot: Any, *products: Any, more: bool = False) -> dict[str, Any]:
    answer: dict[str, Any] = bot.send(type="shelf", products=list(products), more=more)
    return answer


def ids(told: dict[str, Any]) -> list[str]:
    return [product["id"] for product in told["products"]]


def test_everybody_is_told_what_a_bot_puts_up_and_who_comes_later_after_their_welcome(
    enter: Enter, pass_time: Any
) -> None:
    ann, bot = enter(), enter("bot")
    assert put_up(bot, HOODIE, MUG)["type"] == "ack"
    pass_time(1)
    told = ann.of("shelf")[-1]
    assert (ids(told), told["whole"]) == (["1", "2"], True)
    assert told["products"][0]["price"] == {"zh": "99元", "en": ""}
    late = enter(name="Bob")
    assert [message["type"] for message in late.messages[:2]] == ["welcome", "shelf"]
    assert late.of("shelf") == [told]
    assert "ref" not in told


def test_where_nothing_is_sold_nobody_is_told_of_a_shelf(enter: Enter, pass_time: Any) -> None:
    enter("bot")
    ann = enter()
    pass_time(5)
    assert ann.of("shelf") == []


@pytest.mark.parametrize("role", ["viewer", "moderator", "streamer"])
def test_nobody_but_a_bot_puts_up_a_shelf(enter: Enter, role: str) -> None:
    enter("bot")
    assert put_up(enter(role), HOODIE)["code"] == "not_allowed"


def test_changes_of_a_second_are_told_as_one_and_only_what_changed_where_the_places_stay(
    enter: Enter, pass_time: Any
) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE, MUG)
    pass_time(1)
    for stock in (11, 10, 9):
        put_up(bot, HOODIE | {"stock": stock}, MUG)
    pass_time(0.5)
    assert len(ann.of("shelf")) == 1
    pass_time(0.5)
    told = ann.of("shelf")[-1]
    assert (len(ann.of("shelf")), ids(told), told["products"][0]["stock"], told["whole"]) == (2, ["1"], 9, False)
    assert [product["stock"] for product in enter(name="Bob").of("shelf")[0]["products"]] == [9, None]
    put_up(bot, MUG, HOODIE)
    pass_time(1)
    assert (ids(ann.of("shelf")[-1]), ann.of("shelf")[-1]["whole"]) == (["2", "1"], True)


def test_a_change_that_is_undone_within_the_second_is_not_told(enter: Enter, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    pass_time(1)
    put_up(bot, MUG)
    put_up(bot, HOODIE)
    pass_time(2)
    assert len(ann.of("shelf")) == 1


def test_a_shelf_in_several_messages_stands_when_the_last_one_is_there(enter: Enter, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE, more=True)
    pass_time(2)
    assert ann.of("shelf") == []
    put_up(bot, MUG)
    pass_time(2)
    assert ids(ann.of("shelf")[0]) == ["1", "2"]


def test_too_much_is_refused_and_what_stood_there_stays(enter: Enter, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    many = [MUG | {"id": str(number)} for number in range(51)]
    assert put_up(bot, *many)["code"] == "bad_message"
    assert put_up(bot, *many[:50], more=True)["type"] == "ack"
    assert put_up(bot, many[50])["code"] == "too_long"
    pass_time(2)
    assert ids(ann.of("shelf")[0]) == ["1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {"zh": "\u202e \u0000"}},
        {"title": {"zh": "长" * 101}},
        {"title": "text"},
        {"price": {"en": "x" * 101}},
        {"facts": [{"zh": "x"}] * 6},
        {"stock": -1},
        {"link": 0},
        {"id": ""},
        {"id": "x" * 201},
        {"id": "2"},
    ],
    ids=str,
)
def test_what_is_not_within_its_bounds_is_refused(enter: Enter, wrong: dict[str, Any]) -> None:
    assert put_up(enter("bot"), HOODIE | wrong, MUG)["code"] == "bad_message"


def test_texts_stay_text_without_control_and_bidirectional_characters(enter: Enter, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, MUG | {"title": {"zh": "<b>a\u202eb\nc</b>"}, "facts": [{"zh": "\u202e"}, {"en": "x\u0007"}]})
    pass_time(1)
    [product] = ann.of("shelf")[0]["products"]
    assert product["title"]["zh"] == "<b>ab c</b>"
    assert product["facts"] == [{"zh": "", "en": "x"}]


def test_the_shelf_is_cleared_when_the_last_bot_is_gone_and_that_is_told(
    enter: Enter, room: Room, pass_time: Any
) -> None:
    ann, bot, other = enter(), enter("bot"), enter("bot")
    put_up(bot, HOODIE)
    pass_time(1)
    room.leave(bot.member, bot)
    pass_time(2)
    assert len(ann.of("shelf")) == 1
    other.lose()
    pass_time(9)
    assert len(ann.of("shelf")) == 1  # it may come back
    pass_time(1)
    pass_time(1)
    assert (ids(ann.of("shelf")[-1]), ann.of("shelf")[-1]["whole"]) == ([], True)
    assert ann.send(type="click", product="1")["code"] == "unknown_product"
    assert enter(name="Bob").of("shelf") == []


def test_a_bot_that_takes_the_place_of_another_shows_its_shelf_without_an_empty_one_between(
    enter: Enter, room: Room, pass_time: Any
) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    pass_time(1)
    room.leave(bot.member, bot)
    pass_time(0.5)
    put_up(enter("bot"), MUG)
    pass_time(0.5)
    assert [ids(told) for told in ann.of("shelf")] == [["1"], ["2"]]


def test_half_a_shelf_of_a_bot_that_is_gone_is_forgotten(enter: Enter, room: Room, pass_time: Any) -> None:
    ann, bot, other = enter(), enter("bot"), enter("bot")
    put_up(bot, HOODIE, more=True)
    room.leave(bot.member, bot)
    put_up(other, MUG)
    pass_time(1)
    assert ids(ann.of("shelf")[0]) == ["2"]


def test_who_resumes_is_told_even_that_nothing_stands_there_any_more(enter: Enter, room: Room, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    pass_time(1)
    ann.lose()
    room.leave(bot.member, bot)
    pass_time(1)
    back = enter(session=ann.welcome["session"], seq=ann.welcome["seq"])
    assert back.welcome["resumed"] is True
    assert [ids(told) for told in back.of("shelf")] == [[]]


def test_what_somebody_opens_is_told_to_bots_alone_and_is_in_no_history(
    enter: Enter, room: Room, clock: Any, pass_time: Any
) -> None:
    ann, bot, second = enter(), enter("bot"), enter("bot")
    others = [enter(role) for role in ("viewer", "moderator", "streamer")]
    put_up(bot, HOODIE, MUG)
    pass_time(1)
    seq, at = room.history.seq, clock.wall()
    made = ann.send(type="click", product="1")
    assert made["type"] == "ack"
    assert bot.of("clicks") == []
    pass_time(0.25)
    ann.send(type="click", product="2")
    pass_time(0.25)
    first, then = bot.of("clicks")
    assert first["clicks"] == [
        {"kind": "click", "id": made["id"], "at": at, "viewer": ann.welcome["you"], "product": "1"}
    ]
    assert then["clicks"][0]["product"] == "2"
    assert second.of("clicks") == [first, then]
    assert all(not one.of("clicks") and not one.of("click") for one in (ann, *others))
    assert room.history.seq == seq
    assert enter(name="Bob").welcome["history"] == []


def test_what_is_not_on_the_shelf_cannot_be_opened(enter: Enter, pass_time: Any) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    assert ann.send(type="click", product="9")["code"] == "unknown_product"
    assert ann.send(type="click", product="1")["type"] == "ack"
    assert ann.send(type="click")["code"] == "bad_message"


def test_opening_counts_as_a_message_and_those_who_refuse_to_stop_are_closed(enter: Enter) -> None:
    ann = enter()
    put_up(enter("bot"), HOODIE)
    answers = [ann.send(type="click", product="1") for _ in range(121)]
    assert [answer["type"] for answer in answers[:20]] == ["ack"] * 20
    assert {answer["code"] for answer in answers[20:]} == {"too_fast"}
    assert ann.closed is Close.TOO_MANY_REFUSALS


def test_the_same_product_twice_at_once_is_one(enter: Enter, pass_time: Any) -> None:
    ann, bob, bot = enter(), enter(name="Bob"), enter("bot")
    put_up(bot, HOODIE, MUG)
    made = [who.send(type="click", product=product)["id"] for who in (ann, bob) for product in ("1", "1", "2")]
    pass_time(0.25)
    assert [click["id"] for click in bot.of("clicks")[0]["clicks"]] == [made[0], made[2], made[3], made[5]]
    assert (made[0], made[3]) == (made[1], made[4])


def test_what_is_opened_beyond_the_bound_is_acknowledged_and_dropped(
    enter: Enter, make_room: Callable[..., Room]
) -> None:
    room = make_room(clicks=3)
    bot = enter("bot", room=room)
    put_up(bot, HOODIE)
    viewers = [enter(name=str(number), room=room) for number in range(5)]
    made = [viewer.send(type="click", product="1") for viewer in viewers]
    assert [(answer["type"], bool(answer["id"])) for answer in made] == [("ack", True)] * 3 + [("ack", False)] * 2
    room.tick()
    assert [click["viewer"]["name"] for click in bot.of("clicks")[0]["clicks"]] == ["0", "1", "2"]
    assert viewers[4].send(type="click", product="1")["id"]


def test_what_somebody_opened_is_told_before_their_leaving(enter: Enter, room: Room) -> None:
    ann, bot = enter(), enter("bot")
    put_up(bot, HOODIE)
    ann.send(type="click", product="1")
    room.leave(ann.member, ann)
    kinds = [said["event"]["kind"] if said["type"] == "event" else said["type"] for said in bot.messages]
    assert [kind for kind in kinds if kind in ("clicks", "leave")] == ["clicks", "leave"]
