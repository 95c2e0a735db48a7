"""What keeps the bot from speaking just now."""

import pytest

from bot.candidate import Candidate, Priority
from bot.gate import STREAMER_S, Gate, GateOptions
from bot.rate import Window
from core.events import Chat, Viewer


class Clock:
    now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def claim(priority: Priority = Priority.QUESTION) -> Candidate:
    event = Chat(id="e", room="r", viewer=Viewer("v", "v"), at=0, received=0, text="hi")
    return Candidate(event, priority, 1e9)


def code(gate: Gate, priority: Priority = Priority.QUESTION) -> str:
    blocked = gate.blocked(claim(priority))
    return blocked[0] if blocked else ""


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_moderators_silence_lasts_as_long_as_they_said_or_until_they_lift_it(clock: Clock) -> None:
    gate = Gate(GateOptions(), [], clock)
    gate.silence(60)
    clock.now += 59
    assert code(gate, Priority.STREAMER) == "too_late_silenced"
    clock.now += 2
    assert code(gate) == ""
    gate.silence(float("inf"))
    clock.now += 1e6
    assert code(gate) == "too_late_silenced"
    gate.silence(0)
    assert code(gate) == ""


def test_the_bot_waits_while_the_streamer_speaks_and_no_longer(clock: Clock) -> None:
    gate = Gate(GateOptions(), [], clock)
    gate.streamer(speaks=True)
    assert code(gate, Priority.PAID) == "too_late_streamer"
    gate.streamer(speaks=False)
    assert code(gate) == ""


def test_ears_that_never_report_an_end_do_not_silence_the_bot_for_good(clock: Clock) -> None:
    gate = Gate(GateOptions(), [], clock)
    gate.streamer(speaks=True)
    clock.now += STREAMER_S
    assert code(gate) == ""


def test_settings_may_let_the_bot_speak_over_the_streamer(clock: Clock) -> None:
    gate = Gate(GateOptions(yield_to_streamer=False), [], clock)
    gate.streamer(speaks=True)
    assert code(gate) == ""


@pytest.mark.parametrize("platform", [0, 2])
def test_no_more_is_written_than_settings_and_platform_allow(clock: Clock, platform: int) -> None:
    gate = Gate(GateOptions(replies=3, replies_s=30), [Window(platform, 30, clock)], clock)
    allowed = 0
    while not code(gate):
        gate.spend()
        allowed += 1
    assert allowed == (platform or 3)
    assert code(gate, Priority.STREAMER) == "too_late_rate"
    clock.now += 29.9
    assert code(gate) == "too_late_rate", "a platform counts all that was written in the last 30 s"
    clock.now += 0.1
    assert code(gate) == ""


def test_a_reply_counts_from_when_it_was_written_not_from_when_it_was_begun(clock: Clock) -> None:
    gate = Gate(GateOptions(replies=1, replies_s=30), [], clock)
    gate.spend()
    clock.now += 5
    gate.written()
    clock.now += 29
    assert code(gate) == "too_late_rate"
    clock.now += 1
    assert code(gate) == ""


def test_a_bot_that_has_spoken_enough_answers_only_what_is_meant_for_it(clock: Clock) -> None:
    gate = Gate(GateOptions(share_max=0.5, share_s=100), [], clock)
    clock.now += 100
    gate.share.spoke(60)
    assert code(gate) == "too_late_share"
    assert code(gate, Priority.ADDRESSED) == ""
    clock.now += 100
    assert code(gate) == ""


def test_a_bot_that_speaks_too_little_knows_it(clock: Clock) -> None:
    gate = Gate(GateOptions(share_min=0.1, share_s=100), [], clock)
    clock.now += 100
    assert gate.too_quiet
    gate.share.spoke(20)
    assert not gate.too_quiet
