"""What keeps the bot from speaking just now: moderators, the streamer's voice, the platform's limits, its own share."""

from collections import deque
from typing import Final, Self

import msgspec

from bot.candidate import Candidate, Priority
from bot.floor import Blocked
from bot.rate import Window
from core.clock import Clock

STREAMER_S: Final = 10.0
"""Seconds after the last sign of the streamer's voice after which it counts as over, whatever the ears say."""
_FIRST: Final = frozenset((Priority.STREAMER, Priority.PAID, Priority.ADDRESSED))
"""What is answered however much the bot has spoken."""


class GateOptions(msgspec.Struct, frozen=True):
    """How much the bot may say."""

    replies: int = 0
    """Replies within `replies_s`, a burst; 0: any number."""
    replies_s: float = 30.0
    """Seconds."""
    share_min: float = 0.0
    """Share of the time that the bot should speak at least, 0 to 1."""
    share_max: float = 1.0
    """Share of the time that the bot may speak, 0 to 1; what is meant for it is answered even so."""
    share_s: float = 300.0
    """Seconds over which the share counts."""
    yield_to_streamer: bool = True
    """Whether the bot waits while the streamer speaks."""


class TalkShare:
    """How much of the last while the bot's voice filled."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._begun = clock.monotonic()
        self._spoken: deque[tuple[float, float]] = deque()
        self._sum = 0.0
        self.voiced = False
        """Whether anything was spoken at all: a bot that only writes has no share."""

    def spoke(self, seconds: float) -> None:
        """Count `seconds` of voice that end now."""
        if seconds > 0:
            self.voiced = True
            self._spoken.append((self._clock.monotonic(), seconds))
            self._sum += seconds

    def value(self) -> float:
        """Return the share, 0 to 1, of the last while or of the time since the start where that is shorter."""
        now = self._clock.monotonic()
        while self._spoken and self._spoken[0][0] <= now - self._seconds:
            self._sum -= self._spoken.popleft()[1]
        return min(1.0, max(0.0, self._sum) / max(1.0, min(self._seconds, now - self._begun)))


class Gate:
    """Says of each claim whether it may be answered now."""

    def __init__(self, options: GateOptions, limits: list[Window], clock: Clock) -> None:
        """Take the platform's `limits` beside the settings'."""
        self._options = options
        self._clock = clock
        self._limits = [Window(options.replies, options.replies_s, clock), *limits]
        self.share = TalkShare(options.share_s, clock)
        """How much the bot has spoken."""
        self._spent = 0.0
        self._silent_until = 0.0
        self._streamer_until = 0.0

    def blocked(self, candidate: Candidate) -> Blocked | None:
        """Return what keeps `candidate` from being answered now, or nothing."""
        now = self._clock.monotonic()
        if now < self._silent_until:
            return "too_late_silenced", {}
        if now < self._streamer_until and not candidate.care:
            return "too_late_streamer", {}
        for limit in self._limits[1:] if candidate.care else self._limits:  # the platform's bind even then
            if not limit.has():
                return "too_late_rate", {"count": str(limit.most), "seconds": f"{limit.seconds:g}"}
        options = self._options
        if candidate.priority not in _FIRST and self.share.voiced and (share := self.share.value()) > options.share_max:
            return "too_late_share", {
                "share": f"{share * 100:.0f}",
                "minutes": f"{options.share_s / 60:g}",
                "most": f"{options.share_max * 100:.0f}",
            }
        return None

    def spend(self) -> None:
        """Count one reply, which is going to be written."""
        self._spent = self._clock.monotonic()
        for limit in self._limits:
            limit.count()

    def written(self) -> None:
        """Note that the reply counted last has just been written: limits count from here on."""
        for limit in self._limits:
            limit.move(self._spent)
        self._spent = self._clock.monotonic()

    def streamer(self, *, speaks: bool) -> None:
        """Note that the streamer is speaking, or has stopped."""
        if self._options.yield_to_streamer:
            self._streamer_until = self._clock.monotonic() + STREAMER_S if speaks else 0.0

    def silence(self, seconds: float) -> None:
        """Keep silent for `seconds` from now, infinity until lifted, 0 to lift it."""
        self._silent_until = self._clock.monotonic() + seconds

    def take_over(self, before: Self) -> None:
        """Go on where the gate of the room's bot before stood: a moderator's silence, what was spoken and written."""
        self._silent_until = before._silent_until
        if self._options.share_s == before._options.share_s:
            self.share = before.share
        for limit, used in zip(self._limits, before._limits, strict=False):
            limit.take_over(used)

    @property
    def silent_s(self) -> float:
        """Seconds that a moderator's silence still lasts; infinity until lifted."""
        return max(0.0, self._silent_until - self._clock.monotonic())

    @property
    def too_quiet(self) -> bool:
        """Whether the bot has spoken less than settings wish."""
        return self.share.value() < self._options.share_min
