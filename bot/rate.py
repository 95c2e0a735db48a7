"""How many a while: a window that is never overstepped, for limits, and a bucket that lets a stream through, to sample.

Platforms count what was written in the last seconds, whenever these began, and ban whoever writes more. A bucket that
is full and fills again lets nearly twice as many through in its first such while: it is no limit.
"""

from collections import deque
from typing import Self

from core.clock import Clock


class Window:
    """At most `most` within any `seconds`; 0 of them means no limit."""

    def __init__(self, most: int, seconds: float, clock: Clock) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._times: deque[float] = deque(maxlen=most)

    def has(self) -> bool:
        """Return whether one more fits in now."""
        if not self.most or len(self._times) < self.most:
            return True
        return self._clock.monotonic() - self._times[0] >= self.seconds

    def count(self) -> None:
        """Count one, whether it fits in or not."""
        self._times.append(self._clock.monotonic())

    def take(self) -> bool:
        """Count one and return True, or return False where none fits in."""
        if not self.has():
            return False
        self.count()
        return True

    def take_over(self, before: Self) -> None:
        """Go on with what was counted before, by another window's length and number."""
        self._times = deque(before._times, maxlen=self.most)

    def move(self, since: float) -> None:
        """Count as of now what was counted at `since`, monotonic seconds: it took until now to be written."""
        if since in self._times:
            self._times.remove(since)
            self.count()


class Bucket:
    """Holds up to `most` tokens and gets `most` new ones every `seconds`; 0 of them means that everything passes."""

    def __init__(self, most: int, seconds: float, clock: Clock) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._tokens = float(most)
        self._at = clock.monotonic()

    def take(self) -> bool:
        """Take a token and return True, or return False where there is none."""
        if not self._most:
            return True
        now = self._clock.monotonic()
        self._tokens = min(float(self._most), self._tokens + (now - self._at) * self._most / self._seconds)
        self._at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
