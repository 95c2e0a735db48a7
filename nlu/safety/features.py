"""What the classifier reads of a text, each language in its own way, as rows of its weights."""

import zlib

import numpy as np
from numpy.typing import NDArray

from nlu.safety import english

_LONGEST = 3
"""Characters of a Chinese n-gram."""


def features(clean: str, language: str) -> set[str]:
    """Return the features of a clean text: n-grams of one to three characters, or classes of English words."""
    if language == "en":
        return english.features(clean)
    text = clean.replace(" ", "")
    return {text[i : i + n] for n in range(1, _LONGEST + 1) for i in range(len(text) - n + 1)}


def rows(clean: str, language: str, buckets: int) -> NDArray[np.int64]:
    """Return the rows of `buckets` that a clean text switches on, shape (n,)."""
    grams = features(clean, language)
    return np.fromiter((zlib.crc32(gram.encode()) & (buckets - 1) for gram in grams), np.int64, len(grams))
