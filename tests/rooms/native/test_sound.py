"""The one voice of a room."""

import pytest

from rooms.native import client_messages as client
from rooms.native.limits import Limits
from rooms.native.sound import Mics, Voice
from rooms.native.wire import AudioKind, AudioPacket, Code, WireError


def speech(reply: str, sequence: int = 0, *, seconds: float = 1.0, last: bool = False) -> client.Speech:
    return client.Speech(reply=reply, sequence=sequence, text="", start=0.0, end=seconds, rate=24_000, last=last)


def packet(sequence: int, count: int, *, size: int = 4800, last: bool = False) -> AudioPacket:
    return AudioPacket(AudioKind.VOICE, sequence, count, bytes(size), last)


@pytest.fixture
def voice() -> Voice:
    return Voice(Limits())


def test_another_bot_waits_until_a_reply_has_ended(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    with pytest.raises(WireError) as refusal:
        voice.begin("two", speech("s"), 0.1)
    assert refusal.value.code is Code.BUSY
    voice.begin("one", speech("r", 1, seconds=0.0, last=True), 0.2)
    assert voice.begin("two", speech("s"), 0.3)


def test_a_last_clause_with_sound_ends_with_its_last_frame(voice: Voice) -> None:
    voice.begin("one", speech("r", last=True), 0.0)
    assert voice.accept("one", packet(0, 0), 0.0)
    with pytest.raises(WireError):
        voice.begin("two", speech("s"), 0.1)
    voice.accept("one", packet(0, 1, last=True), 0.1)
    assert voice.begin("two", speech("s"), 0.2)


def test_a_bot_that_fell_silent_no_longer_keeps_the_voice(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    assert voice.begin("two", speech("s"), 10.1)


def test_a_cancelled_reply_frees_the_voice(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    voice.cancel("r")
    assert voice.begin("two", speech("s"), 0.1)


@pytest.mark.parametrize(
    "wrong",
    [packet(1, 1), packet(0, 0), packet(0, 1, size=9602)],
    ids=["another clause", "counted before", "more than 200 ms"],
)
def test_frames_that_do_not_fit_their_clause_are_refused(voice: Voice, wrong: AudioPacket) -> None:
    voice.begin("one", speech("r"), 0.0)
    voice.accept("one", packet(0, 0), 0.0)
    with pytest.raises(WireError) as refusal:
        voice.accept("one", wrong, 0.0)
    assert refusal.value.code is Code.BAD_AUDIO


def test_frames_count_on_through_the_clauses_of_a_reply_and_anew_in_the_next(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    voice.accept("one", packet(0, 0), 0.0)
    voice.begin("one", speech("r", 1), 0.0)
    with pytest.raises(WireError):
        voice.accept("one", packet(1, 0), 0.0)
    voice.begin("one", speech("s"), 0.0)
    assert voice.accept("one", packet(0, 0), 0.0)


def test_a_voice_far_ahead_of_playing_is_refused(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    assert all(voice.accept("one", packet(0, count), 0.0) for count in range(99))  # of 0.1 s each
    voice.accept("one", packet(0, 99, size=2400), 0.0)
    with pytest.raises(WireError, match="faster"):
        voice.accept("one", packet(0, 100), 0.0)


def test_a_lost_bot_leaves_nothing_behind(voice: Voice) -> None:
    voice.begin("one", speech("r"), 0.0)
    assert voice.lose("two") == ""
    assert voice.lose("one") == "r"
    assert voice.lose("one") == ""


def test_channels_go_round_and_skip_those_in_use() -> None:
    mics = Mics(Limits())
    assert mics.open("kept").channel == 1
    for _ in range(65_534):
        mics.open("other")
        mics.close("other")
    assert mics.open("other").channel == 2
