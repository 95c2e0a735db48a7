"""One question put to the room for a while: who answered what, until when, and what came a moment too late."""

from typing import Generic, TypeVar

from bot.show.line import LATE_S, TOLD_S
from bot.show.tally import Tally
from core.clock import Clock

T = TypeVar("T")


class Round(Generic[T]):
    """A quiz question or a poll while it is open, and for `LATE_S` after that."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._closed: T | None = None
        self._closed_at = float("-inf")
        self.tally = Tally("last")
        """What each viewer chose."""
        self.open: T | None = None
        """What answers are taken for."""

    def begin(self, asked: T, lasts_s: float, counts: str) -> None:
        """Take answers to `asked` for `lasts_s` seconds; `first` or `last` one of a viewer `counts`."""
        self.open, self.tally = asked, Tally(counts)
        self._until = self._clock.monotonic() + lasts_s

    def end(self) -> T | None:
        """Take no more answers; return what they were to, or nothing where nothing was open."""
        asked, self.open = self.open, None
        if asked is not None:
            self._closed, self._closed_at = asked, self._clock.monotonic()
        return asked

    @property
    def due(self) -> bool:
        """Whether time is up."""
        return self.open is not None and self._clock.monotonic() >= self._until

    @property
    def left_s(self) -> float:
        """Seconds for which answers are taken still."""
        return self._until - self._clock.monotonic()

    @property
    def just_closed(self) -> T | None:
        """What closed within `LATE_S`: answers to it may still be under way."""
        return self._closed_within(LATE_S)

    @property
    def told(self) -> T | None:
        """What closed within `TOLD_S`: who asks how it ended is told."""
        return self._closed_within(TOLD_S)

    def _closed_within(self, seconds: float) -> T | None:
        return self._closed if self._clock.monotonic() - self._closed_at <= seconds else None
