"""Coming, going, resuming, names and numbers, without sockets."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from core.events import Viewer
from rooms.native import client_messages as client
from rooms.native import wire
from rooms.native.history import RING_BYTES
from rooms.native.room import JoinRefusedError, Room
from rooms.native.wire import Close

Enter = Callable[..., Any]


def test_a_newcomer_learns_who_they_are_and_where(enter: Enter) -> None:
    welcome = enter(name="Ann").welcome
    assert (welcome["you"]["name"], welcome["you"]["role"], welcome["you"]["level"]) == ("Ann", "viewer", 0)
    assert welcome["room"] == {
        "id": "main",
        "title": "衣服",
        "streamer": "小美",
        "bot": {"name": "小弹", "state": "absent"},
        "stream": "live",
    }
    assert welcome["limits"] == {"text": 500, "name": 24, "frame_bytes": 16384, "messages_per_10s": 20}
    assert (welcome["viewers"], welcome["resumed"], welcome["muted"], welcome["history"]) == (1, False, 0.0, [])


@pytest.mark.parametrize(("role", "messages"), [("viewer", 20), ("moderator", 60), ("streamer", 60), ("bot", 0)])
def test_a_token_gives_its_role_and_its_limits(enter: Enter, role: str, messages: int) -> None:
    welcome = enter(role).welcome
    assert (welcome["you"]["role"], welcome["limits"]["messages_per_10s"]) == (role, messages)


def test_a_wrong_token_opens_nothing(enter: Enter, room: Room) -> None:
    with pytest.raises(JoinRefusedError) as refusal:
        room.join(client.Hello(version=1, token="guess"), enter())
    assert refusal.value.code is Close.WRONG_TOKEN


def test_another_version_is_refused(enter: Enter, room: Room) -> None:
    with pytest.raises(JoinRefusedError) as refusal:
        room.join(client.Hello(version=2), enter())
    assert refusal.value.code is Close.NO_HELLO


def test_late_comers_see_the_last_messages_and_not_the_rest(enter: Enter) -> None:
    ann = enter()
    ann.send(type="chat", text="one")
    ann.send(type="follow")
    ann.send(type="gift", gift="小心心", count=2)
    late = enter(name="Bob").welcome
    assert [told["event"]["kind"] for told in late["history"]] == ["chat", "gift"]
    assert late["seq"] == 4  # the first join and the follow count too; the second join comes after its welcome


def test_events_are_numbered_without_gaps_for_everybody(enter: Enter) -> None:
    ann, bob = enter(), enter(name="Bob")
    for number in range(5):
        ann.send(type="chat", text=str(number))
        bob.send(type="share")
    seqs = [said["seq"] for said in bob.messages if said["type"] == "event"]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert seqs[0] == bob.welcome["seq"] + 1


def test_ids_of_events_differ_between_servers(make_room: Callable[..., Room]) -> None:
    assert make_room().new_id() != make_room().new_id()


def test_a_lost_viewer_resumes_with_exactly_what_was_missed(enter: Enter) -> None:
    ann, bob = enter(), enter(name="Bob")
    seq = bob.messages[-1]["seq"]
    bob.lose()
    ann.send(type="chat", text="missed")
    back = enter(name="", session=bob.welcome["session"], seq=seq)
    assert back.welcome["resumed"] is True
    assert [told["event"]["text"] for told in back.welcome["history"]] == ["missed"]
    assert back.welcome["you"] == bob.welcome["you"]
    ann.send(type="chat", text="next")
    assert back.of("chat")[-1]["text"] == "next"


def test_who_missed_more_than_is_kept_is_told_so_and_keeps_their_id(
    make_room: Callable[..., Room], enter: Enter
) -> None:
    room = make_room(ring=10)
    ann, bob = enter(room=room, role="moderator"), enter(room=room, name="Bob")
    bob.lose()
    for number in range(11):
        ann.send(type="chat", text=str(number))
    back = enter(room=room, session=bob.welcome["session"], seq=bob.messages[-1]["seq"]).welcome
    assert (back["resumed"], back["you"]["id"]) == (False, bob.id)
    assert len(back["history"]) == 11


def test_a_session_that_nobody_knows_begins_a_new_one(enter: Enter) -> None:
    welcome = enter(session="stolen", seq=3).welcome
    assert welcome["resumed"] is False
    assert welcome["session"] != "stolen"


def test_a_viewers_session_does_not_come_back_as_a_moderator(enter: Enter) -> None:
    ann = enter()
    back = enter("moderator", session=ann.welcome["session"], seq=ann.welcome["seq"]).welcome
    assert back["you"]["id"] != ann.id
    assert back["you"]["role"] == "moderator"


def test_a_second_connection_replaces_the_first(enter: Enter) -> None:
    ann = enter()
    again = enter(session=ann.welcome["session"], seq=ann.welcome["seq"])
    assert ann.closed is Close.REPLACED
    ann.lose()  # the old connection ends afterwards, and changes nothing
    again.send(type="chat", text="still here")
    assert again.of("chat")


def test_nobody_leaves_before_ten_seconds_and_everybody_after(enter: Enter, room: Room, clock: Any) -> None:
    ann, bob = enter(), enter(name="Bob")
    bob.lose()
    clock.now += 9.9
    room.tick()
    assert (ann.of("leave"), room.viewers()) == ([], 2)
    clock.now += 0.2
    room.tick()
    assert [event["viewer"]["name"] for event in ann.of("leave")] == ["Bob"]
    clock.now += 1.0
    room.tick()
    assert ann.of("presence")[-1]["viewers"] == 1


def test_who_comes_back_late_is_told_of_again_and_later_than_that_is_new(enter: Enter, room: Room, clock: Any) -> None:
    ann, bob = enter(), enter(name="Bob")
    bob.lose()
    clock.now += 60
    room.tick()
    back = enter(session=bob.welcome["session"], seq=bob.welcome["seq"])
    assert (back.welcome["resumed"], back.id) == (True, bob.id)
    assert [event["viewer"]["id"] for event in ann.of("join")].count(bob.id) == 2
    back.lose()
    clock.now += 121
    room.tick()
    late = enter(session=bob.welcome["session"], seq=bob.welcome["seq"])
    assert (late.welcome["resumed"], late.id == bob.id) == (False, False)


def test_who_leaves_for_good_is_gone_at_once(enter: Enter, room: Room) -> None:
    ann, bob = enter(), enter(name="Bob")
    room.leave(bob.member, bob)
    assert ann.of("leave")
    assert enter(session=bob.welcome["session"]).id != bob.id


def test_joins_are_told_one_by_one_up_to_five_a_second(enter: Enter, room: Room, clock: Any) -> None:
    ann = enter("bot")
    for number in range(20):
        enter(name=f"v{number}")
    assert len(ann.of("join")) == 5
    clock.now += 1.0
    room.tick()
    assert ann.of("presence") == [{"type": "presence", "viewers": 20}]
    enter(name="later")
    assert len(ann.of("join")) == 6


def test_bots_are_told_of_everybody_who_comes_and_goes_and_viewers_are_not(
    enter: Enter, room: Room, clock: Any
) -> None:
    ann, bot = enter(), enter("bot")
    room.tick()
    people = [enter(name=f"v{number}") for number in range(1_200)]
    room.tick()
    told = [viewer["id"] for message in bot.of("people") for viewer in message["came"]]
    assert told == [one.id for one in people]
    for one in people[:1_000]:
        room.leave(one.member, one)
    clock.now += 1.0
    room.tick()
    gone = [viewer for message in bot.of("people") for viewer in message["gone"]]
    assert gone == [one.id for one in people[:1_000]]
    assert [message["type"] for message in bot.messages[-2:]] == ["people", "presence"]
    assert (bot.of("presence")[-1]["viewers"], room.viewers()) == (201, 201)
    assert (len(ann.of("people")), len(ann.of("join")), len(ann.of("leave"))) == (0, 5, 0)
    count = len(bot.messages)
    room.tick()
    assert len(bot.messages) == count


def test_a_bot_that_asks_is_told_who_is_here_by_role(enter: Enter) -> None:
    ann, streamer, bob, bot = enter(), enter("streamer"), enter(name="Bob"), enter("bot")
    bob.lose()  # may come back yet
    assert bot.send(type="roll")["type"] == "ack"
    assert bot.of("roll")[-1]["here"] == {"viewer": [ann.id, bob.id], "streamer": [streamer.id]}


def test_the_roll_of_a_full_room_fits_into_what_may_wait(enter: Enter, room: Room) -> None:
    for _ in range(room.limits.participants):
        room.people.come(Viewer(secrets.token_hex(6), "名" * 24))
    assert len(wire.encode(room.people.roll())) < room.limits.waiting_bytes - RING_BYTES


def test_the_likes_of_who_leaves_are_told_before_they_are_gone(enter: Enter, room: Room) -> None:
    ann, bob = enter(), enter(name="Bob")
    bob.send(type="like", count=3)
    room.leave(bob.member, bob)
    assert [message["event"]["kind"] for message in ann.messages if message["type"] == "event"][-2:] == [
        "like",
        "leave",
    ]


def test_presence_is_told_at_most_once_a_second(enter: Enter, room: Room, clock: Any) -> None:
    ann = enter()
    for _ in range(12):
        enter()
        clock.now += 0.25
        room.tick()
    assert 3 <= len(ann.of("presence")) <= 4


def test_bots_are_neither_counted_nor_announced_but_seen_by_their_state(enter: Enter, room: Room, clock: Any) -> None:
    ann, bot = enter(), enter("bot")
    assert ann.of("state")[-1]["state"] == "listening"
    assert (room.viewers(), len(ann.of("join"))) == (1, 1)
    bot.lose()
    clock.now += 11
    room.tick()
    assert ann.of("state")[-1]["state"] == "absent"
    assert not ann.of("leave")


def test_a_full_room_refuses_but_gives_up_lost_sessions_first(make_room: Callable[..., Room], enter: Enter) -> None:
    room = make_room(participants=2)
    enter(room=room)
    bob = enter(room=room)
    with pytest.raises(JoinRefusedError) as refusal:
        enter(room=room)
    assert refusal.value.code is Close.FULL
    bob.lose()
    enter(room=room)
    assert room.member(bob.id) is None


def test_the_room_says_goodbye_to_everybody(enter: Enter, room: Room) -> None:
    people = [enter(), enter("bot")]
    room.close()
    assert [one.closed for one in people] == [Close.GOING_AWAY] * 2


def test_a_name_of_ten_thousand_characters_is_cut_and_an_empty_one_is_filled(enter: Enter) -> None:
    assert enter(name="a" * 10_000).welcome["you"]["name"] == "a" * 24
    assert enter(name="\u200b\x07 ").welcome["you"]["name"].startswith("观众")


def test_a_guest_is_called_in_the_pages_language(room: Room, enter: Enter) -> None:
    member = room.join(client.Hello(version=1), enter(), "Guest")
    assert member.viewer.name.startswith("Guest")
    assert member.viewer.name[5:].isdigit()


@pytest.mark.parametrize("name", ["小弹", " 小 弹 ", "小\u200b弹", "小美"])
def test_no_viewer_takes_the_bots_or_the_streamers_name(enter: Enter, name: str) -> None:
    taken = enter(name=name).welcome["you"]["name"]
    assert taken not in {"小弹", "小美", name}
    assert taken[-2:].isdigit()


def test_the_name_that_a_bot_came_with_is_taken_too(enter: Enter) -> None:
    enter("bot", name="Helper")
    assert enter(name="ｈｅｌｐｅｒ").welcome["you"]["name"] != "ｈｅｌｐｅｒ"


def test_bot_and_streamer_are_called_as_the_room_says_where_they_do_not(enter: Enter) -> None:
    assert enter("bot", name="").welcome["you"]["name"] == "小弹"
    assert enter("streamer", name="").welcome["you"]["name"] == "小美"


def test_gifts_of_the_server_and_of_the_room_are_known(room: Room) -> None:
    assert room.gifts == {"小心心": 0.1, "火箭": 500.0}


def test_who_only_watches_hears_everything_and_is_not_there(enter: Enter, room: Room, clock: Any) -> None:
    bot, ann = enter("bot"), enter()
    overlay = enter("moderator", "OBS overlay", watch=True)
    assert overlay.welcome["viewers"] == 1
    assert overlay.welcome["you"]["role"] == "viewer"
    ann.send(type="chat", text="hi")
    assert [chat["text"] for chat in overlay.of("chat")] == ["hi"]
    for message in ({"type": "chat", "text": "x"}, {"type": "mic", "on": True}, {"type": "delete", "id": "m"}):
        assert overlay.send(**message)["code"] == "not_allowed"
    room.leave(overlay.member, overlay)
    clock.now += 2
    room.tick()
    assert [join["viewer"]["name"] for join in ann.of("join")] == ["Ann"]
    assert not ann.of("leave")
    assert [people["came"][0]["id"] for people in bot.of("people")] == [ann.id]
    assert not any(people["gone"] for people in bot.of("people"))
    assert [presence["viewers"] for presence in ann.of("presence")] == [1]


def test_a_session_that_watched_does_not_come_back_as_one_that_writes(enter: Enter) -> None:
    overlay = enter(watch=True)
    overlay.lose()
    assert not enter(session=overlay.welcome["session"], seq=0).welcome["resumed"]
    again = enter(watch=True, session=overlay.welcome["session"], seq=0)
    assert again.id == overlay.id


def test_a_timeout_outlasts_leaving_and_coming_back_and_ends_when_it_should(
    enter: Enter, room: Room, clock: Any
) -> None:
    mod, bad = enter("moderator"), enter(name="坏人")
    mod.send(type="timeout", viewer=bad.id, seconds=600)
    room.leave(bad.member, bad)  # what a page does that is loaded again
    assert len(mod.of("leave")) == 1
    clock.now += 300
    room.tick()
    again = enter(name="坏人", session=bad.welcome["session"], seq=0)
    assert again.id == bad.id
    assert again.welcome["muted"] == 300
    assert again.send(type="chat", text="x")["code"] == "muted"
    mod.send(type="timeout", viewer=bad.id, seconds=0)
    assert again.send(type="chat", text="x")["type"] == "ack"
    mod.send(type="timeout", viewer=bad.id, seconds=60)
    room.leave(again.member, again)
    clock.now += 130
    room.tick()
    assert room.member(bad.id) is None
    assert enter(session=bad.welcome["session"], seq=0).id != bad.id


def test_timeouts_of_who_left_can_be_lifted_and_give_way_in_a_full_room(
    make_room: Callable[..., Room], enter: Enter
) -> None:
    room = make_room(participants=2)
    mod, bad = enter("moderator", room=room), enter(room=room)
    mod.send(type="timeout", viewer=bad.id, seconds=600)
    room.leave(bad.member, bad)
    mod.send(type="timeout", viewer=bad.id, seconds=0)
    assert enter(session=bad.welcome["session"], seq=0, room=room).welcome["muted"] == 0
    mod.send(type="timeout", viewer=bad.id, seconds=600)
    room.leave(bad.member, bad.member.outbox)
    enter(name="Ben", room=room)
    assert room.member(bad.id) is None
