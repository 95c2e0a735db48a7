"""Spam: the same text by one viewer again and again, or by many viewers at once."""

from collections import OrderedDict, deque
from typing import Final

import msgspec

from core.clock import Clock
from nlu.safety import spelling
from nlu.safety.verdict import ALLOWED, Verdict

TEXTS: Final = 4_000
"""Different texts that are remembered; the one not seen for longest gives way."""
_LONG: Final = 15
"""Characters from which on what many send is copied: shorter texts are cheers and answers (扣1, 想要)."""
_LETTERS: Final = 3
"""Characters from which on a text of one viewer counts: 1, 买 and 666 are how one takes part."""


class SpamOptions(msgspec.Struct, frozen=True):
    """How often the same may be said."""

    same: int = 4
    """Times that one viewer may send the same text within the time."""
    crowd: int = 6
    """Viewers that may send the same long text within the time."""
    within_s: float = 30.0
    """Seconds."""


class Spam:
    """Counts repeats in one room."""

    def __init__(self, options: SpamOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._sent: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()

    def check(self, text: str, viewer_id: str) -> Verdict:
        """Count a message of a viewer and return warn where it has come too often, block where twice as often."""
        key = "".join(character for character in spelling.clean(text) if character.isalnum())
        if len(key) < _LETTERS or len(set(key)) < _LETTERS:
            return ALLOWED
        now, options = self._clock.monotonic(), self._options
        sent = self._sent.setdefault(key, deque(maxlen=4 * max(options.same, options.crowd)))
        self._sent.move_to_end(key)
        if len(self._sent) > TEXTS:
            self._sent.popitem(last=False)
        sent.append((now, viewer_id))
        while sent[0][0] <= now - options.within_s:
            sent.popleft()
        own = sum(owner == viewer_id for _, owner in sent)
        if own > options.same:
            return Verdict("block" if own > 2 * options.same else "warn", "spam", "same text again", 1.0)
        if len(key) >= _LONG:
            owners = len({owner for _, owner in sent})
            if owners > options.crowd:
                return Verdict("block" if owners > 2 * options.crowd else "warn", "spam", "same text by many", 1.0)
        return ALLOWED
