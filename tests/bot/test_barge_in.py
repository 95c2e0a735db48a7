"""Whose voice lowers ours, whose stops it, and when it comes back."""

import pytest

from bot.barge_in import PATIENCE_S, BargeIn, Effect
from core.events import Role, Utterance, Viewer

LENA, JAY = Viewer("v", "Lena"), Viewer("s", "Jay", Role.STREAMER)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


class Voice:
    def __init__(self) -> None:
        self.saying = "蓝色卫衣现在是九十九元，三号链接"
        self.did: list[str] = []

    def duck(self, *, on: bool) -> None:
        self.did.append("low" if on else "loud")

    def cancel(self) -> None:
        self.did.append("stop")
        self.saying = ""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
def barge_in(voice: Voice, clock: Clock) -> BargeIn:
    return BargeIn(voice, clock)


def heard(
    clock: Clock, text: str = "", *, final: bool = False, who: Viewer = LENA, ago: float = 0.0, remark: str = "u1",
    lasted: float = 1.0, confidence: float = 0.9,
) -> Utterance:  # fmt: skip
    end = clock.now - ago
    return Utterance(
        id=remark, speaker=who, text=text, language="zh", start=end - lasted, end=end, confidence=confidence,
        final=final,
    )  # fmt: skip


def test_the_first_sign_of_a_voice_lowers_ours_before_there_are_words(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    assert barge_in.hear(heard(clock)) is Effect.LOWERED
    assert voice.did == ["low"]


def test_words_that_take_the_turn_stop_us_before_the_remark_is_over(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, "等一下我想问")) is Effect.STOPPED
    assert voice.did == ["low", "stop"]


@pytest.mark.parametrize("text", ["嗯嗯", "哈哈哈", "yeah", "uh-huh"])
def test_a_backchannel_does_not_stop_us_and_we_are_as_loud_as_before(
    barge_in: BargeIn, voice: Voice, clock: Clock, text: str
) -> None:
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, text)) is Effect.BACKCHANNEL
    assert barge_in.hear(heard(clock, text, final=True)) is Effect.BACKCHANNEL
    assert voice.did == ["low", "loud"]


def test_a_backchannel_heard_as_other_words_does_not_stop_us(barge_in: BargeIn, voice: Voice, clock: Clock) -> None:
    barge_in.hear(heard(clock))
    misheard = heard(clock, "Nano, what are you doing?", ago=0.25, lasted=1.15, confidence=0.43)
    assert barge_in.hear(misheard) is Effect.UNSURE
    clock.now += PATIENCE_S + 0.01
    barge_in.tick()
    assert voice.did == ["low", "loud"]
    final = heard(clock, "Nano, what are you doing?", ago=0.8, lasted=1.15, confidence=0.43, final=True)
    assert barge_in.hear(final) is Effect.UNSURE
    assert voice.did == ["low", "loud"]


def test_doubtful_words_of_somebody_who_speaks_on_keep_us_low_until_more_words_stop_us(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, "新晚上多的。", lasted=1.1, confidence=0.33)) is Effect.UNSURE
    clock.now += 0.9
    barge_in.tick()
    assert voice.did == ["low"]
    assert barge_in.hear(heard(clock, "新晚上都在播呢。", lasted=2.0, confidence=0.62)) is Effect.STOPPED
    assert voice.did == ["low", "stop"]


@pytest.mark.parametrize("text", ["停", "wait", "不对", "小弹"])
def test_a_short_word_that_surely_takes_the_turn_stops_us(voice: Voice, clock: Clock, text: str) -> None:
    barge_in = BargeIn(voice, clock, names=("小弹",))
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, text, lasted=0.3, confidence=0.5)) is Effect.STOPPED


def test_noise_that_stops_lets_us_go_on_within_a_second_of_its_end(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    barge_in.hear(heard(clock))
    barge_in.hear(heard(clock, ago=0.2))  # the ears tell of a pause 0.2 s after the last sound
    clock.now += PATIENCE_S - 0.01
    barge_in.tick()
    assert voice.did == ["low"]
    clock.now += 0.25  # the room's tick
    barge_in.tick()
    assert voice.did == ["low", "loud"]


def test_somebody_who_goes_on_after_a_pause_keeps_us_low(barge_in: BargeIn, voice: Voice, clock: Clock) -> None:
    barge_in.hear(heard(clock))
    barge_in.hear(heard(clock, ago=0.2))
    clock.now += 0.3
    barge_in.hear(heard(clock))
    clock.now += 2
    barge_in.tick()
    assert voice.did == ["low"]


def test_our_own_voice_in_an_open_microphone_stops_nobody(barge_in: BargeIn, voice: Voice, clock: Clock) -> None:
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, "男色卫衣现在是九十九元")) is Effect.ECHO
    assert barge_in.hear(heard(clock, "男色卫衣现在是九十九元三号链接", final=True)) is Effect.ECHO
    assert voice.did == ["low", "loud"]


def test_two_who_speak_keep_us_low_until_both_are_silent(barge_in: BargeIn, voice: Voice, clock: Clock) -> None:
    barge_in.hear(heard(clock))
    barge_in.hear(heard(clock, remark="u2", who=JAY))
    barge_in.hear(heard(clock, final=True))
    assert "loud" not in voice.did
    barge_in.hear(heard(clock, remark="u2", who=JAY, final=True))
    assert voice.did[-1] == "loud"


def test_where_only_the_streamer_may_interrupt_viewers_lower_us_and_no_more(voice: Voice, clock: Clock) -> None:
    barge_in = BargeIn(voice, clock, "streamer")
    barge_in.hear(heard(clock))
    assert barge_in.hear(heard(clock, "等一下我想问", final=True)) is Effect.NONE
    assert voice.did == ["low", "loud"]
    barge_in.hear(heard(clock, remark="u2", who=JAY))
    assert barge_in.hear(heard(clock, "大家先听我说", remark="u2", who=JAY)) is Effect.STOPPED


def test_a_remark_that_never_ends_does_not_keep_us_low_for_ever(barge_in: BargeIn, voice: Voice, clock: Clock) -> None:
    barge_in.hear(heard(clock))
    clock.now += 31
    barge_in.tick()
    assert voice.did == ["low", "loud"]


def test_who_speaks_before_we_do_has_us_begin_quietly_until_they_end(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    voice.saying = ""
    assert barge_in.hear(heard(clock)) is Effect.NONE
    assert voice.did == ["low"]
    assert barge_in.hear(heard(clock, "多少钱", final=True)) is Effect.NONE
    assert voice.did == ["low", "loud"]


def test_who_stopped_us_no_longer_keeps_us_low_once_they_have_ended(
    barge_in: BargeIn, voice: Voice, clock: Clock
) -> None:
    barge_in.hear(heard(clock))
    barge_in.hear(heard(clock, "等一下"))
    barge_in.hear(heard(clock, "等一下，多少钱", final=True))
    assert voice.did == ["low", "stop", "loud"]
