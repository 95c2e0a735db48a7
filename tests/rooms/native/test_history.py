"""What a room remembers."""

import json
from typing import Any

from core.events import Viewer
from rooms.native import server_messages as server
from rooms.native.history import RING_BYTES, History
from rooms.native.limits import Limits

ANN, BOB = Viewer("a", "Ann"), Viewer("b", "Bob")


def chat(name: str, text: str = "hi", viewer: Viewer = ANN) -> server.ChatEvent:
    return server.ChatEvent(id=name, at=0, viewer=viewer, text=text)


def removed(**fields: str) -> server.RemovedEvent:
    return server.RemovedEvent(id="gone", at=0, viewer=BOB, **fields)


def ids(told: list[server.EventTold] | None) -> list[Any]:
    return [json.loads(bytes(one.event))["id"] for one in told or []]


def test_events_count_up_by_one() -> None:
    history = History(Limits())
    assert [history.add(chat(str(number))).seq for number in range(3)] == [1, 2, 3]


def test_what_was_missed_is_exactly_what_came_after() -> None:
    history = History(Limits())
    for number in range(1, 6):
        history.add(chat(str(number)))
    assert ids(history.missed(3)) == ["4", "5"]
    assert history.missed(5) == []


def test_who_missed_more_than_the_ring_holds_is_told_so() -> None:
    history = History(Limits(ring=3))
    for number in range(1, 6):
        history.add(chat(str(number)))
    assert ids(history.missed(2)) == ["3", "4", "5"]
    assert history.missed(1) is None


def test_a_number_from_the_future_is_not_resumed() -> None:
    assert History(Limits()).missed(1) is None


def test_the_ring_is_bounded_in_bytes_too() -> None:
    history = History(Limits())
    for number in range(400):
        history.add(chat(str(number), "长" * 500))
    assert history.missed(0) is None
    kept = history.missed(390)
    assert kept is not None
    assert history._bytes <= RING_BYTES


def test_newcomers_see_the_newest_messages_and_nothing_else() -> None:
    history = History(Limits(history=2))
    for number in range(3):
        history.add(chat(str(number)))
        history.add(server.LikeEvent(id=f"like{number}", at=0, viewer=ANN, count=1))
    assert ids(history.recent()) == ["1", "2"]


def test_a_growing_reply_is_shown_once_with_its_newest_text() -> None:
    history = History(Limits())
    for text in ("你", "你好"):
        history.add(
            server.SayEvent(
                id="r", at=0, viewer=BOB, text=text, language="zh", to=(), event="", intent="", route="", final=False
            )
        )
    assert [json.loads(bytes(told.event))["text"] for told in history.recent()] == ["你好"]
    assert history.said("r")


def test_a_withdrawn_message_is_shown_to_nobody_and_numbers_stay() -> None:
    history = History(Limits())
    history.add(chat("1", "rude"))
    history.add(chat("2"))
    event = removed(message="1")
    history.withdraw(event)
    history.add(event)
    assert ids(history.recent()) == ["2"]
    missed = history.missed(0)
    assert ids(missed) == ["gone", "2", "gone"]
    assert [told.seq for told in missed or []] == [1, 2, 3]
    assert history.withdrawn("1")


def test_all_that_a_viewer_wrote_can_be_withdrawn() -> None:
    history = History(Limits())
    for name, viewer in (("1", ANN), ("2", BOB), ("3", ANN)):
        history.add(chat(name, viewer=viewer))
    history.withdraw(removed(target="a"))
    assert ids(history.recent()) == ["2"]
    assert history.wrote("a")
    assert not history.wrote("nobody")


def test_who_wrote_what_is_forgotten_after_a_while() -> None:
    history = History(Limits(known_messages=2))
    for number in range(3):
        history.add(chat(str(number)))
    assert [history.author(str(number)) for number in range(3)] == [None, "a", "a"]
