"""Endpointing: from each window's probability of speech to remarks with a beginning and an end. No clock, no I/O."""

from collections import deque
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np

from asr.engine import Samples
from asr.microphone import Pcm
from asr.vad import WINDOW_S

_FULL_SCALE: Final = 32768.0


class EndpointOptions(msgspec.Struct, frozen=True):
    """When speech begins, pauses and must end."""

    speech: float = 0.5
    """Probability from which a window is speech."""
    silence: float = 0.35
    """Probability below which a window inside a remark is silence."""
    start_windows: int = 2
    """Windows of speech in a row that begin a remark: 64 ms."""
    sure: float = 0.8
    """Probability from which a single window begins one. On 82 s of noise and music neither began one; on speech the
    start is told 14 ms sooner in the median, 22 ms at the 95th percentile."""
    sign: float = 0.2
    """Probability from which a window may be the first of a voice. Of 328 short clips this told of 96% within 0.1 s,
    where 0.35 did of 93% and the rules for a beginning of 81%; it took 2 of 82 s of noise and music for one."""
    sign_windows: int = 4
    """Windows after a sign in which speech must begin: 128 ms."""
    deaf_s: float = 1.0
    """Seconds after a sign that nothing came of in which there is no other."""
    before_s: float = 0.3
    """Seconds of sound kept from before the beginning."""
    pause_s: float = 0.2
    """Seconds of silence after which transcription starts on suspicion."""
    wait_s: float = 0.6
    """Seconds of silence that end a remark as long as nothing better is known."""
    eager_s: float = 20.0
    """Length in seconds from which any pause ends the remark."""
    longest_s: float = 25.0
    """Length in seconds at which a remark is cut at its quietest place of late."""
    cut_within_s: float = 3.0
    """Seconds before that length in which the quietest place is sought."""


class Change(StrEnum):
    """What a window changed."""

    SIGN = "sign"
    """Perhaps somebody begins to speak."""
    NOTHING = "nothing"
    """It was none after all."""
    STARTED = "started"
    PAUSED = "paused"
    """Silent for a moment: perhaps the end."""
    RESUMED = "resumed"
    """They go on after a pause."""
    ENDED = "ended"
    CUT = "cut"
    """Too long: the finished part is over, and the rest is a new remark that has started."""


class _Heard(msgspec.Struct, frozen=True):
    pcm: Pcm
    probability: float
    at: float


class Remark:
    """The sound of one remark, growing."""

    def __init__(self, windows: list[_Heard], started: float) -> None:
        self._windows = windows
        self.start = started
        """When speech began, seconds since the epoch."""
        self.end = windows[-1].at if windows else started
        """When the last voiced sound reached us, seconds since the epoch."""
        self.voiced_s = 0.0
        """Seconds of speech in it."""
        self.silence_s = 0.0
        """Seconds of silence at its end."""
        self.pause_s = 0.0
        """Seconds of the last silence that they spoke after."""

    @property
    def length_s(self) -> float:
        """Seconds of sound, silence included."""
        return len(self._windows) * WINDOW_S

    def add(self, window: _Heard, *, voiced: bool) -> None:
        """Put a window at the end."""
        self._windows.append(window)
        if voiced:
            self.voiced_s += WINDOW_S
            self.pause_s = self.silence_s or self.pause_s
            self.silence_s = 0.0
            self.end = window.at
        else:
            self.silence_s += WINDOW_S

    def pcm(self) -> list[Pcm]:
        """Return its windows: joining and converting them is left to the worker's thread."""
        return [window.pcm for window in self._windows]

    def split(self, within_s: float) -> "Remark":
        """Keep all up to the quietest of the last windows, the latest of equals; return the rest as a new remark."""
        tail = min(int(within_s / WINDOW_S), len(self._windows) - 2)
        backwards = [window.probability for window in self._windows[: -tail - 1 : -1]]
        place = len(self._windows) - 1 - int(np.argmin(backwards))
        rest = Remark(self._windows[place:], self._windows[place - 1].at)
        rest.voiced_s = len(rest.pcm()) * WINDOW_S
        self._windows = self._windows[:place]
        self.end = self._windows[-1].at
        self.voiced_s -= rest.voiced_s
        self.silence_s = 0.0
        return rest


def joined(windows: list[Pcm]) -> Samples:
    """Return windows as one array of float32, -1 to 1."""
    return np.concatenate(windows).astype(np.float32) / _FULL_SCALE


class Endpointer:
    """One speaker's remarks. `wait_s` may change at any time as more becomes known about the remark."""

    def __init__(self, options: EndpointOptions) -> None:
        self._options = options
        self._before: deque[_Heard] = deque(maxlen=max(int(options.before_s / WINDOW_S), options.start_windows))
        self._run = 0
        self._deaf = 0
        self._signs = 0
        self._paused = False
        self.remark: Remark | None = None
        """The remark that goes on."""
        self.finished: Remark | None = None
        """The remark that ended last."""
        self.wait_s = options.wait_s
        """Seconds of silence that end the remark."""

    def push(self, pcm: Pcm, probability: float, at: float) -> Change | None:
        """Take the next window, shape [512], whose end reached us at `at`; return what it changed."""
        window = _Heard(pcm, probability, at)
        if self.remark is None:
            return self._listen(window)
        resumed = self._paused and probability >= self._options.speech
        voiced = probability >= (self._options.speech if self._paused else self._options.silence)
        self.remark.add(window, voiced=voiced)
        if resumed:
            self._paused = False
            return Change.RESUMED
        return self._over(self.remark)

    def finish(self) -> Change | None:
        """End the remark that goes on, if any: the speaker let go of the microphone."""
        signs, self._signs = self._signs, 0
        self._before.clear()
        self._run = 0
        if self.remark is None:
            return Change.NOTHING if signs else None
        self._end(self.remark, None)
        return Change.ENDED

    def _listen(self, window: _Heard) -> Change | None:
        self._before.append(window)
        self._run = self._run + 1 if window.probability >= self._options.speech else 0
        if self._run < self._options.start_windows and window.probability < self._options.sure:
            return self._look_out(window)
        self._signs = 0
        self.remark = Remark(list(self._before), window.at - self._run * WINDOW_S)
        self.remark.voiced_s = self._run * WINDOW_S
        self._before.clear()
        self._run = 0
        return Change.STARTED

    def _look_out(self, window: _Heard) -> Change | None:
        """Return whether `window`, which begins no remark, is a sign that one begins, or ends the wait after one."""
        if self._signs:
            self._signs -= 1
            if self._signs:
                return None
            self._deaf = round(self._options.deaf_s / WINDOW_S)
            return Change.NOTHING
        if self._deaf:
            self._deaf -= 1
        elif window.probability >= self._options.sign:
            self._signs = self._options.sign_windows
            return Change.SIGN
        return None

    def _over(self, remark: Remark) -> Change | None:
        options = self._options
        pause = remark.silence_s >= options.pause_s
        if remark.silence_s >= self.wait_s or (pause and remark.length_s >= options.eager_s):
            self._end(remark, None)
            return Change.ENDED
        if remark.length_s >= options.longest_s:
            self._end(remark, remark.split(options.cut_within_s))
            return Change.CUT
        if pause and not self._paused:
            self._paused = True
            return Change.PAUSED
        return None

    def _end(self, remark: Remark, rest: Remark | None) -> None:
        self.finished, self.remark = remark, rest
        self._paused = False
        self.wait_s = self._options.wait_s
