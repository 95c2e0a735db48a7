"""The contract of the messages of moderators, streamers and bots: what each does, and when it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from rooms.native.room import Room

Enter = Callable[..., Any]


def test_a_moderator_withdraws_a_message_for_everybody_and_for_who_comes_later(enter: Enter) -> None:
    ann, mod = enter(), enter("moderator", name="Mo")
    message = ann.send(type="chat", text="rude")["id"]
    mod.send(type="delete", id=message)
    assert ann.of("removed")[0]["message"] == message
    assert enter(name="Bob").welcome["history"] == []
    assert mod.send(type="delete", id="no-such")["code"] == "unknown_message"


def test_a_timeout_silences_a_viewer_and_withdraws_what_they_wrote(enter: Enter, room: Room, clock: Any) -> None:
    ann, mod = enter(), enter("moderator", name="Mo")
    ann.send(type="chat", text="rude")
    mod.send(type="timeout", viewer=ann.id, seconds=60)
    assert ann.of("muted") == [{"type": "muted", "seconds": 60.0}]
    assert ann.of("removed")[0]["target"] == ann.id
    for fields in ({"type": "chat", "text": "x"}, {"type": "rename", "name": "x"}, {"type": "mic", "on": True}):
        assert ann.send(**fields)["code"] == "muted"
    ann.lose()
    clock.now += 20
    back = enter(session=ann.welcome["session"], seq=0)
    assert back.welcome["muted"] == pytest.approx(40)
    clock.now += 40
    assert back.send(type="chat", text="sorry")["type"] == "ack"


def test_a_timeout_of_nothing_lifts_it(enter: Enter) -> None:
    ann, mod = enter(), enter("moderator")
    mod.send(type="timeout", viewer=ann.id, seconds=60)
    mod.send(type="timeout", viewer=ann.id, seconds=0)
    assert ann.send(type="chat", text="hi")["type"] == "ack"
    assert len(ann.of("removed")) == 1


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("moderator", "viewer", True),
        ("moderator", "moderator", False),
        ("moderator", "streamer", False),
        ("moderator", "bot", False),
        ("bot", "viewer", True),
        ("bot", "moderator", False),
        ("streamer", "moderator", True),
        ("streamer", "bot", True),
        ("streamer", "streamer", False),
    ],
)
def test_who_may_silence_whom(enter: Enter, who: str, whom: str, *, allowed: bool) -> None:
    actor, target = enter(who, name="One"), enter(whom, name="Two")
    answer = actor.send(type="timeout", viewer=target.id, seconds=5)
    assert answer["type"] == ("ack" if allowed else "error")


def test_what_somebody_wrote_who_is_gone_can_still_be_withdrawn(enter: Enter, room: Room) -> None:
    ann, mod = enter(), enter("moderator")
    ann.send(type="chat", text="rude")
    room.leave(ann.member, ann)
    assert mod.send(type="timeout", viewer=ann.id, seconds=60)["type"] == "ack"
    assert mod.of("removed")[0]["target"] == ann.id
    assert mod.send(type="timeout", viewer="nobody", seconds=60)["code"] == "unknown_viewer"


def test_the_stream_ends_and_late_comers_know(enter: Enter) -> None:
    streamer, ann = enter("streamer"), enter()
    streamer.send(type="stream", state="ended", why="晚安")
    assert (ann.of("stream")[0]["state"], ann.of("stream")[0]["why"]) == ("ended", "晚安")
    assert enter().welcome["room"]["stream"] == "ended"


def test_a_bots_words_grow_under_one_id(enter: Enter) -> None:
    bot, ann = enter("bot"), enter()
    bot.send(type="say", id="r1", text="欢", language="zh", to=[ann.id], event="x", final=False)
    bot.send(type="say", id="r1", text="欢迎", language="zh", to=[ann.id], event="x", intent="greet", route="t5")
    assert [(event["id"], event["text"], event["final"]) for event in ann.of("say")] == [
        ("r1", "欢", False), ("r1", "欢迎", True),
    ]  # fmt: skip
    assert ann.of("say")[1]["to"] == [ann.id]
    (kept,) = enter().welcome["history"]
    assert kept["event"]["text"] == "欢迎"


def test_words_that_were_withdrawn_do_not_come_back_when_they_grow(enter: Enter) -> None:
    bot, mod = enter("bot"), enter("moderator")
    bot.send(type="say", id="r1", text="bad", final=False)
    mod.send(type="delete", id="r1")
    assert bot.send(type="say", id="r1", text="bad and worse")["type"] == "ack"
    assert len(mod.of("say")) == 1


def test_a_bot_cannot_rewrite_what_a_viewer_wrote(enter: Enter) -> None:
    bot, ann = enter("bot"), enter()
    message = ann.send(type="chat", text="mine")["id"]
    assert bot.send(type="say", id=message, text="yours")["code"] == "not_allowed"


def test_speech_duck_state_and_caption_are_passed_on_without_their_ref(enter: Enter) -> None:
    bot, ann = enter("bot"), enter()
    bot.send(type="speech", reply="r", sequence=0, text="a\x00b", start=0, end=1.0, rate=24_000)
    bot.send(type="duck", reply="r", on=True)
    bot.send(type="state", state="speaking")
    bot.send(type="caption", id="u", viewer=ann.id, text="hi", language="en", final=True)
    assert ann.of("speech")[0]["text"] == "ab"
    assert all(ann.of(kind)[-1].get("ref", "") == "" for kind in ("speech", "duck", "state", "caption"))
    assert ann.of("caption")[0]["viewer"]["name"] == "Ann"
    assert not bot.of("speech")
    assert enter().welcome["room"]["bot"]["state"] == "speaking"


def test_a_bot_cannot_say_that_it_is_absent_or_caption_who_is_not_there(enter: Enter) -> None:
    bot = enter("bot")
    assert bot.send(type="state", state="absent")["code"] == "bad_message"
    assert bot.send(type="caption", id="u", viewer="nobody", text="hi")["code"] == "unknown_viewer"


def test_a_bot_is_not_slowed_down(enter: Enter) -> None:
    bot = enter("bot")
    assert all(bot.send(type="say", id=f"r{number}", text="hi")["type"] == "ack" for number in range(500))
