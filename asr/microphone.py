"""One speaker's microphone: frames in their order, gaps filled, cut into the windows that voice activity needs."""

from collections import deque
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from prometheus_client import Counter

from asr.vad import WINDOW
from core.events import SAMPLE_RATE, AudioFrame

Pcm = NDArray[np.int16]
"""Mono sound at 16 kHz, shape [n]."""

WAITING_S: Final = 5.0
"""Seconds of sound that may wait; beyond it the oldest frame gives way."""
FILL_S: Final = 1.0
"""Seconds of silence that at most stand in for lost frames."""
_RESTART = 50
"""Frames that a sequence must fall back by to count as a new stream instead of a late frame."""
_LONGEST_FRAME = SAMPLE_RATE * 2

DROPPED = Counter("danmate_ears_dropped_total", "Sound or results that ears gave up, by reason", ["reason"])
LOST = Counter("danmate_ears_lost_frames_total", "Frames that never came, by their sequence numbers")


class Window(msgspec.Struct, frozen=True):
    """The next piece of sound to judge."""

    pcm: Pcm
    """Shape [512]."""
    at: float
    """When its end reached us, seconds since the epoch."""
    last: bool
    """Whether the speaker let go of the microphone with it."""


class Microphone:
    """Takes frames as they come and gives windows; holds at most some seconds of sound."""

    def __init__(self) -> None:
        self._frames: deque[AudioFrame] = deque()
        self._waiting = 0
        self._rest: Pcm = np.zeros(0, np.int16)
        self._expected: int | None = None

    def accept(self, frame: AudioFrame) -> bool:
        """Take a frame in; return whether it was usable. Counts what is lost and dropped."""
        if len(frame.pcm) % 2 or len(frame.pcm) > _LONGEST_FRAME:
            DROPPED.labels("malformed").inc()
            return False
        gap = self._gap(frame.sequence)
        if gap < 0:
            DROPPED.labels("late").inc()
            return False
        if gap:
            LOST.inc(gap)
            silence = min(gap * len(frame.pcm), int(FILL_S * SAMPLE_RATE) * 2)
            self._put(msgspec.structs.replace(frame, pcm=bytes(silence), last=False))
        self._put(frame)
        self._expected = None if frame.last else frame.sequence + 1
        return True

    def next_window(self) -> Window | None:
        """Return the next window, or None until more sound comes; a stream's last one is filled up with silence."""
        while self._frames and len(self._rest) < WINDOW:
            frame = self._frames.popleft()
            self._waiting -= len(frame.pcm)
            self._rest = np.concatenate((self._rest, np.frombuffer(frame.pcm, "<i2")))
            self._at, self._last = frame.at, frame.last
            if frame.last:
                whole = max(-(-len(self._rest) // WINDOW), 1) * WINDOW
                self._rest = np.pad(self._rest, (0, whole - len(self._rest)))
                break
        if len(self._rest) < WINDOW:
            return None
        window, self._rest = self._rest[:WINDOW], self._rest[WINDOW:]
        return Window(window, self._at - len(self._rest) / SAMPLE_RATE, self._last and not len(self._rest))

    def _gap(self, sequence: int) -> int:
        """Return how many frames are missing before this one; below 0 where it comes late or twice."""
        if self._expected is None or sequence <= self._expected - _RESTART or (not sequence and self._expected > 1):
            return 0
        return sequence - self._expected

    def _put(self, frame: AudioFrame) -> None:
        self._frames.append(frame)
        self._waiting += len(frame.pcm)
        while self._waiting > WAITING_S * SAMPLE_RATE * 2 and len(self._frames) > 1:
            self._waiting -= len(self._frames.popleft().pcm)
            DROPPED.labels("behind").inc()
