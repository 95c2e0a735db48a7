"""The small classifier of offence: hashed n-grams and linear weights, one set for Chinese and one for English."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from nlu.language import detect
from nlu.safety.features import features

WEIGHTS: Final = Path(__file__).parent.parent / "weights" / "safety.npz"
LANGUAGES: Final = ("zh", "en")
CATEGORIES: Final = {"zh": "offence", "en": "hate"}
"""What each language's probability is of: the public data sets draw the line differently."""
BUCKETS: Final = 1 << 18
"""Rows of each language's weights."""


def rows(clean: str, language: str) -> NDArray[np.int64]:
    """Return the rows that a clean text switches on, shape (n,), each once, at least one."""
    grams = features(clean, language)
    return np.fromiter((zlib.crc32(gram.encode()) % BUCKETS for gram in grams), np.int64, len(grams))


class Classifier:
    """Scores offence. Immutable, so any thread may use it."""

    def __init__(self, weights: NDArray[np.int8], scale: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Take weights of shape (languages, BUCKETS), and a scale and a bias for each language."""
        self._weights = [np.ascontiguousarray(row) for row in weights]
        self._scale = scale
        self._bias = bias

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Return the classifier at `path`; raise `ModelError` where it is missing or no such file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                weights, scale, bias = file["weights"], file["scale"], file["bias"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"the safety model {path.name} cannot be read ({error}); install danmate again") from error
        if weights.shape != (len(LANGUAGES), BUCKETS) or not scale.shape == bias.shape == (len(LANGUAGES),):
            raise ModelError(f"the safety model {path.name} has parts that do not fit together; install danmate again")
        return cls(weights, scale, bias)

    def judge(self, clean: str) -> tuple[str, float]:
        """Return (category, probability) of a clean text."""
        language = detect(clean)
        number = LANGUAGES.index(language)
        active = rows(clean, language)
        if not len(active):
            return CATEGORIES[language], 0.0
        total = float(self._weights[number][active].sum(dtype=np.int32))
        score = total * float(self._scale[number]) / float(np.sqrt(len(active))) + float(self._bias[number])
        return CATEGORIES[language], float(1 / (1 + np.exp(-score)))

    def judge_all(self, cleans: Sequence[str]) -> list[tuple[str, float]]:
        """Return (category, probability) of each clean text."""
        return [self.judge(clean) for clean in cleans]
