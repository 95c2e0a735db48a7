"""The overload ladder: what is given up first when too much comes, published and climbed down slowly."""

from enum import IntEnum
from typing import Final

from prometheus_client import Gauge

from core.clock import Clock

CALM_S: Final = 3.0
"""Seconds of less pressure after which one step is taken back."""
LATE_S: Final = 0.5
"""Lateness of the event loop that counts as full pressure."""

_STEP = Gauge("danmate_overload_step", "0 none, 1 no partial transcripts, 2 short replies, 3 refusals", ["room"])


class Step(IntEnum):
    """How much is given up; each step includes those before it."""

    NONE = 0
    NO_PARTIALS = 1
    """Partial transcripts are neither computed nor shown."""
    SHORT = 2
    """Replies are short."""
    REFUSE = 3
    """Only what is meant for the bot is taken; the rest is refused with a reason."""


_FROM: Final = ((Step.REFUSE, 0.95), (Step.SHORT, 0.75), (Step.NO_PARTIALS, 0.5))


class Ladder:
    """Climbs at once, comes down a step at a time."""

    def __init__(self, room: str, clock: Clock) -> None:
        self._clock = clock
        self._gauge = _STEP.labels(room)
        self._gauge.set(0)
        self._pressed = clock.monotonic()
        self.step = Step.NONE
        """The present step."""

    def update(self, pressure: float) -> Step:
        """Return the step for `pressure`: 0 nothing waits, 1 something is full."""
        now = self._clock.monotonic()
        wanted = next((step for step, least in _FROM if pressure >= least), Step.NONE)
        if wanted >= self.step:
            self.step, self._pressed = wanted, now
        elif now - self._pressed >= CALM_S:
            self.step, self._pressed = Step(self.step - 1), now
        self._gauge.set(self.step)
        return self.step
