"""Barge-in: somebody speaks while we do. Lower the voice at once, stop when they mean it, go on when they do not.

A voice is lowered on the first sign of speech, long before there are words. What is then heard decides: words that
take the turn stop us, a backchannel, our own echo or a short sound that may be either does not, and noise that never
becomes words lets us go on.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Literal, Protocol

import msgspec

from asr.echo import is_echo
from asr.interruption import Bid, bid
from core.clock import Clock
from core.events import Role, Utterance

PAUSE_S: Final = 0.15
"""Seconds since a speaker's last sound from which they are taken to pause."""
PATIENCE_S: Final = 0.5
"""Seconds after a speaker has paused, the pause itself being some 0.2 s, in which words must come of what they said."""
LONGEST_S: Final = 30.0
"""Seconds after which a speaker whose remark never ends no longer keeps us low."""

Whom = Literal["everyone", "streamer", "nobody"]


class Effect(StrEnum):
    """What somebody's voice did to ours."""

    NONE = "none"
    LOWERED = "lowered"
    STOPPED = "stopped"
    BACKCHANNEL = "backchannel"
    UNSURE = "unsure"
    """Words, but so short and doubtful that they may be a backchannel misheard: answered in their turn."""
    ECHO = "echo"
    NOTHING = "nothing"
    """Noise: no words came of it."""


class Voice(Protocol):
    """What can be lowered and stopped: see `bot.speaking.Speaking`."""

    @property
    def saying(self) -> str:
        """What is being said; empty where nothing is."""
        ...

    def duck(self, *, on: bool) -> None:
        """Lower the voice, or raise it again."""
        ...

    def cancel(self) -> None:
        """Stop what is being said."""
        ...


class _Speaker(msgspec.Struct):
    since: float
    paused: float | None = None


class BargeIn:
    """Decides for one room. Synchronous: it is told what the ears hear, and `tick` now and then.

    `names` are those that we answer to: whoever calls us wants to be heard.
    """

    def __init__(self, voice: Voice, clock: Clock, whom: Whom = "everyone", names: Sequence[str] = ()) -> None:
        self._voice = voice
        self._clock = clock
        self._whom = whom
        self._names = names
        self._low: dict[str, _Speaker] = {}

    def hear(self, utterance: Utterance) -> Effect:
        """Take what is heard of a remark so far: an empty partial tells of sound or, by its end, of a pause."""
        saying = self._voice.saying
        if utterance.final:
            self._raise(utterance.id)
        if not saying:
            if not utterance.text and not utterance.final:
                self._sound(utterance)  # whatever we say meanwhile begins quietly
            return Effect.NONE
        if utterance.text and is_echo(utterance.text, saying):
            self._raise(utterance.id)
            return Effect.ECHO
        if not utterance.text:
            return Effect.NOTHING if utterance.final else self._sound(utterance)
        heard = bid(utterance.text, utterance.end - utterance.start, utterance.confidence, self._names)
        if heard is Bid.BACKCHANNEL:
            self._quieten(utterance.id)
            return Effect.BACKCHANNEL
        if self._whom == "nobody" or (self._whom == "streamer" and utterance.speaker.role is not Role.STREAMER):
            return Effect.NONE
        if heard is Bid.UNSURE:
            if self._clock.wall() - utterance.end >= PAUSE_S:
                self._quieten(utterance.id)
            return Effect.UNSURE
        self._voice.cancel()
        return Effect.STOPPED

    def tick(self) -> None:
        """Go on at our own volume where those who made us lower it have said nothing after all."""
        now = self._clock.monotonic()
        for utterance_id, speaker in list(self._low.items()):
            paused = speaker.paused is not None and now - speaker.paused >= PATIENCE_S
            if paused or now - speaker.since >= LONGEST_S:
                self._raise(utterance_id)

    def _sound(self, utterance: Utterance) -> Effect:
        now = self._clock.monotonic()
        speaker = self._low.get(utterance.id)
        if self._clock.wall() - utterance.end >= PAUSE_S:
            self._quieten(utterance.id)
            return Effect.NONE
        if speaker is None:
            self._low[utterance.id] = _Speaker(now)
            self._voice.duck(on=True)
            return Effect.LOWERED
        speaker.paused = None
        return Effect.NONE

    def _quieten(self, utterance_id: str) -> None:
        speaker = self._low.get(utterance_id)
        if speaker is not None and speaker.paused is None:
            speaker.paused = self._clock.monotonic()

    def _raise(self, utterance_id: str) -> None:
        if self._low.pop(utterance_id, None) is not None and not self._low:
            self._voice.duck(on=False)
