"""How much of everything a room takes, and the meters that count it. Times come from the caller."""

from collections import deque

import msgspec

from core.events import Role


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of docs/room-protocol.md; every one can be set."""

    text: int = 500
    """Characters of a viewer's message."""
    say: int = 1000
    """Characters of a bot's message."""
    name: int = 24
    """Characters of a name."""
    frame_bytes: int = 16 * 1024
    """Bytes of one frame from a client."""
    hello_s: float = 5.0
    """Seconds a connection may take to say hello."""
    messages: int = 20
    """Messages of a viewer within `messages_s`."""
    staff_messages: int = 60
    """Messages of a moderator or the streamer within `messages_s`."""
    messages_s: float = 10.0
    """Seconds over which messages are counted."""
    refusals: int = 100
    """Refusals within `refusals_s` that close a connection."""
    refusals_s: float = 60.0
    """Seconds over which refusals are counted."""
    audio_speed: float = 1.2
    """Seconds of sound a second that may be sent."""
    mic_burst_s: float = 2.0
    """Seconds of sound that a microphone may send at once, after a stall of the network."""
    voice_burst_s: float = 10.0
    """Seconds of sound that the bot may send at once."""
    remark_s: float = 60.0
    """Seconds that a microphone may send without a pause."""
    pause_s: float = 0.5
    """Seconds without a frame that count as a pause."""
    voice_stale_s: float = 10.0
    """Seconds without a frame after which an unended reply no longer keeps other bots from speaking."""
    mics: int = 8
    """Open microphones in a room."""
    waiting_s: float = 5.0
    """Seconds that a frame may wait for a slow client."""
    waiting_messages: int = 4096
    """Frames that may wait for a slow client; what everybody is told is one piece of memory, however many wait."""
    waiting_bytes: int = 1024 * 1024
    """Bytes that may wait for a slow client."""
    participants: int = 5000
    """Participants of a room, those who may still resume included."""
    rooms: int = 100
    """Rooms of a server."""
    per_address: int = 50
    """Connections from one address."""
    resume_s: float = 120.0
    """Seconds a lost session waits to be resumed; one that is timed out waits until that ends."""
    away_s: float = 10.0
    """Seconds after which a lost participant is told of as gone."""
    ring: int = 512
    """Events that a lost session can catch up with."""
    history: int = 50
    """Messages that a newcomer is shown."""
    known_messages: int = 2000
    """Messages that can still be deleted or timed out."""
    refs: int = 256
    """Acknowledged refs that a session remembers."""
    joins_per_s: int = 5
    """Joins and leaves that everybody is told of in a second; bots are told of all of them."""
    fold_s: float = 1.0
    """Seconds over which one viewer's likes become one event, and changes of the shelf one message."""
    clicks: int = 250
    """Opened products that bots are told of at once; what comes beyond is dropped until they were told."""
    heartbeat_s: float = 20.0
    """Seconds between pings; no pong within half of it ends the connection."""

    def messages_of(self, role: Role) -> int:
        """Return how many messages `role` may send within `messages_s`; 0 means any number."""
        if role is Role.BOT:
            return 0
        return self.staff_messages if role in (Role.MODERATOR, Role.STREAMER) else self.messages


class Window:
    """A sliding window: at most `limit` within `seconds`; a limit of 0 lets everything through."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=limit or 1)

    def allow(self, now: float) -> bool:
        """Count one at `now` (monotonic seconds) and return whether it was within the limit."""
        if not self._limit:
            return True
        if len(self._times) == self._limit and now - self._times[0] < self._seconds:
            return False
        self._times.append(now)
        return True


class AudioMeter:
    """A leaky bucket of sound: drains at `speed` × real time, holds `burst_s` seconds."""

    def __init__(self, speed: float, burst_s: float) -> None:
        self._speed = speed
        self._burst_s = burst_s
        self._level_s = 0.0
        self._at = 0.0

    def allow(self, seconds: float, now: float) -> bool:
        """Count `seconds` of sound at `now` (monotonic seconds) and return whether the bucket holds them."""
        self._level_s = max(0.0, self._level_s - (now - self._at) * self._speed)
        self._at = now
        if self._level_s + seconds > self._burst_s:
            return False
        self._level_s += seconds
        return True
