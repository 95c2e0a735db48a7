"""A token bucket: how many a while, with a burst, whatever the while is."""

from core.clock import Clock


class Bucket:
    """Holds up to `most` tokens and gets `most` new ones every `seconds`; 0 of them means no limit."""

    def __init__(self, most: int, seconds: float, clock: Clock) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._tokens = float(most)
        self._at = clock.monotonic()

    def has(self) -> bool:
        """Return whether a token could be taken now."""
        if not self.most:
            return True
        now = self._clock.monotonic()
        self._tokens = min(float(self.most), self._tokens + (now - self._at) * self.most / self.seconds)
        self._at = now
        return self._tokens >= 1.0

    def take(self) -> bool:
        """Take a token and return True, or return False where there is none."""
        if not self.has():
            return False
        self._tokens -= 1.0
        return True
