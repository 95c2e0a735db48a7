"""Levels and silences."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tts.loudness import level, loudness, to_int16, trim

RATE = 24_000


def voice(seconds: float, amplitude: float) -> NDArray[np.float32]:
    """Return something like speech: noise that swells and fades four times a second."""
    count = int(seconds * RATE)
    noise = np.random.default_rng(1).standard_normal(count) * amplitude
    return (noise * (0.6 + 0.4 * np.sin(np.arange(count) * 2 * np.pi * 4 / RATE))).astype(np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * RATE), np.float32)


def test_a_full_scale_sine_measures_minus_three() -> None:
    sine = np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE).astype(np.float32)
    assert loudness(sine, RATE) == pytest.approx(-3.01, abs=0.05)


def test_pauses_do_not_count() -> None:
    spoken = voice(1.0, 0.1)
    with_pause = np.concatenate([spoken, silence(2.0), spoken])
    assert loudness(with_pause, RATE) == pytest.approx(loudness(spoken, RATE), abs=0.6)


def test_silence_has_no_loudness() -> None:
    assert loudness(silence(1.0), RATE) == float("-inf")
    assert loudness(silence(0.0), RATE) == float("-inf")


@pytest.mark.parametrize("amplitude", [0.01, 0.05, 0.3])
def test_quiet_and_loud_voices_come_out_alike(amplitude: float) -> None:
    assert loudness(level(voice(1.5, amplitude), RATE, -20), RATE) == pytest.approx(-20, abs=0.5)


def test_peaks_stay_below_full_scale() -> None:
    peaky = voice(1.0, 0.02)
    peaky[::4000] = 0.9
    assert np.abs(level(peaky, RATE, -10)).max() < 1


def test_levelling_leaves_silence_alone() -> None:
    assert not level(silence(0.5), RATE, -20).any()


def test_silence_around_speech_is_trimmed_to_a_breath() -> None:
    spoken = voice(1.0, 0.2)
    kept = trim(np.concatenate([silence(0.6), spoken, silence(0.9)]), RATE)
    assert len(kept) / RATE == pytest.approx(1.08, abs=0.05)


def test_pauses_inside_are_kept() -> None:
    spoken = voice(0.5, 0.2)
    assert len(trim(np.concatenate([spoken, silence(0.4), spoken]), RATE)) / RATE == pytest.approx(1.4, abs=0.05)


def test_trimming_only_silence_leaves_nothing() -> None:
    assert not trim(silence(1.0), RATE).size
    assert not trim(silence(0.0), RATE).size


def test_a_clause_begins_and_ends_without_a_click() -> None:
    kept = trim(voice(1.0, 0.2), RATE)
    assert kept[0] == 0
    assert kept[-1] == 0


def test_samples_become_little_endian_int16() -> None:
    assert to_int16(np.array([0, 1, -1, 2], np.float32)) == b"\x00\x00\xff\x7f\x01\x80\xff\x7f"
