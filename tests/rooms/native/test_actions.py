"""The contract of every message: what it does, and when it is refused."""

import struct
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


def voice(sequence: int, count: int, size: int = 4800, *, last: bool = False) -> bytes:
    return struct.pack("<BBHI", 2, last, sequence, count) + bytes(size)


def mic(count: int, size: int = 640, *, last: bool = False) -> bytes:
    return struct.pack("<BBHI", 1, last, 0, count) + bytes(size)


def test_the_bots_voice_reaches_who_wants_it(enter: Enter) -> None:
    bot, ann, quiet = enter("bot"), enter(), enter(audio=("mics",))
    bot.send(type="speech", reply="r", sequence=0, text="", start=0, end=0.1, rate=24_000)
    bot.send_audio(voice(0, 0, last=True))
    assert (ann.frames, quiet.frames, bot.frames) == ([voice(0, 0, last=True)], [], [])


def test_what_is_left_of_a_reply_that_a_moderator_cancelled_is_dropped_without_errors(enter: Enter) -> None:
    bot, ann, mod = enter("bot"), enter(), enter("moderator")
    bot.send(type="speech", reply="r", sequence=0, text="", start=0, end=0.1, rate=24_000)
    mod.send(type="cancel", reply="r")
    bot.send_audio(voice(0, 0))
    bot.send(type="speech", reply="r", sequence=1, text="", start=0, end=0.1, rate=24_000)
    bot.send_audio(voice(1, 1))
    assert (ann.frames, bot.of("error"), len(ann.of("speech"))) == ([], [], 1)
    assert bot.of("cancel")
    bot.send(type="speech", reply="next", sequence=0, text="", start=0, end=0.1, rate=24_000)
    bot.send_audio(voice(0, 0))
    assert len(ann.frames) == 1


def test_the_voice_of_a_lost_bot_is_cancelled(enter: Enter) -> None:
    bot, ann = enter("bot"), enter()
    bot.send(type="speech", reply="r", sequence=0, text="", start=0, end=0.1, rate=24_000)
    bot.lose()
    assert ann.of("cancel")[0]["reply"] == "r"


def test_a_microphone_reaches_who_wants_it_under_its_channel_and_not_its_owner(enter: Enter) -> None:
    ann, bot, quiet = enter(), enter("bot"), enter(audio=("voice",))
    ann.send(type="mic", on=True, rate=16_000)
    ann.send_audio(mic(0))
    (opened,) = bot.of("mic")
    assert (opened["on"], opened["viewer"]["id"]) == (True, ann.id)
    assert bot.frames == [struct.pack("<BBHI", 1, 0, opened["channel"], 0) + bytes(640)]
    assert (ann.frames, quiet.frames, ann.of("mic")) == ([], [], [])
    ann.send(type="mic", on=False)
    assert bot.of("mic")[-1]["on"] is False
    ann.send_audio(mic(1))
    assert ann.of("error")[-1]["code"] == "bad_audio"
    assert len(bot.frames) == 1


def test_late_comers_are_told_of_open_microphones_and_everybody_of_lost_ones(enter: Enter) -> None:
    ann = enter()
    ann.send(type="mic", on=True)
    late = enter(name="Bob")
    assert late.of("mic")[0]["on"] is True
    ann.send(type="rename", name="Bea")
    assert late.of("mic")[-1]["viewer"]["name"] == "Bea"
    ann.lose()
    assert late.of("mic")[-1]["on"] is False


def test_a_timeout_closes_the_microphone_and_says_so_to_its_owner(enter: Enter) -> None:
    ann, mod = enter(), enter("moderator")
    ann.send(type="mic", on=True)
    mod.send(type="timeout", viewer=ann.id, seconds=5)
    assert ann.of("mic")[-1]["on"] is False


def test_eight_microphones_are_open_and_a_ninth_is_not(enter: Enter) -> None:
    people = [enter(name=f"v{number}") for number in range(9)]
    answers = [one.send(type="mic", on=True)["type"] for one in people]
    assert answers == ["ack"] * 8 + ["error"]
    assert people[8].messages[-1]["code"] == "mics_full"
    people[0].send(type="mic", on=False)
    assert people[8].send(type="mic", on=True)["type"] == "ack"


@pytest.mark.parametrize(
    "frame",
    [b"", b"\x01\x00", mic(0, 641), mic(0, 100), mic(0, 6402), b"\x09" + bytes(700), voice(0, 0)],
    ids=["empty", "short", "odd", "too little", "too much", "unknown", "voice of a viewer"],
)
def test_bad_audio_is_refused_and_the_room_goes_on(enter: Enter, frame: bytes) -> None:
    ann, bot = enter(), enter("bot")
    ann.send(type="mic", on=True)
    ann.send_audio(frame)
    assert ann.of("error")[-1]["code"] == "bad_audio"
    ann.send_audio(mic(0))
    assert len(bot.frames) == 1


def test_a_gap_in_the_numbers_is_passed_on_and_a_step_back_is_refused(enter: Enter) -> None:
    ann, bot = enter(), enter("bot")
    ann.send(type="mic", on=True)
    for count in (0, 5, 5, 3, 6):
        ann.send_audio(mic(count))
    assert [struct.unpack_from("<I", frame, 4)[0] for frame in bot.frames] == [0, 5, 6]
    assert len(ann.of("error")) == 2


def test_a_remark_without_a_pause_closes_the_microphone_after_a_minute(enter: Enter, clock: Any) -> None:
    ann, bot = enter(), enter("bot")
    ann.send(type="mic", on=True)
    for count in range(310):
        ann.send_audio(mic(count, 6400))
        clock.now += 0.2
    assert ann.of("mic")[-1]["on"] is False
    assert 300 <= len(bot.frames) <= 302


def test_somebody_who_pauses_may_speak_for_ever(enter: Enter, clock: Any) -> None:
    ann, bot = enter(), enter("bot")
    ann.send(type="mic", on=True)
    for count in range(600):
        ann.send_audio(mic(count, 6400))
        clock.now += 0.8 if count % 100 == 99 else 0.2
    assert len(bot.frames) == 600


def test_sound_faster_than_it_can_be_spoken_is_refused(enter: Enter) -> None:
    ann, bot = enter(), enter("bot")
    ann.send(type="mic", on=True)
    for count in range(20):
        ann.send_audio(mic(count, 6400))
    assert len(bot.frames) == 10  # the burst of two seconds
    assert ann.of("error")[-1]["code"] == "bad_audio"


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


def test_a_bot_is_not_slowed_down(enter: Enter) -> None:
    bot = enter("bot")
    assert all(bot.send(type="say", id=f"r{number}", text="hi")["type"] == "ack" for number in range(500))
