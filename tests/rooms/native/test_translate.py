"""The protocol's events as the bot's own."""

from typing import Any

import pytest

from core.events import (
    Chat,
    Click,
    Follow,
    Gift,
    Join,
    Leave,
    Like,
    Purchase,
    Removed,
    RoomEvent,
    Share,
    Stream,
    StreamState,
    Viewer,
)
from rooms.native import server_messages as server
from rooms.native.translate import Microphones, to_event
from rooms.native.wire import AudioKind, AudioPacket

ANN = Viewer("a", "Ann")
WIRE: dict[str, Any] = {"id": "1", "at": 5.0, "viewer": ANN}
OURS: dict[str, Any] = {"id": "1", "at": 5.0, "viewer": ANN, "room": "main", "received": 6.0}


def say(*, final: bool) -> server.SayEvent:
    return server.SayEvent(**WIRE, text="hi", language="en", to=(), event="x", intent="", route="t5", final=final)


@pytest.mark.parametrize(
    ("happening", "event"),
    [
        (server.ChatEvent(**WIRE, text="hi", reply_to="0"), Chat(**OURS, text="hi", reply_to="0")),
        (server.GiftEvent(**WIRE, gift="rose", count=2, value=1.0), Gift(**OURS, gift="rose", count=2, value=1.0)),
        (server.PurchaseEvent(**WIRE, product="1", count=2), Purchase(**OURS, product="1", count=2)),
        (server.ClickEvent(**WIRE, product="1"), Click(**OURS, product="1")),
        (server.LikeEvent(**WIRE, count=3), Like(**OURS, count=3)),
        (server.FollowEvent(**WIRE), Follow(**OURS)),
        (server.ShareEvent(**WIRE), Share(**OURS)),
        (server.JoinEvent(**WIRE), Join(**OURS)),
        (server.LeaveEvent(**WIRE), Leave(**OURS)),
        (server.RemovedEvent(**WIRE, target="b"), Removed(**OURS, target="b")),
        (server.StreamEvent(**WIRE, state=Stream.ENDED, why="x"), StreamState(**OURS, state=Stream.ENDED, why="x")),
        (say(final=True), Chat(**OURS, text="hi", reply_to="x")),
        (say(final=False), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_event_becomes_ours(happening: server.Happening, event: RoomEvent | None) -> None:
    assert to_event(happening, "main", 6.0) == event


def told(channel: int, *, on: bool, name: str = "Ann") -> server.MicTold:
    return server.MicTold(viewer=Viewer("a", name), channel=channel, on=on)


def packet(count: int, *, channel: int = 1, size: int = 640, last: bool = False) -> AudioPacket:
    return AudioPacket(AudioKind.MIC, channel, count, bytes(size), last)


def test_frames_of_an_open_microphone_have_their_speaker() -> None:
    mics = Microphones()
    mics.told(told(1, on=True), 1.0)
    frame = mics.heard(packet(0), 2.0)
    assert frame is not None
    assert (frame.speaker, frame.sequence, frame.at, frame.last) == (ANN, 0, 2.0, False)


def test_frames_of_nobody_are_nothing() -> None:
    assert Microphones().heard(packet(0), 2.0) is None


def test_a_remark_that_is_cut_off_gets_a_last_frame() -> None:
    mics = Microphones()
    mics.told(told(1, on=True), 1.0)
    mics.heard(packet(0), 2.0)
    frame = mics.told(told(1, on=False), 3.0)
    assert frame is not None
    assert (frame.sequence, frame.last, len(frame.pcm)) == (1, True, 320)
    mics.told(told(2, on=True), 4.0)
    mics.heard(packet(0, channel=2), 5.0)
    assert [frame.last for frame in mics.lost(6.0)] == [True]


def test_a_remark_that_ended_gets_no_second_end() -> None:
    mics = Microphones()
    mics.told(told(1, on=True), 1.0)
    frame = mics.heard(packet(0, size=0, last=True), 2.0)
    assert frame is not None
    assert (frame.last, len(frame.pcm)) == (True, 320)
    assert mics.told(told(1, on=False), 3.0) is None


def test_numbers_of_a_speaker_go_on_when_the_microphone_opens_again() -> None:
    mics = Microphones()
    numbers = list[int]()
    for channel in (1, 2, 3):
        mics.told(told(channel, on=True), 1.0)
        for count in range(2):
            frame = mics.heard(packet(count, channel=channel), 2.0)
            numbers.append(frame.sequence if frame else -1)
        ended = mics.told(told(channel, on=False), 3.0)
        numbers.append(ended.sequence if ended else -1)
    assert numbers == list(range(9))


def test_a_speaker_who_is_renamed_keeps_the_microphone() -> None:
    mics = Microphones()
    mics.told(told(1, on=True), 1.0)
    mics.heard(packet(0), 2.0)
    mics.told(told(1, on=True, name="Bea"), 3.0)
    frame = mics.heard(packet(1), 4.0)
    assert frame is not None
    assert (frame.speaker.name, frame.sequence) == ("Bea", 1)
