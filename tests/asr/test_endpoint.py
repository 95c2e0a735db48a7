"""Endpointing, from probabilities alone."""

import numpy as np
import pytest

from asr.endpoint import Change, Endpointer, EndpointOptions
from asr.vad import WINDOW, WINDOW_S

SILENT = np.zeros(WINDOW, np.int16)


class Timeline:
    """Feeds an endpointer and notes when what changed, in windows."""

    def __init__(self, **options: float) -> None:
        self.endpointer = Endpointer(EndpointOptions(**options))  # type: ignore[arg-type]  # one type for all
        self.at = 100.0
        self.changes: list[tuple[int, Change]] = []
        self.windows = 0

    def feed(self, seconds: float, probability: float) -> None:
        for _ in range(round(seconds / WINDOW_S)):
            self.at += WINDOW_S
            self.windows += 1
            change = self.endpointer.push(SILENT, probability, self.at)
            if change is not None:
                self.changes.append((self.windows, change))

    def kinds(self) -> list[Change]:
        return [change for _, change in self.changes]


def test_speech_starts_a_remark_within_a_tenth_of_a_second() -> None:
    line = Timeline()
    line.feed(1.0, 0.02)
    quiet = line.windows
    line.feed(0.2, 0.9)
    (windows, change), *_ = line.changes
    assert change is Change.STARTED
    assert (windows - quiet) * WINDOW_S <= 0.1


def test_windows_that_may_be_speech_are_signs_now_and_then_and_begin_nothing() -> None:
    line = Timeline()
    for _ in range(30):
        line.feed(WINDOW_S, 0.75)
        line.feed(WINDOW_S, 0.1)
    assert line.kinds() == [Change.SIGN, Change.NOTHING] * 2  # in 1.9 s
    assert line.endpointer.remark is None


def test_a_soft_beginning_is_told_of_with_its_first_window() -> None:
    line = Timeline()
    line.feed(1.0, 0.02)
    quiet = line.windows
    line.feed(WINDOW_S, 0.4)
    line.feed(WINDOW_S, 0.45)
    line.feed(0.3, 0.9)
    assert line.changes == [(quiet + 1, Change.SIGN), (quiet + 3, Change.STARTED)]


def test_a_microphone_let_go_after_a_sign_takes_it_back() -> None:
    line = Timeline()
    line.feed(WINDOW_S, 0.4)
    assert line.endpointer.finish() is Change.NOTHING
    assert line.endpointer.finish() is None


def test_one_window_that_surely_is_speech_begins_a_remark() -> None:
    line = Timeline()
    line.feed(1.0, 0.02)
    quiet = line.windows
    line.feed(WINDOW_S, 0.85)
    assert line.changes == [(quiet + 1, Change.STARTED)]
    remark = line.endpointer.remark
    assert remark is not None
    assert remark.start == pytest.approx(line.at - WINDOW_S)


def test_the_sound_before_the_start_is_kept() -> None:
    line = Timeline()
    line.feed(2.0, 0.02)
    line.feed(0.5, 0.9)
    remark = line.endpointer.remark
    assert remark is not None
    assert remark.length_s == pytest.approx(0.5 + 0.3, abs=3 * WINDOW_S)


def test_a_pause_is_reported_and_then_the_end_when_the_wait_is_over() -> None:
    line = Timeline()
    line.feed(1.0, 0.9)
    spoken = line.windows
    line.feed(1.0, 0.02)
    assert line.kinds() == [Change.STARTED, Change.PAUSED, Change.ENDED]
    silences = [(windows - spoken) * WINDOW_S for windows, _ in line.changes[1:]]
    assert silences == pytest.approx([0.2, 0.6], abs=WINDOW_S)


def test_speech_after_a_pause_goes_on_with_the_same_remark() -> None:
    line = Timeline()
    line.feed(1.0, 0.9)
    line.feed(0.4, 0.02)
    line.feed(1.0, 0.9)
    line.feed(1.0, 0.02)
    assert line.kinds() == [Change.STARTED, Change.PAUSED, Change.RESUMED, Change.PAUSED, Change.ENDED]
    remark = line.endpointer.finished
    assert remark is not None
    assert remark.pause_s == pytest.approx(0.4, abs=2 * WINDOW_S)
    assert remark.voiced_s == pytest.approx(2.0, abs=2 * WINDOW_S)


def test_the_end_is_the_last_voiced_sound_not_the_moment_of_deciding() -> None:
    line = Timeline()
    line.feed(1.0, 0.9)
    stopped = line.at
    line.feed(1.0, 0.02)
    remark = line.endpointer.finished
    assert remark is not None
    assert remark.end == pytest.approx(stopped)
    assert remark.start == pytest.approx(100.0, abs=2 * WINDOW_S)


def test_a_shorter_wait_ends_sooner() -> None:
    line = Timeline()
    line.feed(1.0, 0.9)
    line.endpointer.wait_s = 0.35
    line.feed(0.4, 0.02)
    assert line.kinds()[-1] is Change.ENDED


def test_a_long_remark_ends_at_any_pause() -> None:
    line = Timeline(eager_s=5.0, longest_s=8.0)
    line.endpointer.wait_s = 1.0
    line.feed(6.0, 0.9)
    line.feed(0.3, 0.02)
    assert line.kinds() == [Change.STARTED, Change.ENDED]


def test_a_remark_without_pauses_is_cut_at_its_quietest_place_and_nothing_is_lost() -> None:
    line = Timeline(eager_s=5.0, longest_s=8.0, cut_within_s=2.0)
    line.feed(7.0, 0.9)
    line.feed(WINDOW_S, 0.45)
    line.feed(1.5, 0.9)
    assert line.kinds() == [Change.STARTED, Change.CUT]
    first, rest = line.endpointer.finished, line.endpointer.remark
    assert first is not None
    assert rest is not None
    assert first.length_s == pytest.approx(7.0, abs=2 * WINDOW_S)
    assert first.length_s + rest.length_s == pytest.approx(line.windows * WINDOW_S)
    assert rest.start == pytest.approx(first.end)


def test_letting_go_of_the_microphone_ends_at_once() -> None:
    line = Timeline()
    assert line.endpointer.finish() is None
    line.feed(1.0, 0.9)
    assert line.endpointer.finish() is Change.ENDED
    assert line.endpointer.remark is None
