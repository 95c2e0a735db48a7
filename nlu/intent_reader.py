"""What a viewer wants: a few certain rules, then n-grams and meaning together.

The two models' probabilities are multiplied (a product of experts: Hinton, Neural Computation 14 (2002), 1771-1800) and
sharpened until they are calibrated. Without a sentence encoder the n-grams decide alone.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Self

import numpy as np

from nlu.intent import CLASSES, IntentModel, normalise, rule
from nlu.intent_by_meaning import MeaningModel
from nlu.sentence_encoder import SentenceEncoder

CERTAIN: Final = 0.99
"""The probability of a rule's intent."""


class IntentReader:
    """Ranks the spoken intents of a message. Immutable, so any thread may use it."""

    def __init__(self, words: IntentModel, meaning: MeaningModel | None = None) -> None:
        self._words = words
        self._meaning = meaning
        self.encoder = meaning.encoder if meaning is not None else None
        """What turns sentences into vectors, where there is one."""

    @classmethod
    def load(cls, encoder: SentenceEncoder | None = None) -> Self:
        """Return what was trained here; raise `ModelError` where it cannot be read."""
        return cls(IntentModel.load(), MeaningModel.load(encoder) if encoder is not None else None)

    def by_words(self) -> Self:
        """Return the same reader without its encoder, for when there is no time."""
        return type(self)(self._words)

    def classify(self, text: str, mentions: Iterable[str] = ()) -> list[tuple[str, float]]:
        """Return (intent, probability) for each spoken intent, the likeliest first.

        `mentions` are the names of products as they stand in the message. Probabilities are calibrated on held-out
        messages, so a low first one means exactly that we do not know.
        """
        if intent := rule(text):
            return _certain(intent)
        return self._ranked([normalise(text, mentions)])[0]

    def classify_all(self, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        """Return what `classify` returns for each of many texts, their meanings read together."""
        ruled = [rule(text) for text in texts]
        ranked = iter(self._ranked([normalise(text) for text, one in zip(texts, ruled, strict=True) if not one]))
        return [_certain(one) if one else next(ranked) for one in ruled]

    def _ranked(self, normalised: Sequence[str]) -> list[list[tuple[str, float]]]:
        logs = np.array([self._words.log_probabilities(said) for said in normalised]).reshape(-1, len(CLASSES))
        if self._meaning is not None and len(normalised):
            logs = (logs + self._meaning.log_probabilities(normalised)) * np.float32(self._meaning.sharpness)
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        rows = odds / odds.sum(axis=1, keepdims=True)
        return [[(CLASSES[i], float(row[i])) for i in np.argsort(-row)] for row in rows]


def _certain(intent: str) -> list[tuple[str, float]]:
    rest = (1 - CERTAIN) / (len(CLASSES) - 1)
    return [(intent, CERTAIN), *((name, rest) for name in CLASSES if name != intent)]
