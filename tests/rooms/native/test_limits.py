"""The meters."""

from core.events import Role
from rooms.native.limits import AudioMeter, Limits, Window


def test_a_window_lets_its_number_through_and_slides() -> None:
    window = Window(2, 10.0)
    assert [window.allow(at) for at in (0.0, 1.0, 2.0, 9.9, 10.0, 10.5, 11.0)] == [
        True, True, False, False, True, False, True,
    ]  # fmt: skip


def test_a_window_of_nothing_lets_everything_through() -> None:
    window = Window(0, 10.0)
    assert all(window.allow(0.0) for _ in range(1000))


def test_sound_in_real_time_passes_for_ever() -> None:
    meter = AudioMeter(1.2, 2.0)
    assert all(meter.allow(0.1, number * 0.1) for number in range(10_000))


def test_sound_much_faster_than_real_time_is_stopped_after_the_burst() -> None:
    meter = AudioMeter(1.2, 2.0)
    passed = sum(meter.allow(0.1, number * 0.01) for number in range(1000))
    assert 2.0 + 10 * 1.2 - 0.2 <= passed * 0.1 <= 2.0 + 10 * 1.2


def test_staff_may_write_more_and_bots_as_much_as_they_like() -> None:
    limits = Limits()
    assert [limits.messages_of(role) for role in Role] == [20, 20, 60, 60, 0]
