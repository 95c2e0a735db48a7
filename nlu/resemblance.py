"""Which intent a reply sounds like: that of the patterns that it resembles most.

A small model now and then answers "how are you" with a good goodbye. What it writes resembles the patterns that it was
taught, so the nearest of them tell what it is.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

_TOKEN: Final = re.compile(r"<\w+>|[a-z']+|[\u4e00-\u9fff]")
_NAME: Final = re.compile(r"^<viewer>[，,]\s*|[，,]\s*<viewer>(?=[。.!！?？]|$)")
NEAR: Final = 0.85
"""Share of the best likeness from which other patterns count as being as near."""


class Resemblance:
    """An index of (intent, pattern) pairs of one language: cosine of bigrams, rare ones weighing more."""

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        known = [(intent, _grams(text)) for intent, text in patterns]
        counts = Counter(gram for _, grams in known for gram in grams)
        self._weights = {gram: 1 + math.log(len(known) / count) for gram, count in counts.items()}
        self._unseen = 1 + math.log(len(known) + 1)
        self._intents = [intent for intent, _ in known]
        self._norms = [self._norm(grams) for _, grams in known]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, (_, grams) in enumerate(known):
            for gram in grams:
                self._places[gram].append(place)

    def intents(self, text: str) -> frozenset[str]:
        """Return the intents of the patterns nearest to `text`, facts as sentinels; none where nothing is shared."""
        grams = _grams(text)
        shared: dict[int, float] = defaultdict(float)
        for gram in grams:
            for place in self._places.get(gram, ()):
                shared[place] += self._weights[gram] ** 2
        norm = self._norm(grams)
        likeness = {place: weight / (norm * self._norms[place]) for place, weight in shared.items()}
        best = max(likeness.values(), default=0.0)
        return frozenset(self._intents[place] for place, value in likeness.items() if value >= NEAR * best)

    def _norm(self, grams: frozenset[str]) -> float:
        return math.sqrt(sum(self._weights.get(gram, self._unseen) ** 2 for gram in grams)) or 1.0


def _grams(text: str) -> frozenset[str]:
    """Return words or characters and their pairs; a viewer's name before or after a sentence says nothing."""
    tokens = _TOKEN.findall(_NAME.sub("", text.lower()))
    return frozenset(tokens) | {f"{left} {right}" for left, right in pairwise(tokens)}
