"""The small classifier of offence: hashed features and linear weights, one set for Chinese and one for English."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from core.arrays import AGAIN, read_arrays
from core.errors import ModelError
from nlu.language import detect
from nlu.safety import features

WEIGHTS: Final = Path(__file__).parent.parent / "weights" / "safety.npz"
BUCKETS: Final = {"zh": 1 << 19, "en": 1 << 17}
"""Rows of each language's weights."""
SHORTEST: Final = 7
"""Characters from which on a text is judged: what is shorter (秒杀, 男人能穿吗) lacks the words to tell by."""
CATEGORIES: Final = {"zh": "offence", "en": "hate"}
"""What each language's probability is of: their training data draw the line differently."""


def rows(clean: str, language: str) -> NDArray[np.int64]:
    """Return the rows that a clean text switches on, shape (n,)."""
    return features.rows(clean, language, BUCKETS[language])


class Classifier:
    """Scores offence. Immutable, so any thread may use it."""

    def __init__(self, weights: Mapping[str, NDArray[np.float16]], bias: Mapping[str, float]) -> None:
        """Take weights of shape (buckets,) and a bias for each language, temperature included."""
        self._weights = {name: weights[name].astype(np.float32) for name in BUCKETS}
        self._bias = {name: float(bias[name]) for name in BUCKETS}

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Return the classifier at `path`; raise `ModelError` where it is missing or no such file."""
        found = read_arrays(path, "the safety model")
        shapes = {name: array.shape for name, array in found.items()}
        if any(shapes.get(name) != (size,) or shapes.get(f"bias_{name}") != () for name, size in BUCKETS.items()):
            raise ModelError(f"the safety model {path.name} has parts that do not fit together; {AGAIN}")
        return cls({name: found[name] for name in BUCKETS}, {name: float(found[f"bias_{name}"]) for name in BUCKETS})

    def save(self, path: Path) -> None:
        """Write the classifier to `path`."""
        weights = {name: weight.astype(np.float16) for name, weight in self._weights.items()}
        bias = {f"bias_{name}": np.float64(value) for name, value in self._bias.items()}
        np.savez_compressed(path, **weights, **bias)  # type: ignore[arg-type]  # numpy's stub knows one keyword

    def judge(self, clean: str) -> tuple[str, float]:
        """Return (category, probability) of a clean text."""
        language = detect(clean)
        if len(clean) < SHORTEST:
            return CATEGORIES[language], 0.0
        active = rows(clean, language)
        if not len(active):
            return CATEGORIES[language], 0.0
        score = float(self._weights[language][active].sum()) / math.sqrt(len(active)) + self._bias[language]
        return CATEGORIES[language], 1 / (1 + math.exp(-score))

    def judge_all(self, cleans: Sequence[str]) -> list[tuple[str, float]]:
        """Return (category, probability) of each clean text."""
        return [self.judge(clean) for clean in cleans]
