"""The contract of voices and microphones: whom they reach, and when they are refused."""

import struct
from collections.abc import Callable
from typing import Any

import pytest

Enter = Callable[..., Any]


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
