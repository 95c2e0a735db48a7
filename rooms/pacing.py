"""Speech in time: what may be sent now so that it is never far ahead of playing, and what has been heard. No I/O.

A page plays what comes as soon as it comes and without gaps; so one number, the time at which all that was sent will
have been played, tells both how far ahead the sender is and what was heard.
"""

from collections import OrderedDict, deque
from typing import Final

import msgspec

from core.errors import AudioError, OverloadError
from core.events import Clause, Heard, Speech

AHEAD_S: Final = 1.0
"""Seconds of sound that may be sent before they are due: what a cancelled reply leaves in pages' buffers."""
FRAME_S: Final = 0.1
"""Seconds of sound in a frame: at 48 kHz 9.6 kB, well within a frame's limit."""
_OVER: Final = 256  # replies whose late clauses are still dropped


class Begin(msgspec.Struct, frozen=True):
    """A clause begins: its caption is due."""

    speech: Speech
    """The clause, its sound aside."""


class Piece(msgspec.Struct, frozen=True):
    """A frame of a clause."""

    reply: str
    """The reply's id."""
    sequence: int
    """The clause's number."""
    count: int
    """Counts up from 0 a reply."""
    pcm: bytes
    """Mono int16 little-endian."""
    last: bool
    """Whether the clause ends with it."""


class _Played(msgspec.Struct):
    """A clause on its way to ears: when its end will be heard."""

    caption: Clause
    ends: float


class _Playing:
    """A reply from its first clause until it is over."""

    def __init__(self) -> None:
        self.clauses: list[_Played] = []
        self.starts = float("inf")
        self.sent_s = 0.0
        self.frames = 0
        self.whole = False

    @property
    def ends(self) -> float:
        """When what was sent of it will have been played."""
        return self.clauses[-1].ends if self.clauses else float("-inf")

    def unheard_s(self, now: float) -> float:
        """Return how many seconds of what was sent are still in pages' buffers."""
        return max(0.0, self.ends - max(now, self.starts)) if self.sent_s else 0.0

    def sooner(self, seconds: float) -> None:
        """Note that it will be played `seconds` sooner."""
        self.starts -= seconds
        for clause in self.clauses:
            clause.ends -= seconds


class Pacer:
    """Cuts clauses into frames and lets each go when it is due. Times are the caller's monotonic seconds."""

    def __init__(self, ahead_s: float = AHEAD_S, frame_s: float = FRAME_S, waiting_s: float = 120.0) -> None:
        self._ahead_s = ahead_s
        self._frame_s = frame_s
        self._waiting_s = waiting_s
        self._queue: deque[Speech] = deque()
        self._queued_s = 0.0
        self._offset = 0
        self._playing: OrderedDict[str, _Playing] = OrderedDict()
        self._over: OrderedDict[str, None] = OrderedDict()
        self._played_until = float("-inf")

    def push(self, speech: Speech) -> None:
        """Queue a clause; that of a reply which is over is dropped. Raise `AudioError`, `OverloadError`."""
        if len(speech.pcm) % 2 or speech.sample_rate <= 0:
            raise AudioError("speech is 16-bit mono PCM: an even number of bytes at a positive sample rate")
        if speech.reply in self._over:
            return
        if self._queued_s + _seconds(speech) > self._waiting_s:
            raise OverloadError(f"{self._waiting_s:.0f} s of speech are waiting already; cancel some of it")
        self._queue.append(speech)
        self._queued_s += _seconds(speech)
        self._playing.setdefault(speech.reply, _Playing())

    def due(self, now: float) -> list[Begin | Piece]:
        """Take what is to be sent now, in order."""
        out: list[Begin | Piece] = []
        while self._queue and max(self._played_until, now) + self._frame_s <= now + self._ahead_s + 1e-9:
            self._take(out, now)
        return out

    def wait_s(self, now: float) -> float | None:
        """Return how many seconds to wait until something is due or a reply is over; nothing: until the next push."""
        waits = [playing.ends - now for playing in self._playing.values() if playing.whole]
        if self._queue:
            waits.append(self._played_until + self._frame_s - self._ahead_s - now)
        return max(0.0, min(waits)) if waits else None

    def finished(self, now: float) -> list[Heard]:
        """Take the replies that have been played to their end."""
        over = [reply for reply, playing in self._playing.items() if playing.whole and playing.ends <= now]
        return [self._end(reply, now, cut=False) for reply in over]

    def cancel(self, reply: str, now: float) -> Heard:
        """Drop what is left of `reply` and return what was heard of it."""
        kept = [speech for speech in self._queue if speech.reply != reply]
        if self._queue and self._queue[0].reply == reply:
            self._offset = 0
        self._queue = deque(kept)
        self._queued_s = sum(_seconds(speech) for speech in kept)
        dropped = self._playing.get(reply, _Playing())
        unheard_s = dropped.unheard_s(now)
        self._played_until -= unheard_s  # pages drop what they have of it and go on with the next
        for playing in self._playing.values():
            if playing.starts > dropped.starts:
                playing.sooner(unheard_s)
        return self._end(reply, now, cut=True)

    def cancel_all(self, now: float) -> list[Heard]:
        """Drop everything and return what was heard of each reply."""
        return [self.cancel(reply, now) for reply in list(self._playing)]

    def _take(self, out: list[Begin | Piece], now: float) -> None:
        speech = self._queue[0]
        playing = self._playing[speech.reply]
        if self._offset == 0:
            out.append(Begin(speech))
            playing.clauses.append(_Played(speech.caption, max(self._played_until, now)))
        size = max(1, int(speech.sample_rate * self._frame_s)) * 2
        pcm = speech.pcm[self._offset : self._offset + size]
        self._offset += size
        last = self._offset >= len(speech.pcm)
        if pcm:
            seconds = len(pcm) / 2 / speech.sample_rate
            out.append(Piece(speech.reply, speech.sequence, playing.frames, pcm, last))
            playing.frames += 1
            playing.starts = min(playing.starts, max(self._played_until, now))
            playing.sent_s += seconds
            self._played_until = max(self._played_until, now) + seconds
            playing.clauses[-1].ends = self._played_until
        if last:
            self._queue.popleft()
            self._offset = 0
            self._queued_s = max(0.0, self._queued_s - _seconds(speech)) if self._queue else 0.0
            playing.whole = playing.whole or speech.last

    def _end(self, reply: str, now: float, *, cut: bool) -> Heard:
        playing = self._playing.pop(reply, _Playing())
        self._over[reply] = None
        if len(self._over) > _OVER:
            self._over.popitem(last=False)
        text = ""
        for clause in playing.clauses:
            if clause.ends <= now + 1e-9:
                text = _joined(text, clause.caption.text)
        return Heard(reply=reply, text=text, played_s=playing.sent_s - playing.unheard_s(now), cut=cut)


def _seconds(speech: Speech) -> float:
    return len(speech.pcm) / 2 / speech.sample_rate


def _joined(text: str, more: str) -> str:
    """Return both with a space between words of alphabets, none between Chinese characters."""
    gap = " " if text[-1:].isascii() and more[:1].isascii() and text and more and text[-1:] != " " else ""
    return text + gap + more
