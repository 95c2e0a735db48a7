"""The contract of the messages of viewers: what each does, and when it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from rooms.native import inbound
from rooms.native.room import Room
from rooms.native.wire import Close

Enter = Callable[..., Any]


def test_a_chat_reaches_everybody_its_writer_too(enter: Enter) -> None:
    ann, bob = enter(), enter(name="Bob")
    ack = ann.send(type="chat", text="  你好 \x00", reply_to="x")
    for one in (ann, bob):
        (event,) = one.of("chat")
        assert (event["text"], event["reply_to"], event["viewer"]["name"]) == ("你好", "x", "Ann")
        assert event["id"] == ack["id"]


def test_script_in_a_chat_passes_as_text(enter: Enter) -> None:
    ann = enter()
    ann.send(type="chat", text="<img src=x onerror=alert(1)>")
    assert ann.of("chat")[0]["text"] == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "chat", "text": ""}, "bad_message"),
        ({"type": "chat", "text": " \x00\u202e\n"}, "bad_message"),
        ({"type": "chat", "text": "x" * 501}, "too_long"),
        ({"type": "gift", "gift": "yacht"}, "unknown_gift"),
        ({"type": "mic", "on": True, "rate": 48_000}, "bad_audio"),
        ({"type": "delete", "id": "x"}, "not_allowed"),
        ({"type": "timeout", "viewer": "x", "seconds": 5}, "not_allowed"),
        ({"type": "stream", "state": "ended"}, "not_allowed"),
        ({"type": "say", "id": "r", "text": "hi"}, "not_allowed"),
        ({"type": "state", "state": "thinking"}, "not_allowed"),
        ({"type": "cancel", "reply": "r"}, "not_allowed"),
        ({"type": "duck", "reply": "r", "on": True}, "not_allowed"),
        ({"type": "caption", "id": "u", "viewer": "v", "text": "hi"}, "not_allowed"),
        ({"type": "roll"}, "not_allowed"),
        ({"type": "purchase", "product": "1"}, "not_allowed"),
        ({"type": "hello", "version": 1}, "bad_message"),
        ({"type": "dance"}, "unknown_type"),
    ],
)
def test_a_viewer_is_refused_with_a_reason(enter: Enter, fields: dict[str, Any], code: str) -> None:
    ann, bob = enter(), enter(name="Bob")
    told = len(bob.messages)
    answer = ann.send(**fields)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["message"]
    assert len(bob.messages) == told


def test_a_text_of_just_the_limit_passes(enter: Enter) -> None:
    assert enter().send(type="chat", text="长" * 500)["type"] == "ack"


def test_a_ref_that_was_acknowledged_is_acknowledged_again_and_not_repeated(enter: Enter) -> None:
    ann = enter()
    first = ann.send(type="chat", text="once", ref="same")
    assert ann.send(type="chat", text="once", ref="same") == first
    assert len(ann.of("chat")) == 1


def test_a_ref_is_known_after_a_resume(enter: Enter) -> None:
    ann = enter()
    ann.send(type="chat", text="once", ref="same")
    ann.lose()
    back = enter(session=ann.welcome["session"], seq=ann.messages[-1].get("seq", 0))
    back.send(type="chat", text="once", ref="same")
    assert enter(name="Bob").welcome["history"][-1]["event"]["text"] == "once"
    assert len(enter(name="Cy").welcome["history"]) == 1


def test_a_ref_that_was_refused_can_be_tried_again(enter: Enter) -> None:
    ann = enter()
    assert ann.send(type="gift", gift="yacht", ref="g")["type"] == "error"
    assert ann.send(type="gift", gift="火箭", ref="g")["type"] == "ack"


def test_what_carries_no_ref_is_not_acknowledged(enter: Enter, room: Room) -> None:
    ann = enter()
    inbound.receive(room, ann.member, '{"type":"chat","text":"hi"}')
    assert ann.of("chat")
    assert not ann.of("ack")


def test_a_gift_is_told_with_its_worth(enter: Enter) -> None:
    ann = enter()
    ann.send(type="gift", gift="小心心", count=3)
    (event,) = ann.of("gift")
    assert (event["gift"], event["count"], event["value"]) == ("小心心", 3, 0.3)


@pytest.mark.parametrize("role", ["streamer", "bot"])
def test_an_order_is_told_as_its_buyers(enter: Enter, role: str) -> None:
    ann, till = enter(), enter(role)
    made = till.send(type="purchase", product=" 1\x00 ", count=2, viewer=ann.id)
    (event,) = ann.of("purchase")
    assert (event["id"], event["product"], event["count"], event["viewer"]["name"]) == (made["id"], "1", 2, "Ann")


def test_an_order_of_somebody_who_is_not_here_has_no_buyer(enter: Enter) -> None:
    streamer = enter("streamer")
    streamer.send(type="purchase", product="1")
    assert streamer.of("purchase")[0]["viewer"]["id"] == ""
    assert streamer.send(type="purchase", product="1", viewer="nobody")["code"] == "unknown_viewer"
    assert streamer.send(type="purchase", product=" \x00")["code"] == "bad_message"


@pytest.mark.parametrize("role", ["viewer", "moderator"])
def test_nobody_orders_in_anybodys_name_save_who_takes_the_orders(enter: Enter, role: str) -> None:
    ann, other = enter(), enter(role)
    for buyer in (ann.id, other.id, ""):
        assert other.send(type="purchase", product="1", viewer=buyer)["code"] == "not_allowed"
    assert not ann.of("purchase")


def test_likes_of_a_second_are_one_event(enter: Enter, room: Room, clock: Any) -> None:
    ann, bob = enter(), enter(name="Bob")
    first = ann.send(type="like", count=3)
    second = ann.send(type="like", count=4)
    bob.send(type="like", count=1)
    room.tick()
    assert not bob.of("like")
    clock.now += 1.0
    room.tick()
    assert [(event["viewer"]["name"], event["count"]) for event in bob.of("like")] == [("Ann", 7), ("Bob", 1)]
    assert first["id"] == second["id"] == bob.of("like")[0]["id"]


def test_likes_of_who_leaves_are_not_lost(enter: Enter, room: Room) -> None:
    ann, bob = enter(), enter(name="Bob")
    bob.send(type="like", count=9)
    room.leave(bob.member, bob)
    assert ann.of("like")[0]["count"] == 9


def test_a_second_follow_is_acknowledged_and_not_told(enter: Enter) -> None:
    ann = enter()
    assert [ann.send(type="follow")["type"] for _ in range(2)] == ["ack", "ack"]
    assert len(ann.of("follow")) == 1


def test_a_share_is_told(enter: Enter) -> None:
    ann = enter()
    ann.send(type="share")
    assert ann.of("share")[0]["viewer"]["id"] == ann.id


def test_a_new_name_is_cleaned_told_and_used(enter: Enter) -> None:
    ann = enter()
    ann.send(type="rename", name=" Be\u200ba ")
    assert ann.of("you")[0]["viewer"]["name"] == "Bea"
    ann.send(type="chat", text="hi")
    assert ann.of("chat")[0]["viewer"]["name"] == "Bea"
    ann.send(type="rename", name="小弹")
    assert ann.of("you")[-1]["viewer"]["name"] != "小弹"
    ann.send(type="rename", name="")
    assert ann.of("you")[-1]["viewer"]["name"].startswith("小弹")


def test_a_flood_is_refused_then_closed_and_others_go_on(enter: Enter, clock: Any) -> None:
    ann, bob = enter(), enter(name="Bob")
    for number in range(20):
        assert ann.send(type="chat", text=str(number))["type"] == "ack"
    assert ann.send(type="chat", text="more")["code"] == "too_fast"
    for _ in range(99):
        ann.send(type="chat", text="more")
    assert not ann.closed
    ann.send(type="chat", text="more")
    assert ann.closed is Close.TOO_MANY_REFUSALS
    told = len(ann.messages)
    inbound.receive(ann.room, ann.member, '{"type":"share"}')
    assert len(ann.messages) == told
    assert bob.send(type="chat", text="hello?")["type"] == "ack"
    assert bob.of("leave")


def test_after_a_while_there_may_be_more_messages(enter: Enter, clock: Any) -> None:
    ann = enter()
    for number in range(21):
        ann.send(type="chat", text=str(number))
    clock.now += 10.0
    assert ann.send(type="chat", text="later")["type"] == "ack"
