"""Clauses that recur (greetings, thanks, "one moment") are spoken once and kept."""

from collections import OrderedDict
from typing import Final

import msgspec

_SEEN: Final = 2048
"""Clauses whose first time is remembered."""


class PhraseKey(msgspec.Struct, frozen=True):
    """What makes two clauses sound the same."""

    engine: str
    """The speaker's name."""
    voice: str
    """The voice's name."""
    language: str
    """ISO 639-1."""
    speed: float
    """1 is as recorded."""
    loudness: float
    """What it was levelled to, dBFS."""
    text: str
    """The normalised clause."""


class CacheStatistics(msgspec.Struct, frozen=True):
    """A look at the cache."""

    phrases: int
    """Clauses kept."""
    bytes: int
    """Their sound."""
    hits: int
    """Clauses that did not have to be computed."""
    misses: int
    """Clauses that had to."""


class PhraseCache:
    """Sounds of clauses, at most `capacity` bytes; the least recently used go first. For one event loop."""

    def __init__(self, capacity: int = 16 * 2**20) -> None:
        self._capacity = capacity
        self._sounds: OrderedDict[PhraseKey, bytes] = OrderedDict()
        self._seen: OrderedDict[PhraseKey, None] = OrderedDict()
        self._bytes = 0
        self._hits = 0
        self._misses = 0

    def get(self, key: PhraseKey) -> bytes | None:
        """Return the sound of `key` if it is kept."""
        sound = self._sounds.get(key)
        if sound is None:
            self._misses += 1
            return None
        self._hits += 1
        self._sounds.move_to_end(key)
        return sound

    def offer(self, key: PhraseKey, sound: bytes) -> None:
        """Keep `sound` if `key` is offered for the second time: a clause said once may never be said again."""
        if key in self._seen:
            del self._seen[key]
            self.keep(key, sound)
            return
        self._seen[key] = None
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)

    def keep(self, key: PhraseKey, sound: bytes) -> None:
        """Keep `sound`, unless it alone is larger than the cache."""
        if len(sound) > self._capacity:
            return
        self._bytes += len(sound) - len(self._sounds.pop(key, b""))
        self._sounds[key] = sound
        while self._bytes > self._capacity:
            _, gone = self._sounds.popitem(last=False)
            self._bytes -= len(gone)

    def statistics(self) -> CacheStatistics:
        """Return how full it is and how often it helped."""
        return CacheStatistics(len(self._sounds), self._bytes, self._hits, self._misses)

    def __contains__(self, key: PhraseKey) -> bool:
        return key in self._sounds
