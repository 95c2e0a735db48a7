"""Frames into windows: order, gaps, bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.microphone import DROPPED, LOST, Microphone
from asr.vad import WINDOW
from core.events import AudioFrame, Viewer

ANN = Viewer("ann", "Ann")


def frame(sequence: int, samples: int = 320, value: int = 1, *, last: bool = False, at: float = 0.0) -> AudioFrame:
    pcm = np.full(samples, value, "<i2").tobytes()
    return AudioFrame(speaker=ANN, pcm=pcm, sequence=sequence, at=at, last=last)


def drain(microphone: Microphone) -> list[int]:
    heard: list[int] = []
    while (window := microphone.next_window()) is not None:
        heard.extend(window.pcm.tolist())
    return heard


def dropped(reason: str) -> float:
    return float(DROPPED.labels(reason)._value.get())


@given(st.lists(st.integers(1, 3200), max_size=30))
def test_windows_hold_the_frames_samples_in_their_order(sizes: list[int]) -> None:
    microphone = Microphone()
    sent: list[int] = []
    heard: list[int] = []
    for index, size in enumerate(sizes):
        microphone.accept(frame(index, size, index))
        sent += [index] * size
        heard += drain(microphone)
    assert heard == sent[: len(sent) // WINDOW * WINDOW]


def test_the_last_frame_gives_its_rest_filled_up_and_says_so() -> None:
    microphone = Microphone()
    microphone.accept(frame(0, 600))
    microphone.accept(frame(1, 100, last=True))
    first, second = microphone.next_window(), microphone.next_window()
    assert first is not None
    assert second is not None
    assert (first.last, second.last) == (False, True)
    assert second.pcm.tolist() == [1] * 188 + [0] * (WINDOW - 188)
    assert microphone.next_window() is None


def test_sound_after_the_last_frame_is_a_stream_of_its_own() -> None:
    microphone = Microphone()
    microphone.accept(frame(0, 100, last=True))
    microphone.accept(frame(0, 600, 2))
    first, second = microphone.next_window(), microphone.next_window()
    assert first is not None
    assert second is not None
    assert first.last
    assert second.pcm.tolist() == [2] * WINDOW


def test_a_windows_time_is_that_of_its_end() -> None:
    microphone = Microphone()
    microphone.accept(frame(0, 1600, at=50.0))
    times = [window.at for window in iter(microphone.next_window, None)]
    assert times == pytest.approx([50.0 - (1600 - WINDOW * index) / 16_000 for index in (1, 2, 3)])


def test_lost_frames_are_counted_and_stand_as_silence() -> None:
    microphone, before = Microphone(), LOST._value.get()
    microphone.accept(frame(0, 512))
    microphone.accept(frame(3, 512))
    assert drain(microphone) == [1] * 512 + [0] * 1024 + [1] * 512
    assert LOST._value.get() - before == 2


def test_a_huge_gap_is_filled_with_one_second_at_most() -> None:
    microphone = Microphone()
    microphone.accept(frame(0, 512))
    microphone.accept(frame(2**40, 512))
    assert drain(microphone).count(0) <= 16_000


def test_a_frame_that_comes_late_or_twice_is_dropped() -> None:
    microphone, before = Microphone(), dropped("late")
    for sequence in (5, 6, 6, 5):
        microphone.accept(frame(sequence, 512))
    assert len(drain(microphone)) == 1024
    assert dropped("late") - before == 2


def test_a_sequence_that_begins_anew_is_a_new_stream() -> None:
    microphone = Microphone()
    for sequence in (500, 0, 1):
        assert microphone.accept(frame(sequence, 512))
    assert drain(microphone) == [1] * 1536


@pytest.mark.parametrize("pcm", [b"\x00" * 3, b"\x00" * 64_000])
def test_half_a_sample_or_two_seconds_in_a_frame_are_refused(pcm: bytes) -> None:
    microphone, before = Microphone(), dropped("malformed")
    assert not microphone.accept(AudioFrame(speaker=ANN, pcm=pcm, sequence=0, at=0.0))
    assert dropped("malformed") - before == 1


def test_what_nobody_takes_is_bounded_and_the_oldest_gives_way() -> None:
    microphone = Microphone()
    for sequence in range(1000):
        microphone.accept(frame(sequence, 1600, sequence))
    heard = drain(microphone)
    assert len(heard) <= 5 * 16_000
    assert heard[-1] == 999
